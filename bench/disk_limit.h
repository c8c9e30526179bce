/// The disk's own figure: append and fdatasync of plain bytes, nothing else.
#pragma once

#include <memory>
#include <string>

#include "must.h"
#include "platform/file_system.h"

namespace strongroom::bench {

/// One file at a time, begun anew where a segment of the vault would be.
class PlainLog {
 public:
  PlainLog(platform::FileSystem& files, std::string directory)
      : files_(files), directory_(std::move(directory)) {}

  /// Appends `bytes` `times` over, then one fdatasync.
  void write(BytesView bytes, std::size_t times) {
    constexpr std::uint64_t kFileBytesMax = 256u << 20;
    if (file_ == nullptr || written_ > kFileBytesMax) {
      if (file_ != nullptr) must(files_.remove(directory_ + "/plain"));
      file_ = must(files_.open_append(directory_ + "/plain"));
      written_ = 0;
    }
    for (std::size_t i = 0; i < times; ++i) must(file_->append(bytes));
    must(file_->sync());
    written_ += bytes.size() * times;
  }

 private:
  platform::FileSystem& files_;
  std::string directory_;
  std::unique_ptr<platform::File> file_;
  std::uint64_t written_ = 0;
};

}  // namespace strongroom::bench
