#include "grant/case_store.h"

#include "codec/cbor.h"
#include "codec/text.h"
#include "crypto/hash.h"

namespace strongroom::grant {
namespace {

constexpr std::uint64_t kIndexBytesMax = 1u << 30;
constexpr std::uint64_t kFoldersBytesMax = roster::kFoldersPerRequestMax * 32;
constexpr std::uint64_t kObjectBytesMax = roster::kGrantBytesMax;

Hash256 tag_of(BytesView reply_seed, BytesView content) {
  crypto::Hkdf hkdf(reply_seed);
  crypto::Hmac hmac(hkdf.key(cbor::labelled("case-index")).reveal());
  return hmac.of({content});
}

}  // namespace

Bytes encode(const CaseIndex& index) {
  cbor::Writer w;
  w.array(8).text("case-index").uint(1).bytes(index.commitment);
  w.text(index.capture_checkpoint).text(index.register_checkpoint);
  w.array(index.grants.size());
  for (const Hash256& grant : index.grants) w.bytes(grant);
  w.array(index.devices.size());
  for (const KeptDevice& device : index.devices) {
    w.array(2).bytes(device.device).array(device.entries.size());
    for (const auto& [leaf, header] : device.entries) w.array(2).uint(leaf).bytes(header);
  }
  w.array(index.missing.size());
  for (const Missing& missing : index.missing) w.array(2).text(missing.what).uint(missing.records);
  return w.take();
}

Result<CaseIndex> decode_case_index(BytesView bytes) {
  cbor::Reader r(bytes);
  TRY(r.array(8));
  TRY(r.label("case-index"));
  if (TRY(r.uint()) != 1) return r.error(ErrorCode::unsupported, "a version this program does not know");
  CaseIndex index;
  index.commitment = TRY(r.array_bytes<32>());
  index.capture_checkpoint = TRY(r.text());
  index.register_checkpoint = TRY(r.text());
  for (std::size_t n = TRY(r.array()); n > 0; --n) index.grants.push_back(TRY(r.array_bytes<32>()));
  for (std::size_t n = TRY(r.array()); n > 0; --n) {
    TRY(r.array(2));
    KeptDevice device;
    device.device = TRY(r.array_bytes<16>());
    for (std::size_t m = TRY(r.array()); m > 0; --m) {
      TRY(r.array(2));
      const std::uint64_t leaf = TRY(r.uint());
      device.entries.emplace_back(leaf, copy_of(TRY(r.bytes())));
    }
    index.devices.push_back(std::move(device));
  }
  for (std::size_t n = TRY(r.array()); n > 0; --n) {
    TRY(r.array(2));
    Missing missing;
    missing.what = TRY(r.text());
    missing.records = TRY(r.uint());
    index.missing.push_back(std::move(missing));
  }
  TRY(r.end());
  return index;
}

CaseStore::CaseStore(platform::FileSystem& files, const std::string& cases, const Hash256& commitment)
    : files_(files), directory_(cases + "/" + codec::hex(BytesView(commitment).first(8))) {}

std::string CaseStore::object_path(const Hash256& sha256) const {
  return directory_ + "/objects/" + codec::hex(sha256);
}

Result<void> CaseStore::keep_folders(const std::vector<Hash256>& folders) {
  Bytes content;
  for (const Hash256& folder : folders) append(content, folder);
  TRY(files_.make_directories(directory_));
  return files_.write_durable(directory_ + "/folders", content);
}

Result<std::vector<Hash256>> CaseStore::folders() const {
  const Bytes content = TRY(files_.read(directory_ + "/folders", kFoldersBytesMax));
  if (content.size() % 32 != 0) return fail(ErrorCode::corrupt, "the list of folders is damaged", directory_);
  std::vector<Hash256> out;
  for (std::size_t at = 0; at < content.size(); at += 32)
    out.push_back(array_of<32>(BytesView(content).subspan(at)));
  return out;
}

Result<void> CaseStore::keep_index(const CaseIndex& index, BytesView reply_seed) {
  Bytes content = encode(index);
  append(content, tag_of(reply_seed, content));
  TRY(files_.make_directories(directory_));
  return files_.write_durable(directory_ + "/index", content);
}

Result<CaseIndex> CaseStore::index(BytesView reply_seed) const {
  const std::string path = directory_ + "/index";
  if (!TRY(files_.exists(path)))
    return fail(ErrorCode::not_found, "this case has not been opened yet", directory_,
                "run 'strongroom open' with its commitment first");
  const Bytes content = TRY(files_.read(path, kIndexBytesMax));
  if (content.size() < 32) return fail(ErrorCode::corrupt, "the index is too short", path);
  const BytesView body = BytesView(content).first(content.size() - 32);
  if (!equal_constant_time(tag_of(reply_seed, body), BytesView(content).last(32)))
    return fail(ErrorCode::corrupt, "the case's index is not what this program kept", path,
                "open the case again");
  return TRY_IN(path, decode_case_index(body));
}

bool CaseStore::holds(const Hash256& sha256) const { return object(sha256).has_value(); }

Result<void> CaseStore::keep_object(const Hash256& sha256, BytesView bytes) {
  TRY(files_.make_directories(directory_ + "/objects"));
  return files_.write_loose(object_path(sha256), bytes);
}

Result<Bytes> CaseStore::object(const Hash256& sha256) const {
  Bytes bytes = TRY(files_.read(object_path(sha256), kObjectBytesMax));
  if (crypto::sha256(bytes) != sha256)
    return fail(ErrorCode::corrupt, "a kept object is not what was fetched", object_path(sha256),
                "open the case again");
  return bytes;
}

Result<void> CaseStore::destroy() {
  if (!TRY(files_.exists(directory_))) return {};
  for (const std::string& part : {std::string("/objects"), std::string()}) {
    const std::string directory = directory_ + part;
    if (!TRY(files_.exists(directory))) continue;
    for (const std::string& name : TRY(files_.list(directory)))
      if (name != "objects") TRY(files_.remove(directory + "/" + name));
    TRY(files_.sync_directory(directory));
  }
  return {};
}

}  // namespace strongroom::grant
