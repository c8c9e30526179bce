#include "capture/part.h"

#include "crypto/hash.h"

namespace strongroom::capture {

record::Record part_of(const record::Record& whole, std::string name, std::string media_type,
                       BytesView bytes) {
  record::Record out;
  out.kind = record::Kind::attachment;
  out.conversation = whole.conversation;
  out.sent_at = whole.sent_at;
  out.target.emplace().native_id = whole.native_id;
  out.native_id = whole.native_id + "/" + name;
  record::Attachment& file = out.attachments.emplace_back();
  file.name = std::move(name);
  file.media_type = std::move(media_type);
  file.size = bytes.size();
  file.sha256 = crypto::sha256(bytes);
  file.state = record::AttachmentState::present;
  out.original.within = file.sha256;
  out.original.file = whole.original.file;
  out.original.offset = whole.original.offset;
  out.original.length = bytes.size();
  return out;
}

}  // namespace strongroom::capture
