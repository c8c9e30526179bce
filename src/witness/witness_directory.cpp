#include "witness/witness_directory.h"

#include "codec/cbor.h"
#include "codec/text.h"
#include "crypto/hash.h"

namespace strongroom::witness {
namespace {

std::string name_of(std::string_view origin) { return codec::hex(crypto::sha256(bytes_of(origin))); }

}  // namespace

/// [ "witness", 1, null or [size, root, checkpoint], answered ]
Bytes encode(const State& state) {
  cbor::Writer w;
  w.array(4).text("witness").uint(1);
  if (state.last) {
    w.array(3).uint(state.last->size.value).bytes(state.last->root).bytes(bytes_of(state.last->checkpoint));
  } else {
    w.null();
  }
  w.bytes(bytes_of(state.answered));
  return w.take();
}

Result<State> decode_state(BytesView bytes) {
  cbor::Reader r(bytes);
  TRY(r.array(4));
  TRY(r.label("witness"));
  if (TRY(r.uint_max(1)) != 1) return r.error(ErrorCode::unsupported, "an unknown version of witness state");
  State state;
  if (!TRY(r.null_next())) {
    TRY(r.array(3));
    ledger::WitnessedTree last;
    last.size = {TRY(r.uint_max(ledger::kTreeSizeMax.value))};
    last.root = TRY(r.array_bytes<32>());
    last.checkpoint = std::string(text_of(TRY(r.bytes())));
    state.last = std::move(last);
  }
  state.answered = std::string(text_of(TRY(r.bytes())));
  TRY(r.end());
  return state;
}

Result<ledger::VerifierKey> WitnessDirectory::init(const std::string& name, platform::Entropy& entropy) {
  TRY(ledger::check_key_name(name));
  TRY(files_.make_directories(path("logs")));
  TRY(files_.make_directories(path("state")));
  if (TRY(files_.exists(path("name")))) {
    return fail(ErrorCode::conflict, "this directory has a witness's key already", path_,
                "use another directory; a witness's key is never replaced in place");
  }
  const Secret<32> seed = entropy.secret<32>();
  TRY(files_.write_durable(path("key"), seed.reveal()));
  TRY(files_.write_durable(path("name"), bytes_of(name + "\n")));
  return TRY(signer()).vkey();
}

Result<ledger::NoteSigner> WitnessDirectory::signer() const {
  if (!TRY(files_.exists(path("name")))) {
    return fail(ErrorCode::not_found, "this is not a witness's data directory", path_,
                "run: strongroom-witness init");
  }
  std::string name(text_of(TRY(files_.read(path("name"), 1024))));
  if (name.ends_with('\n')) name.pop_back();
  Bytes seed = TRY(files_.read(path("key"), 32));
  if (seed.size() != 32) return fail(ErrorCode::corrupt, "the key file is not 32 bytes long", path("key"));
  const Secret<32> secret = Secret<32>::copy_of(std::span<const std::byte, 32>(seed.data(), 32));
  wipe(seed);
  return ledger::NoteSigner::create(name, ledger::KeyType::cosignature_v1,
                                    crypto::SigningKey::from_seeds(secret, SecretBytes()));
}

Result<void> WitnessDirectory::add_log(const ledger::VerifierKey& log) {
  const std::string file = name_of(log.name);
  if (TRY(files_.exists(path("logs/" + file)))) {
    return fail(ErrorCode::conflict, "this log is watched already", log.name);
  }
  // The state first: a log with no state would be one whose state was lost.
  if (!TRY(files_.exists(path("state/" + file))))
    TRY(files_.write_durable(path("state/" + file), encode(State{})));
  return files_.write_durable(path("logs/" + file), bytes_of(format_vkey(log) + "\n"));
}

Result<std::vector<ledger::LogIdentity>> WitnessDirectory::logs() const {
  std::vector<ledger::LogIdentity> out;
  for (const std::string& name : TRY(files_.list(path("logs")))) {
    if (name.size() != 64) continue;
    std::string vkey(text_of(TRY(files_.read(path("logs/" + name), 4096))));
    if (vkey.ends_with('\n')) vkey.pop_back();
    out.push_back(ledger::identity_of(TRY_IN(path("logs/" + name), ledger::parse_vkey(vkey))));
  }
  return out;
}

Result<State> WitnessDirectory::load(const std::string& origin) const {
  const std::string file = path("state/" + name_of(origin));
  if (!TRY(files_.exists(file))) {
    return fail(ErrorCode::corrupt, "the state of a log was lost", origin,
                "this witness must not sign for it any more: make a new witness with a new key");
  }
  return decode_state(TRY(files_.read(file, 2 * ledger::kNoteBytesMax + 4096)));
}

Result<void> WitnessDirectory::store(const std::string& origin, const State& state) {
  return files_.write_durable(path("state/" + name_of(origin)), encode(state));
}

}  // namespace strongroom::witness
