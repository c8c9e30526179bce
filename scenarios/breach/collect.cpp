// Opens what only participants can open and prints every secret of theirs as a canary: `kind TAB name TAB hex`.
// Test code only: no program of the product opens two people's keystores.
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <stdexcept>

#include "agent/device.h"
#include "archive/data_directory.h"
#include "archive/vault.h"
#include "codec/text.h"
#include "crypto/hash.h"
#include "grant/key_names.h"
#include "keystore/guard_for_tests.h"
#include "keystore/keystore.h"
#include "platform/passphrase_source.h"
#include "replica/invitation_file.h"
#include "roster/request_open.h"
#include "unseal/unseal.h"

namespace strongroom::breach {
namespace {

const char* const kUsage =
    "usage: breach_collect keystore NAME HOME PASSPHRASE_FILE | device NAME STATE | invitation NAME FILE |\n"
    "       server NAME DATA | folders DATA [HOME PASSPHRASE_FILE]...   (DATA: a copy, its server stopped)\n";

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().to_string());
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

void print(std::string_view kind, std::string_view name, BytesView bytes) {
  fmt::print("{}\t{}\t{}\n", kind, name, codec::hex(bytes));
}

keystore::Keystore open_keystore(platform::FileSystem& files, platform::Entropy& entropy,
                                 const std::string& home, const std::string& passphrase_file) {
  const SecretBytes passphrase = must(platform::read_passphrase(platform::FromFile{passphrase_file}));
  return must(keystore::Keystore::open(keystore::GuardForTests::make(), files, entropy, home + "/keystore",
                                       passphrase));
}

void of_keystore(const std::string& who, const std::string& home, const std::string& passphrase_file) {
  const auto files = platform::make_posix_file_system();
  platform::SystemEntropy entropy;
  const keystore::Keystore keys = open_keystore(*files, entropy, home, passphrase_file);
  for (const std::string& name : keys.names()) {
    const BytesView secret = must(keys.get(name))->reveal();
    const std::string shown = fmt::format("{}: {}", who, name);
    if (name.starts_with("request/")) {
      print("opens", shown + " salt", must(roster::decode_request_copy(secret)).salt);
    } else {
      const bool login = name == grant::kTlsName || name == grant::kEd25519Name || name == grant::kMlDsaName;
      print(login ? "login" : "opens", shown, secret);
    }
  }
}

void of_device(const std::string& name, const std::string& state) {
  std::ifstream file(state + "/keys", std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const agent::DeviceKeys keys = must(agent::decode_device_keys(bytes_of(text)));
  print("login", name + ": ed25519", keys.ed25519_seed.reveal());
  print("login", name + ": ml-dsa-65", keys.ml_dsa_seed.reveal());
  print("login", name + ": tls", keys.tls_seed.reveal());
}

void of_invitation(const std::string& name, const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const replica::InvitationFile invitation = must(replica::parse_invitation_file(bytes_of(text)));
  print("login", name + ": ed25519", invitation.key_seed.reveal());
  print("login", name + ": tls", invitation.tls_seed.reveal());
}

/// What the server holds by right. It must be found: a search that misses these has searched nothing.
void of_server(const std::string& name, const std::string& data) {
  for (const auto& entry : std::filesystem::directory_iterator(data + "/keys")) {
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string seed{std::istreambuf_iterator<char>(file), {}};
    print("expected", name + ": its own private key keys/" + entry.path().filename().string(),
          bytes_of(seed));
  }
  const auto files = platform::make_posix_file_system();
  const archive::ServerKeys keys = must(archive::DataDirectory(*files, data).keys());
  print("public", "public key of the register", keys.register_signer.vkey().public_key);
  print("public", "public key of the capture ledger", keys.capture_signer.vkey().public_key);
  print("public", "pin of the server's TLS key", keys.identity.pin());
}

/// Lot keys of several trustees together, as no program of the product ever has them.
using LotKeys = std::map<std::string, Secret<32>>;

/// Every key of a batch comes from this one secret (protocol §3.5).
void of_batch(const envelope::SignedHeader& batch, const crypto::xwing::PrivateKey& folder_key) {
  const envelope::BatchPart part = must(envelope::decode_batch_part(batch.header.part));
  const Bytes info = envelope::hpke_info(envelope::Purpose::batch, part.folder_header, std::nullopt,
                                         std::nullopt, crypto::sha256(folder_key.public_key()));
  const auto context = crypto::hpke::setup_recipient(folder_key, part.enc, info);
  print("opens",
        fmt::format("batch {} of folder {}: its secret", batch.header.sequence,
                    codec::hex(part.folder_header).substr(0, 8)),
        context.export_secret(bytes_of("batch"), 32).reveal());
}

/// Returns the seed of the folder's key pair.
Secret<32> of_folder(const envelope::SignedHeader& open, const envelope::ShareSet& shares,
                     const LotKeys& keys) {
  const Bytes core_bytes = must(envelope::decode_open(open.header.part)).core;
  const envelope::Core core = must(envelope::decode_core(core_bytes));
  const std::string folder = "folder " + codec::hex(open.hash).substr(0, 8);
  std::vector<crypto::Share> opened;
  for (const envelope::SealedShare& sealed : shares) {
    const auto key = keys.find(grant::lot_key_name(core.core0.lot, sealed.quorum, sealed.position));
    if (key == keys.end()) continue;
    Secret<32> share = must(
        unseal::open_share(sealed, crypto::xwing::PrivateKey(key->second), envelope::folder_id(core_bytes)));
    print("opens", fmt::format("{}: share of position {}", folder, sealed.position), share.reveal());
    opened.push_back({static_cast<std::uint8_t>(sealed.position + 1), std::move(share)});
  }
  const std::size_t needed = core.core0.dealings.at(0).k;
  if (opened.size() < needed) throw std::runtime_error(folder + ": too few shares to collect its secret");
  opened.resize(needed);
  const Secret<32> fs = must(crypto::combine_shares(opened));
  must(unseal::OpenedFolder::combine(opened, 0, core_bytes,
                                     open.hash));  // so it is the folder's secret indeed
  print("opens", folder + ": folder secret", fs.reveal());
  Secret<32> seed = dealing::folder_seed(fs, crypto::sha256(envelope::encode(core.core0)));
  print("opens", folder + ": seed of its key pair", seed.reveal());
  return seed;
}

void of_folders(const std::string& data, const std::vector<std::string>& people) {
  const auto files = platform::make_posix_file_system();
  platform::SystemEntropy entropy;
  LotKeys keys;
  for (std::size_t i = 0; i + 1 < people.size(); i += 2) {
    const keystore::Keystore keystore = open_keystore(*files, entropy, people[i], people[i + 1]);
    for (const std::string& name : keystore.names("lot/"))
      keys.emplace(name, Secret<32>::copy_of(must(keystore.get(name))->reveal().first<32>()));
  }
  const auto vault = must(archive::Vault::open(*files, data + "/vault/capture"));
  std::map<Hash256, archive::Location> bodies;
  std::vector<envelope::SignedHeader> opens, batches;
  must(vault->walk({}, [&](const archive::Stored& stored) -> Result<void> {
    if (stored.kind == archive::ObjectKind::body) bodies[stored.name] = stored.at;
    if (stored.kind != archive::ObjectKind::header) return {};
    envelope::SignedHeader header =
        TRY(envelope::decode_signed_header(TRY(vault->read(stored.at, stored.name))));
    if (header.header.kind == envelope::EntryKind::open)
      opens.push_back(std::move(header));
    else if (header.header.kind == envelope::EntryKind::batch)
      batches.push_back(std::move(header));
    return {};
  }));
  for (const envelope::SignedHeader& open : opens) {
    const Hash256& name = open.header.body_sha256;
    const envelope::ShareSet shares =
        must(envelope::decode_share_set(must(vault->read(bodies.at(name), name))));
    const crypto::xwing::PrivateKey key(of_folder(open, shares, keys));
    for (const envelope::SignedHeader& batch : batches)
      if (must(envelope::decode_batch_part(batch.header.part)).folder_header == open.hash)
        of_batch(batch, key);
  }
}

}  // namespace

int run(const std::vector<std::string>& words) {
  if (words.size() == 4 && words[0] == "keystore")
    of_keystore(words[1], words[2], words[3]);
  else if (words.size() == 3 && words[0] == "device")
    of_device(words[1], words[2]);
  else if (words.size() == 3 && words[0] == "invitation")
    of_invitation(words[1], words[2]);
  else if (words.size() == 3 && words[0] == "server")
    of_server(words[1], words[2]);
  else if (words.size() >= 2 && words[0] == "folders")
    of_folders(words[1], {words.begin() + 2, words.end()});
  else {
    fmt::print(stderr, "{}", kUsage);
    return 2;
  }
  return 0;
}

}  // namespace strongroom::breach

int main(int argc, char** argv) {
  try {
    return strongroom::breach::run({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    fmt::print(stderr, "breach_collect: {}\n", error.what());
    return 1;
  }
}
