/// Work handed from many threads to one, which takes all that is there at once: the batches of group commit form by
/// themselves, and an idle ledger answers a single entry without waiting for company.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <iterator>
#include <mutex>
#include <utility>
#include <vector>

namespace strongroom::archive {

template <class Item>
class Inbox {
 public:
  /// False once closed: the item was not taken.
  [[nodiscard]] bool put(Item item) {
    {
      const std::lock_guard lock(mutex_);
      if (closed_) return false;
      items_.push_back(std::move(item));
    }
    ready_.notify_one();
    return true;
  }

  /// Everything there, up to `max`, as soon as there is anything; nothing after `at_most` or when closed and empty.
  std::vector<Item> take(std::size_t max, std::chrono::milliseconds at_most) {
    std::unique_lock lock(mutex_);
    ready_.wait_for(lock, at_most, [this] { return closed_ || !items_.empty(); });
    std::vector<Item> out;
    while (!items_.empty() && out.size() < max) {
      out.push_back(std::move(items_.front()));
      items_.pop_front();
    }
    return out;
  }

  /// No more items; what is there can still be taken.
  void close() {
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
    }
    ready_.notify_all();
  }
  bool finished() {
    const std::lock_guard lock(mutex_);
    return closed_ && items_.empty();
  }

 private:
  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<Item> items_;
  bool closed_ = false;
};

}  // namespace strongroom::archive
