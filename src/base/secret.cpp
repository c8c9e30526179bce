#include "base/secret.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <mutex>
#include <vector>

#include "base/check.h"

namespace strongroom {

void wipe(MutableBytes bytes) noexcept {
  if (!bytes.empty()) explicit_bzero(bytes.data(), bytes.size());
}

bool equal_constant_time(BytesView a, BytesView b) noexcept {
  if (a.size() != b.size()) return false;
  unsigned difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) difference |= std::to_integer<unsigned>(a[i] ^ b[i]);
  return difference == 0;
}

namespace detail {
namespace {

constexpr std::size_t kSlab = 256 * 1024;
constexpr std::size_t kClassSizes[] = {32, 64, 128, 256, 1024, 4096};

std::byte* map_locked(std::size_t size) {
  void* memory = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  CHECK(memory != MAP_FAILED);
  // Locking may hit RLIMIT_MEMLOCK; the secret still works, and `strongroom doctor` reports swap.
  (void)mlock(memory, size);
  (void)madvise(memory, size, MADV_DONTDUMP);
  return static_cast<std::byte*>(memory);
}

std::size_t page_rounded(std::size_t size) {
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  return (size + page - 1) / page * page;
}

/// Free lists of fixed-size cells cut from locked slabs. It is the allocator of secrets and the one object
/// in the program with static lifetime: memory outlives every owner.
class LockedPool {
 public:
  std::byte* take(std::size_t class_index) {
    std::lock_guard lock(mutex_);
    auto& list = free_[class_index];
    if (list.empty()) {
      std::byte* slab = map_locked(kSlab);
      const std::size_t cell = kClassSizes[class_index];
      list.reserve(kSlab / cell);
      for (std::size_t offset = 0; offset < kSlab; offset += cell) list.push_back(slab + offset);
    }
    std::byte* cell = list.back();
    list.pop_back();
    return cell;
  }
  void give(std::size_t class_index, std::byte* cell) noexcept {
    std::lock_guard lock(mutex_);
    free_[class_index].push_back(cell);  // capacity was reserved when the slab was cut
  }

 private:
  std::mutex mutex_;
  std::vector<std::byte*> free_[std::size(kClassSizes)];
};

LockedPool& pool() {
  static auto* const instance = new LockedPool;  // never destroyed: secrets may outlive main's locals
  return *instance;
}

std::size_t class_of(std::size_t size) {
  std::size_t i = 0;
  while (i < std::size(kClassSizes) && kClassSizes[i] < size) ++i;
  return i;
}

}  // namespace

std::byte* allocate_locked(std::size_t size) {
  const std::size_t i = class_of(size);
  return i < std::size(kClassSizes) ? pool().take(i) : map_locked(page_rounded(size));
}

void release_locked(std::byte* memory, std::size_t size) noexcept {
  wipe({memory, size});
  const std::size_t i = class_of(size);
  if (i < std::size(kClassSizes)) {
    pool().give(i, memory);
  } else {
    munmap(memory, page_rounded(size));
  }
}

}  // namespace detail
}  // namespace strongroom
