#include "keystore/keystore.h"

#include <algorithm>

#include "keystore/keystore_file.h"

namespace strongroom::keystore {
namespace {

bool is_passphrase(const Slot& slot) { return slot.kind == static_cast<std::uint64_t>(SlotKind::passphrase); }

Result<void> demand(const Guard& guard) {
  if (!guard.held())
    return fail(ErrorCode::refused, "a keystore is opened with the guard that the program claimed");
  return {};
}

/// The first slot that the passphrase opens.
Result<Secret<32>> master_of(const file::Frame& frame, const SecretBytes& passphrase) {
  for (const Slot& slot : frame.slots) {
    if (!is_passphrase(slot)) continue;
    auto master = file::unwrap(slot, passphrase);
    if (master || master.error().code != ErrorCode::unauthenticated) return master;
  }
  return fail(ErrorCode::unauthenticated, "the passphrase does not open this keystore", {},
              "check the file and the keyboard, and try again");
}

}  // namespace

Keystore::~Keystore() = default;
Keystore::Keystore(Keystore&&) noexcept = default;

Result<Keystore> Keystore::create(Guard&& guard, platform::FileSystem& files, platform::Entropy& entropy,
                                  std::string path, const SecretBytes& passphrase,
                                  const crypto::Argon2Cost& cost) {
  TRY(demand(guard));
  if (TRY(files.exists(path)))
    return fail(ErrorCode::conflict, "there is a file already", path,
                "choose another place; nothing was overwritten");
  Keystore keystore(files, entropy, std::move(path));
  keystore.master_ = entropy.secret<32>();
  keystore.slots_.push_back(TRY(keystore.passphrase_slot(1, passphrase, cost)));
  TRY(keystore.save());
  keystore.guard_ = std::move(guard);
  return keystore;
}

Result<Keystore> Keystore::open(Guard&& guard, platform::FileSystem& files, platform::Entropy& entropy,
                                std::string path, const SecretBytes& passphrase) {
  TRY(demand(guard));
  const Bytes bytes = TRY(files.read(path, kFileBytesMax));
  file::Frame frame = TRY_IN(path, file::decode(bytes));
  Keystore keystore(files, entropy, path);
  keystore.master_ = TRY_IN(path, master_of(frame, passphrase));
  keystore.secrets_ = TRY_IN(path, file::open(keystore.master_, frame));
  keystore.slots_ = std::move(frame.slots);
  keystore.guard_ = std::move(guard);
  return keystore;
}

Result<const SecretBytes*> Keystore::get(const std::string& name) const {
  const auto found = secrets_.find(name);
  if (found == secrets_.end()) return fail(ErrorCode::not_found, "the keystore has no such secret", name);
  return &found->second;
}

Result<void> Keystore::put(const std::string& name, SecretBytes secret) {
  TRY(file::check_name(name));
  if (secret.size() > kSecretBytesMax)
    return fail(ErrorCode::limit_exceeded, "a secret is at most 64 KiB", name);
  if (secrets_.size() >= kSecretsMax) return fail(ErrorCode::limit_exceeded, "the keystore is full", path_);
  if (secrets_.contains(name))
    return fail(ErrorCode::conflict, "the keystore has a secret of that name", name);
  secrets_.emplace(name, std::move(secret));
  return {};
}

Result<void> Keystore::remove(const std::string& name) {
  if (secrets_.erase(name) == 0) return fail(ErrorCode::not_found, "the keystore has no such secret", name);
  return {};
}

std::vector<std::string> Keystore::names(std::string_view prefix) const {
  std::vector<std::string> out;
  for (auto at = secrets_.lower_bound(std::string(prefix));
       at != secrets_.end() && at->first.starts_with(prefix); ++at)
    out.push_back(at->first);
  return out;
}

Result<Slot> Keystore::passphrase_slot(std::uint64_t number, const SecretBytes& passphrase,
                                       const crypto::Argon2Cost& cost) {
  return file::wrap(number, {entropy_.array<16>(), cost}, passphrase, master_);
}

Result<std::uint64_t> Keystore::add_passphrase(const SecretBytes& passphrase,
                                               const crypto::Argon2Cost& cost) {
  if (slots_.size() >= kSlotsMax)
    return fail(ErrorCode::limit_exceeded, "a keystore has at most 8 slots", path_);
  const std::uint64_t number = slots_.back().number + 1;
  slots_.push_back(TRY(passphrase_slot(number, passphrase, cost)));
  return number;
}

Result<void> Keystore::remove_slot(std::uint64_t number) {
  const auto found = std::ranges::find(slots_, number, &Slot::number);
  if (found == slots_.end())
    return fail(ErrorCode::not_found, "the keystore has no slot of that number", path_);
  if (is_passphrase(*found) && std::ranges::count_if(slots_, is_passphrase) == 1)
    return fail(ErrorCode::refused, "this is the last slot that can be opened", path_,
                "add another one first");
  slots_.erase(found);
  return {};
}

Result<void> Keystore::change_passphrase(std::uint64_t number, const SecretBytes& passphrase,
                                         const crypto::Argon2Cost& cost) {
  const auto found = std::ranges::find(slots_, number, &Slot::number);
  if (found == slots_.end() || !is_passphrase(*found))
    return fail(ErrorCode::not_found, "the keystore has no passphrase slot of that number", path_);
  *found = TRY(passphrase_slot(number, passphrase, cost));
  return {};
}

Result<void> Keystore::save() {
  const Bytes bytes = file::seal(master_, slots_, entropy_.array<32>(), secrets_);
  if (bytes.size() > kFileBytesMax)
    return fail(ErrorCode::limit_exceeded, "the keystore is larger than 32 MiB", path_);
  return files_.write_durable(path_, bytes);
}

}  // namespace strongroom::keystore
