#include "archive/data_directory.h"

#include <fmt/format.h>

#include <algorithm>

#include "archive/sequencer.h"
#include "archive/vault.h"
#include "codec/text.h"
#include "envelope/leaf.h"
#include "envelope/object.h"

namespace strongroom::archive {
namespace {

Result<ledger::NoteSigner> signer_for(const std::string& origin, const Secret<32>& seed) {
  return ledger::NoteSigner::create(origin, ledger::KeyType::ed25519,
                                    crypto::SigningKey::from_seeds(seed, SecretBytes()));
}

Result<void> check_origin(const std::string& origin) {
  const bool plain = std::ranges::all_of(origin, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '/' || c == '_' || c == ':';
  });
  if (origin.empty() || origin.size() > 200 || !plain) {
    return fail(ErrorCode::malformed, "an origin is letters, digits and . - _ / :", origin,
                "use a name of yours, like archive.example.org/strongroom");
  }
  return {};
}

}  // namespace

std::string to_json(const ServerNames& names) {
  return fmt::format(
      "{{\"register_origin\": \"{}\", \"capture_origin\": \"{}\", \"register_vkey\": \"{}\", "
      "\"capture_vkey\": \"{}\", \"server_pin\": \"{}\"}}",
      names.register_origin, names.capture_origin, names.register_vkey, names.capture_vkey,
      codec::hex(names.server_pin));
}

ServerNames ServerKeys::names() const {
  return {register_signer.vkey().name, capture_signer.vkey().name, format_vkey(register_signer.vkey()),
          format_vkey(capture_signer.vkey()), identity.pin()};
}

Result<ServerNames> DataDirectory::init(const std::string& origin, platform::Entropy& entropy) {
  TRY(check_origin(origin));
  TRY(check_whole());
  if (TRY(files_.exists(path("origin")))) {
    return fail(ErrorCode::conflict, "this directory has a server's keys already", path_,
                "use another directory; keys are never replaced in place");
  }
  TRY(files_.make_directories(path("keys")));
  for (const char* name : {"keys/register", "keys/capture", "keys/tls"}) {
    const Secret<32> seed = entropy.secret<32>();
    TRY(files_.write_durable(path(name), seed.reveal()));
  }
  // Last: a directory without it has no keys yet.
  TRY(files_.write_durable(path("origin"), bytes_of(origin + "\n")));
  return TRY(keys()).names();
}

Result<Secret<32>> DataDirectory::seed(const std::string& name) const {
  Bytes bytes = TRY(files_.read(path(name), 32));
  if (bytes.size() != 32) return fail(ErrorCode::corrupt, "a key file is not 32 bytes long", path(name));
  Secret<32> out = Secret<32>::copy_of(std::span<const std::byte, 32>(bytes.data(), 32));
  wipe(bytes);
  return out;
}

Result<void> DataDirectory::check_whole() const {
  if (!TRY(files_.exists(path(std::string(kRestoringName))))) return {};
  return fail(
      ErrorCode::conflict, "a backup was being put back here and that did not come to its end", path_,
      "run the same strongroomd restore again, or delete this directory and restore into an empty one");
}

Result<ServerKeys> DataDirectory::keys() const {
  TRY(check_whole());
  if (!TRY(files_.exists(path("origin")))) {
    return fail(ErrorCode::not_found, "this is not a server's data directory", path_,
                "run: strongroomd init");
  }
  std::string origin(text_of(TRY(files_.read(path("origin"), 1024))));
  if (origin.ends_with('\n')) origin.pop_back();
  TRY(check_origin(origin));
  return ServerKeys{TRY(signer_for(origin + "/register", TRY(seed("keys/register")))),
                    TRY(signer_for(origin + "/capture", TRY(seed("keys/capture")))),
                    TRY(wire::Identity::from_seed(TRY(seed("keys/tls"))))};
}

Result<roster::SignedRoster> open_genesis_of_itself(BytesView object) {
  const envelope::SignedObject signed_object =
      TRY(envelope::decode_object(object, "roster", roster::kRosterBytesMax));
  return roster::open_genesis(object, envelope::content_hash(signed_object));
}

Result<Hash256> DataDirectory::adopt(BytesView genesis, platform::StepHook& hook) {
  const ServerKeys own = TRY(keys());
  const roster::SignedRoster opened = TRY_IN("genesis", open_genesis_of_itself(genesis));
  const ServerNames names = own.names();
  const auto& pins = opened.roster.server_pins;
  if (opened.roster.register_vkey != names.register_vkey ||
      opened.roster.capture_vkey != names.capture_vkey ||
      std::ranges::find(pins, names.server_pin) == pins.end()) {
    return fail(ErrorCode::refused, "the genesis names other keys than this server's", path_,
                "hold the ceremony with what `strongroomd init` printed for this directory");
  }
  if (TRY(files_.exists(path("genesis")))) {
    if (equal(TRY(files_.read(path("genesis"), roster::kRosterBytesMax)), genesis)) return opened.hash;
    return fail(ErrorCode::conflict, "this server has adopted another genesis", path_);
  }
  TRY(open_ledgers(genesis, own, hook));
  TRY(files_.write_durable(path("genesis"), genesis));
  return opened.hash;
}

Result<void> DataDirectory::open_ledgers(BytesView genesis, const ServerKeys& keys,
                                         platform::StepHook& hook) {
  const SequencerConfig registers{&files_, &hook, path("register"), &keys.register_signer};
  const SequencerConfig capture{&files_, &hook, path("capture"), &keys.capture_signer};
  for (const SequencerConfig& config : {registers, capture}) {
    if (!TRY(files_.exists(config.directory + "/cell"))) TRY(Sequencer::create(config));
  }
  const envelope::Digests digests = envelope::digests_of(genesis);
  const Bytes leaf = encode(envelope::RegisterLeaf{envelope::RegisterType::roster, digests});
  const std::unique_ptr<Sequencer> sequencer = TRY(Sequencer::open(registers));
  if (sequencer->published().size.value != 0) {
    const std::vector<Bytes> first = TRY(sequencer->tiles().leaves(0, 1));
    if (!equal(first.at(0), leaf))
      return fail(ErrorCode::conflict, "the register begins with another genesis", path_);
    return {};
  }
  const std::unique_ptr<Vault> vault = TRY(Vault::open(files_, path("vault/register")));
  TRY(vault->append(ObjectKind::register_object, 0, digests.sha256, genesis));
  TRY(vault->sync());
  hook.reached(name_of(Step::objects_durable));
  TRY(sequencer->append({leaf}));
  return {};
}

Result<roster::SignedRoster> DataDirectory::genesis() const {
  if (!TRY(files_.exists(path("genesis")))) {
    return fail(ErrorCode::not_found, "no genesis has been adopted here", path_, "run: strongroomd adopt");
  }
  return open_genesis_of_itself(TRY(files_.read(path("genesis"), roster::kRosterBytesMax)));
}

}  // namespace strongroom::archive
