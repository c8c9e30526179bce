#include "capture/matrix/media.h"

#include "capture/ciphers/ciphers.h"
#include "capture/matrix/encoding.h"
#include "codec/text.h"
#include "crypto/hash.h"

namespace strongroom::capture::matrix {
namespace {

using record::AttachmentState;

/// Key, initial vector and digest of an EncryptedFile; `malformed`.
struct FileKey {
  Bytes key, iv, sha256;
};
Result<FileKey> key_of(const json::Object& file) {
  const json::Object* jwk = json::object(file, "key");
  const json::Object* hashes = json::object(file, "hashes");
  if (jwk == nullptr || hashes == nullptr || json::text(*jwk, "alg") != "A256CTR")
    return fail(ErrorCode::malformed, "the event has no key for its file, or of another kind");
  FileKey out;
  out.key = TRY(from_unpadded(json::text(*jwk, "k")));
  out.iv = TRY(from_unpadded(json::text(file, "iv")));
  out.sha256 = TRY(from_unpadded(json::text(*hashes, "sha256")));
  if (out.key.size() != 32 || out.iv.size() != 16 || out.sha256.size() != 32)
    return fail(ErrorCode::malformed, "the key, vector or digest of a file has the wrong length");
  return out;
}

}  // namespace

Media::Media(const std::vector<InputFile>& files, const std::set<std::size_t>& own) {
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (own.contains(i)) continue;
    beside_.push_back(&files[i]);
    by_name_.emplace(files[i].path.substr(files[i].path.rfind('/') + 1), &files[i]);
  }
}

const InputFile* Media::find(const std::string& reference, const std::string& name) const {
  for (const std::string& wanted : {reference.substr(reference.rfind('/') + 1), name}) {
    if (wanted.empty()) continue;
    const auto [from, to] = by_name_.equal_range(wanted);
    if (from != to && std::next(from) == to) return from->second;
  }
  return nullptr;
}

void Media::decrypt(record::Record& record, record::Attachment& attachment, const json::Object& file,
                    const InputFile& found) {
  const auto key = key_of(file);
  if (!key) {
    record.doubts.push_back({"attachment-key-unusable", key.error().what});
    return;
  }
  Bytes holder;
  const auto bytes = content_of(found, holder);
  if (!bytes) return;  // hand_over says why
  const Hash256 digest = crypto::sha256(*bytes);
  if (!equal(digest, key->sha256)) {
    record.doubts.push_back(
        {"attachment-altered", "the file beside has another SHA-256 than the event says"});
    attachment.sha256 = digest;
    return;
  }
  const auto plain = ciphers::decrypt(ciphers::Mode::aes_256_ctr, key->key, key->iv, *bytes);
  if (!plain) return;
  const auto [opened, is_new] =
      opened_.try_emplace(&found, Opened{key->key, key->iv, digest, crypto::sha256(*plain), plain->size()});
  attachment.sha256 = opened->second.plaintext;
  attachment.size = opened->second.size;
  record.extra["ciphertext_sha256"] = codec::hex(digest);
}

void Media::read(record::Record& record, const json::Object& content) {
  const json::Object* file = json::object(content, "file");
  record::Attachment out;
  out.source_reference = json::text(file != nullptr ? *file : content, "url");
  if (out.source_reference.empty()) return;
  out.name = json::text(content, "filename");
  const std::string body = json::text(content, "body");
  if (out.name.empty())
    out.name = body;
  else if (body != out.name)
    out.caption = body;
  if (const json::Object* info = json::object(content, "info")) {
    out.media_type = json::text(*info, "mimetype");
    out.size = json::unsigned_integer(*info, "size");
    out.width = json::unsigned_integer(*info, "w");
    out.height = json::unsigned_integer(*info, "h");
  }
  if (content.contains("org.matrix.msc3245.voice")) out.flavour = "voice";
  if (const InputFile* found = find(out.source_reference, out.name)) {
    Bytes holder;
    out.state = AttachmentState::present;
    if (file != nullptr) {
      decrypt(record, out, *file, *found);
    } else if (const auto bytes = content_of(*found, holder)) {
      out.sha256 = crypto::sha256(*bytes);
      out.size = bytes->size();
    }
    if (!out.sha256) out.state = AttachmentState::missing;
  }
  record.attachments.push_back(std::move(out));
}

Result<void> Media::hand_over(Tally& tally) const {
  for (const InputFile* file : beside_) {
    const auto opened = opened_.find(file);
    Bytes holder;
    const auto bytes = opened == opened_.end() ? fail(ErrorCode::not_found, "") : content_of(*file, holder);
    if (!bytes) {
      TRY(hand_over_file(tally, *file));
      continue;
    }
    // The ciphertext follows from the plaintext, the key and the vector, which the event bears; its digest is kept.
    const Opened& key = opened->second;
    const Bytes plain = TRY(ciphers::decrypt(ciphers::Mode::aes_256_ctr, key.key, key.iv, *bytes));
    record::Record out;
    out.kind = record::Kind::attachment;
    record::Attachment attachment;
    attachment.name = file->path.substr(file->path.rfind('/') + 1);
    attachment.size = plain.size();
    attachment.sha256 = key.plaintext;
    attachment.source_reference = file->path;
    attachment.state = AttachmentState::present;
    out.attachments.push_back(std::move(attachment));
    if (const record::SourceTime* time = tally.first_named(key.plaintext)) out.sent_at = *time;
    out.extra["ciphertext_sha256"] = codec::hex(key.ciphertext);
    out.original.within = key.plaintext;
    out.original.length = plain.size();
    out.original.file = file->path;
    TRY(tally.content(std::move(out), plain));
  }
  return {};
}

}  // namespace strongroom::capture::matrix
