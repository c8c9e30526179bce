#include "capture/emission.h"

#include "crypto/hash.h"

namespace strongroom::capture {

Result<void> Emission::emit(record::Record record) {
  record.original.file = file_;
  record.original.offset = offset_;
  record.original.length = bytes_.size();
  if (first_) {
    record.original.bytes = copy_of(bytes_);
    first_ = false;
  } else {
    if (!digest_) digest_ = crypto::sha256(bytes_);
    record.original.within = digest_;
  }
  return tally_.record(std::move(record));
}

}  // namespace strongroom::capture
