#include "capture/signal/media.h"

#include "capture/beside.h"
#include "capture/ciphers/ciphers.h"
#include "codec/text.h"
#include "crypto/hash.h"

namespace strongroom::capture::signal {
namespace {

constexpr std::size_t kIvBytes = 16, kMacBytes = 32, kBlockBytes = 16;

std::optional<Hash256> digest_of(const frames::FilePointer& pointer) {
  const std::string& hash = pointer.locatorinfo().plaintexthash();
  if (hash.size() != 32) return std::nullopt;
  return array_of<32>(bytes_of(hash));
}

/// nullopt if it is not what its digest says.
std::optional<Bytes> opened(BytesView file, BytesView key, std::uint64_t size, const Hash256& digest) {
  std::optional<Bytes> plain = unlocked(file, key, size);
  if (!plain || crypto::sha256(*plain) != digest) return std::nullopt;
  return plain;
}

std::string name_in_snapshot(const Hash256& plain, BytesView key) {
  return codec::hex(crypto::sha256({BytesView(plain), key}));
}

}  // namespace

// MAC first; both orders of the two keys are in use.
std::optional<Bytes> unlocked(BytesView file, BytesView key, std::uint64_t size) {
  if (key.size() != 64 || file.size() < kIvBytes + kBlockBytes + kMacBytes) return std::nullopt;
  const BytesView sealed = file.first(file.size() - kMacBytes);
  const BytesView mac = file.last(kMacBytes);
  for (const std::size_t cipher_at : {0u, 32u}) {
    const BytesView mac_key = key.subspan(32 - cipher_at, 32);
    ciphers::HmacReader reader(ciphers::HmacReader::Hash::sha256, mac_key);
    if (!equal_constant_time(reader.add(sealed).finish(), mac)) continue;
    auto plain = ciphers::decrypt(ciphers::Mode::aes_256_cbc, key.subspan(cipher_at, 32),
                                  sealed.first(kIvBytes), sealed.subspan(kIvBytes));
    if (!plain || size > plain->size()) return std::nullopt;
    plain->resize(static_cast<std::size_t>(size));
    return std::move(*plain);
  }
  return std::nullopt;
}

void PlainMedia::add(const InputFile& file) {
  Bytes holder;
  const auto bytes = capture::content_of(file, holder);
  if (bytes) by_digest_.emplace(crypto::sha256(*bytes), Known{&file, bytes->size()});
}

const PlainMedia::Known* PlainMedia::find(const frames::FilePointer& pointer) const {
  const auto digest = digest_of(pointer);
  if (!digest) return nullptr;
  const auto found = by_digest_.find(*digest);
  return found == by_digest_.end() ? nullptr : &found->second;
}

std::optional<std::uint64_t> PlainMedia::size_of(const frames::FilePointer& pointer) {
  const Known* known = find(pointer);
  if (known == nullptr) return std::nullopt;
  return known->size;
}

std::optional<Bytes> PlainMedia::content_of(const frames::FilePointer& pointer) {
  const Known* known = find(pointer);
  if (known == nullptr) return std::nullopt;
  Bytes holder;
  const auto bytes = capture::content_of(*known->file, holder);
  if (!bytes) return std::nullopt;
  return copy_of(*bytes);
}

void LockedMedia::add(const InputFile& file) {
  order_.push_back(file.path);
  by_path_[file.path].file = &file;
  path_of_name_.emplace(file.path.substr(file.path.rfind('/') + 1), file.path);
}

LockedMedia::Locked* LockedMedia::find(const frames::FilePointer& pointer) {
  const auto digest = digest_of(pointer);
  const std::string& key = pointer.locatorinfo().localkey();
  if (!digest || key.size() != 64) return nullptr;
  const auto path = path_of_name_.find(name_in_snapshot(*digest, bytes_of(key)));
  if (path == path_of_name_.end()) return nullptr;
  Locked& locked = by_path_.find(path->second)->second;
  if (locked.failed) return nullptr;
  if (!locked.key.empty()) return &locked;
  Bytes holder;
  const auto bytes = capture::content_of(*locked.file, holder);
  const std::uint64_t size = pointer.locatorinfo().size();
  locked.failed = !bytes || !opened(*bytes, bytes_of(key), size, *digest);
  if (locked.failed) return nullptr;
  locked.key = copy_of(bytes_of(key));
  locked.plain = *digest;
  locked.size = size;
  return &locked;
}

std::optional<std::uint64_t> LockedMedia::size_of(const frames::FilePointer& pointer) {
  const Locked* locked = find(pointer);
  if (locked == nullptr) return std::nullopt;
  return locked->size;
}

std::optional<Bytes> LockedMedia::content_of(const frames::FilePointer& pointer) {
  const Locked* locked = find(pointer);
  if (locked == nullptr) return std::nullopt;
  Bytes holder;
  const auto bytes = capture::content_of(*locked->file, holder);
  if (!bytes) return std::nullopt;
  return opened(*bytes, locked->key, locked->size, locked->plain);
}

Result<void> LockedMedia::hand_over(Tally& tally) const {
  for (const std::string& path : order_) {
    const Locked& locked = by_path_.find(path)->second;
    Bytes holder;
    std::optional<Bytes> plain;
    if (!locked.key.empty()) {
      const auto bytes = capture::content_of(*locked.file, holder);
      if (bytes) plain = opened(*bytes, locked.key, locked.size, locked.plain);
    }
    if (plain) {
      const InputFile file{path, *plain};
      TRY(hand_over_file(tally, file));
    } else {
      TRY(hand_over_file(tally, *locked.file));
    }
  }
  return {};
}

}  // namespace strongroom::capture::signal
