#include "capture/database/bytes_vfs.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <cstring>

namespace strongroom::capture::database {
namespace {

constexpr int kNameMax = 64;

struct File {
  sqlite3_file base;
  const Image* image;
};

const Image& image_of(sqlite3_file* file) { return *reinterpret_cast<File*>(file)->image; }

int close_file(sqlite3_file*) { return SQLITE_OK; }
int read_file(sqlite3_file* file, void* out, int amount, sqlite3_int64 offset) {
  if (amount < 0 || offset < 0) return SQLITE_IOERR_READ;
  const MutableBytes to(static_cast<std::byte*>(out), static_cast<std::size_t>(amount));
  const std::size_t read = image_of(file).read(static_cast<std::uint64_t>(offset), to);
  return read == to.size() ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}
int write_file(sqlite3_file*, const void*, int, sqlite3_int64) { return SQLITE_READONLY; }
int truncate_file(sqlite3_file*, sqlite3_int64) { return SQLITE_READONLY; }
int sync_file(sqlite3_file*, int) { return SQLITE_OK; }
int size_of_file(sqlite3_file* file, sqlite3_int64* out) {
  *out = static_cast<sqlite3_int64>(image_of(file).size());
  return SQLITE_OK;
}
int lock_file(sqlite3_file*, int) { return SQLITE_OK; }
int check_lock(sqlite3_file*, int* out) {
  *out = 0;
  return SQLITE_OK;
}
int control_file(sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; }
int sector_size(sqlite3_file*) { return 4096; }
int characteristics(sqlite3_file*) { return SQLITE_IOCAP_IMMUTABLE; }

const sqlite3_io_methods& methods() {
  static const sqlite3_io_methods kMethods = [] {
    sqlite3_io_methods m{};
    m.iVersion = 1;
    m.xClose = close_file;
    m.xRead = read_file;
    m.xWrite = write_file;
    m.xTruncate = truncate_file;
    m.xSync = sync_file;
    m.xFileSize = size_of_file;
    m.xLock = lock_file;
    m.xUnlock = lock_file;
    m.xCheckReservedLock = check_lock;
    m.xFileControl = control_file;
    m.xSectorSize = sector_size;
    m.xDeviceCharacteristics = characteristics;
    return m;
  }();
  return kMethods;
}

int open_file(sqlite3_vfs* vfs, const char*, sqlite3_file* file, int flags, int* out_flags) {
  file->pMethods = nullptr;
  if ((flags & SQLITE_OPEN_MAIN_DB) == 0) return SQLITE_CANTOPEN;
  auto* opened = reinterpret_cast<File*>(file);
  opened->image = static_cast<const Image*>(vfs->pAppData);
  opened->base.pMethods = &methods();
  if (out_flags != nullptr) *out_flags = SQLITE_OPEN_READONLY;
  return SQLITE_OK;
}
int delete_file(sqlite3_vfs*, const char*, int) { return SQLITE_READONLY; }
int access_file(sqlite3_vfs*, const char*, int, int* out) {
  *out = 0;
  return SQLITE_OK;
}
int full_path(sqlite3_vfs*, const char* name, int size, char* out) {
  sqlite3_snprintf(size, out, "%s", name);
  return SQLITE_OK;
}
int randomness(sqlite3_vfs*, int size, char* out) {
  std::memset(out, 0, static_cast<std::size_t>(size));
  return size;
}
int sleep_not(sqlite3_vfs*, int) { return 0; }
int no_clock(sqlite3_vfs*, double* out) {
  *out = 0;
  return SQLITE_OK;
}
int no_error(sqlite3_vfs*, int, char*) { return 0; }

}  // namespace

BytesVfs::BytesVfs(const Image& image)
    : name_(fmt::format("bytes-{}", fmt::ptr(this))), vfs_(std::make_unique<sqlite3_vfs>()) {
  vfs_->iVersion = 1;
  vfs_->szOsFile = sizeof(File);
  vfs_->mxPathname = kNameMax;
  vfs_->zName = name_.c_str();
  vfs_->pAppData = const_cast<Image*>(&image);
  vfs_->xOpen = open_file;
  vfs_->xDelete = delete_file;
  vfs_->xAccess = access_file;
  vfs_->xFullPathname = full_path;
  vfs_->xRandomness = randomness;
  vfs_->xSleep = sleep_not;
  vfs_->xCurrentTime = no_clock;
  vfs_->xGetLastError = no_error;
  sqlite3_vfs_register(vfs_.get(), 0);
}

BytesVfs::~BytesVfs() { sqlite3_vfs_unregister(vfs_.get()); }

}  // namespace strongroom::capture::database
