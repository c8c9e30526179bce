#include "capture/emission.h"

#include "codec/text.h"
#include "crypto/hash.h"

namespace strongroom::capture {
namespace {

/// Others are known by their content (record::identity_of).
bool is_event(record::Kind kind) {
  return kind != record::Kind::context && kind != record::Kind::attachment &&
         kind != record::Kind::unparsed_original;
}

}  // namespace

const Hash256& Emission::digest() {
  if (!digest_) digest_ = crypto::sha256(bytes_);
  return *digest_;
}

Result<void> Emission::emit(record::Record&& record) {
  record.original.file = file_;
  record.original.offset = offset_;
  record.original.length = bytes_.size();
  if (first_) {
    if (named_by_bytes_ && record.native_id.empty() && is_event(record.kind))
      record.native_id = "sha256:" + codec::hex(digest());
    record.original.bytes = copy_of(bytes_);
    first_ = false;
  } else {
    record.original.within = digest();
  }
  return tally_.record(std::move(record));
}

}  // namespace strongroom::capture
