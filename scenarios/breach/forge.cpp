// What a thief does with the server's stolen keys that no program of ours would do. Works on a copy of a data directory whose
// server is stopped. Prints what came of it; exit 1 if it was refused. Test code only.
#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <stdexcept>

#include "archive/data_directory.h"
#include "archive/vault.h"
#include "archive/witnessing.h"
#include "codec/text.h"
#include "crypto/hash.h"
#include "crypto/xwing.h"
#include "envelope/header.h"
#include "envelope/leaf.h"
#include "platform/clock.h"
#include "roster/signing.h"

namespace strongroom::breach {
namespace {

const char* const kUsage =
    "usage: breach_forge replace FILE HEX HEX\n"
    "       breach_forge approval DATA WITNESS=URL COMMITMENT REQUEST_LEAF APPROVER   an approval nobody "
    "gave\n"
    "       breach_forge enter DATA WITNESS=URL TYPE FILE   a register object that the rules refuse\n"
    "       breach_forge lot-key DATA WITNESS=URL CLASS MONTH POSITION   one that no trustee signed\n"
    "       breach_forge replay DATA WITNESS=URL        the first entry once more\n"
    "       breach_forge cosign DATA WITNESS=URL        ask the witness to sign this tree\n"
    "       breach_forge swap-shares DATA               the share sets of two folders change places\n";

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().to_string());
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write_file(const std::string& path, const std::string& content) {
  std::ofstream file(path, std::ios::binary);
  file << content;
  if (!file.flush()) throw std::runtime_error("cannot write " + path);
}

void replace(const std::string& path, const std::string& from_hex, const std::string& to_hex) {
  const Bytes from = must(codec::from_hex(from_hex)), to = must(codec::from_hex(to_hex));
  std::string content = read_file(path);
  const std::size_t at = content.find(text_of(from));
  if (at == std::string::npos || from.size() != to.size())
    throw std::runtime_error(path + " does not hold that");
  content.replace(at, from.size(), text_of(to));
  write_file(path, content);
}

/// A stolen data directory with its keys.
class Stolen {
 public:
  Stolen(const std::string& data, const std::string& witness)
      : directory_(*files_, data), keys_(must(directory_.keys())), genesis_(must(directory_.genesis())) {
    const std::size_t equals = witness.find('=');
    if (equals != std::string::npos) urls_[witness.substr(0, equals)] = witness.substr(equals + 1);
  }
  const roster::SignedRoster& genesis() const { return genesis_; }

  void append_to_register(envelope::RegisterType type, BytesView object) {
    const envelope::Digests digests = envelope::digests_of(object);
    const auto vault = must(archive::Vault::open(*files_, directory_.path("vault/register")));
    must(vault->append(archive::ObjectKind::register_object, 0, digests.sha256, object));
    must(vault->sync());
    append("register", keys_.register_signer, encode(envelope::RegisterLeaf{type, digests}));
  }
  void append_first_entry_again() {
    const auto sequencer = open("capture", keys_.capture_signer);
    for (const Bytes& leaf : must(sequencer->tiles().leaves(0, sequencer->published().size.value))) {
      if (!std::holds_alternative<envelope::CaptureLeaf>(must(envelope::decode_capture_leaf(leaf)))) continue;
      must(sequencer->append({leaf}));
      break;
    }
    cosign("capture", keys_.capture_signer, *sequencer);
  }
  void cosign(const std::string& ledger) {
    const ledger::NoteSigner& signer = ledger == "register" ? keys_.register_signer : keys_.capture_signer;
    cosign(ledger, signer, *open(ledger, signer));
  }
  archive::DataDirectory& directory() { return directory_; }
  platform::FileSystem& files() { return *files_; }

 private:
  std::unique_ptr<archive::Sequencer> open(const std::string& ledger, const ledger::NoteSigner& signer) {
    return must(archive::Sequencer::open({files_.get(), hook_.get(), directory_.path(ledger), &signer}));
  }
  void append(const std::string& ledger, const ledger::NoteSigner& signer, Bytes leaf) {
    const auto sequencer = open(ledger, signer);
    must(sequencer->append({std::move(leaf)}));
    cosign(ledger, signer, *sequencer);
  }
  /// The real witness, asked politely.
  void cosign(const std::string& ledger, const ledger::NoteSigner& signer, archive::Sequencer& sequencer) {
    std::string refusal = "the witness quorum did not sign";
    const auto keep = [&](const Error& error) { refusal = error.to_string(); };
    const auto witnessing = must(
        archive::Witnessing::create({files_.get(),
                                     hook_.get(),
                                     directory_.path(ledger + "/witnessed"),
                                     &sequencer,
                                     identity_of(signer.vkey()),
                                     [this] { return ledger::parse_policy(genesis_.roster.witness_policy); },
                                     urls_,
                                     transport_.get(),
                                     keep,
                                     keep,
                                     archive::Demand::quorum,
                                     {},
                                     {}}));
    const Result<bool> round = witnessing->round();
    if (!round) throw std::runtime_error(round.error().to_string());
    const archive::WitnessStanding standing = witnessing->standing();
    if (standing.state == archive::WitnessStanding::State::behind)
      throw std::runtime_error(fmt::format("a witness has cosigned size {}, this ledger has only {}",
                                           standing.witnessed, standing.own));
    if (!*round) throw std::runtime_error(refusal);
    fmt::print("the witness signed {} entries of the {} ledger\n", sequencer.published().size.value, ledger);
  }

  std::unique_ptr<platform::FileSystem> files_ = platform::make_posix_file_system();
  std::unique_ptr<platform::StepHook> hook_ = platform::make_step_hook();
  std::unique_ptr<archive::WitnessTransport> transport_ = archive::make_http_witness_transport();
  archive::DataDirectory directory_;
  archive::ServerKeys keys_;
  roster::SignedRoster genesis_;
  std::map<std::string, std::string> urls_;
};

Secret<32> stolen_seed(const std::string& data) {
  const std::string seed = read_file(data + "/keys/register");
  return Secret<32>::copy_of(bytes_of(seed).first<32>());
}

/// In the approver's name, signed with the only signing keys the thief has: the ledger's.
void invent_approval(const std::string& data, const std::string& witness, const std::string& commitment,
                     const std::string& request_leaf, const std::string& approver) {
  Stolen stolen(data, witness);
  roster::Approval approval;
  approval.archive = approval.roster = stolen.genesis().hash;
  approval.approver = static_cast<roster::MemberId>(std::stoul(approver));
  approval.commitment = must(codec::array_from_hex<32>(commitment));
  approval.request_leaf = std::stoull(request_leaf);
  approval.approved_s = platform::SystemClock().now_ms() / 1000;
  const Secret<32> seed = stolen_seed(data);
  const auto key = crypto::SigningKey::from_seeds(seed, SecretBytes::copy_of(seed.reveal()));
  stolen.append_to_register(envelope::RegisterType::approval, roster::sign_approval(approval, key));
}

/// A lot key in the name of the trustee at that position of quorum 0, whose seed the thief has.
void invent_lot_key(const std::string& data, const std::string& witness, const std::string& retention_class,
                    const std::string& month, const std::string& position) {
  Stolen stolen(data, witness);
  roster::LotKey key;
  key.archive = key.roster = stolen.genesis().hash;
  key.lot.retention_class = static_cast<std::uint32_t>(std::stoul(retention_class));
  key.lot.expiry_month = static_cast<std::uint32_t>(std::stoul(month));
  key.position = static_cast<std::uint32_t>(std::stoul(position));
  const Secret<32> seed = stolen_seed(data);
  key.public_key = crypto::xwing::public_from_seed(seed);
  key.issued_s = platform::SystemClock().now_ms() / 1000;
  const auto thief = crypto::SigningKey::from_seeds(seed, SecretBytes::copy_of(seed.reveal()));
  const roster::MemberId trustee = stolen.genesis().roster.quorums.front().positions.at(key.position);
  stolen.append_to_register(envelope::RegisterType::lot_key, roster::sign_lot_key(key, {trustee, thief}));
}

void enter(const std::string& data, const std::string& witness, const std::string& type,
           const std::string& file) {
  const std::string object = read_file(file);
  Stolen(data, witness)
      .append_to_register(static_cast<envelope::RegisterType>(std::stoul(type)), bytes_of(object));
}

/// Both sets are of one length, so only bytes change places; the names of the frames stay.
void swap_shares(const std::string& data) {
  Stolen stolen(data, "");
  std::map<Hash256, archive::Location> bodies;
  std::vector<Hash256> sets;
  const std::string directory = stolen.directory().path("vault/capture");
  const auto vault = must(archive::Vault::open(stolen.files(), directory));
  must(vault->walk({}, [&](const archive::Stored& stored) -> Result<void> {
    if (stored.kind == archive::ObjectKind::body) bodies[stored.name] = stored.at;
    if (stored.kind != archive::ObjectKind::header) return {};
    const auto header = TRY(envelope::decode_signed_header(TRY(vault->read(stored.at, stored.name))));
    if (header.header.kind == envelope::EntryKind::open) sets.push_back(header.header.body_sha256);
    return {};
  }));
  const archive::Location a = bodies.at(sets.at(0)), b = bodies.at(sets.at(1));
  if (a.length != b.length || a.segment != b.segment)
    throw std::runtime_error("the two share sets do not fit");
  const std::string path = fmt::format("{}/{:010}.seg", directory, a.segment);
  std::string content = read_file(path);
  std::swap_ranges(content.begin() + static_cast<std::ptrdiff_t>(a.offset),
                   content.begin() + static_cast<std::ptrdiff_t>(a.offset + a.length),
                   content.begin() + static_cast<std::ptrdiff_t>(b.offset));
  write_file(path, content);
}

int run(const std::vector<std::string>& words) {
  const std::string act = words.empty() ? "" : words[0];
  if (act == "replace" && words.size() == 4)
    replace(words[1], words[2], words[3]);
  else if (act == "approval" && words.size() == 6)
    invent_approval(words[1], words[2], words[3], words[4], words[5]);
  else if (act == "enter" && words.size() == 5)
    enter(words[1], words[2], words[3], words[4]);
  else if (act == "lot-key" && words.size() == 6)
    invent_lot_key(words[1], words[2], words[3], words[4], words[5]);
  else if (act == "replay" && words.size() == 3)
    Stolen(words[1], words[2]).append_first_entry_again();
  else if (act == "cosign" && words.size() == 3)
    Stolen(words[1], words[2]).cosign("capture");
  else if (act == "swap-shares" && words.size() == 2)
    swap_shares(words[1]);
  else {
    fmt::print(stderr, "{}", kUsage);
    return 2;
  }
  return 0;
}

}  // namespace
}  // namespace strongroom::breach

int main(int argc, char** argv) {
  try {
    return strongroom::breach::run({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    fmt::print(stderr, "breach_forge: {}\n", error.what());
    return 1;
  }
}
