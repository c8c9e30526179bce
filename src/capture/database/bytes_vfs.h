/// The file system SQLite sees: one file, which is an Image, readable and nothing else. No journal, no temporary file,
/// no clock, no chance.
#pragma once

#include <memory>
#include <string>

#include "capture/database/image.h"

struct sqlite3_vfs;

namespace strongroom::capture::database {

/// Registered with SQLite under a name of its own for as long as it lives. Borrows the image, which must not move.
class BytesVfs {
 public:
  explicit BytesVfs(const Image& image);
  ~BytesVfs();
  BytesVfs(const BytesVfs&) = delete;
  BytesVfs& operator=(const BytesVfs&) = delete;
  const char* name() const { return name_.c_str(); }

 private:
  std::string name_;
  std::unique_ptr<sqlite3_vfs> vfs_;
};

}  // namespace strongroom::capture::database
