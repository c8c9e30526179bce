/// A fixed number of bytes shared out to requests, first come first served; who finds too little left waits
/// and is called. For the server's implementation.
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <utility>

namespace strongroom::wire {

/// Thread-safe. Shares keep the budget alive.
class ByteBudget : public std::enable_shared_from_this<ByteBudget> {
 public:
  explicit ByteBudget(std::uint64_t bytes) : left_(bytes) {}

  /// A part of the budget, given back on destruction. Move-only.
  class Share {
   public:
    Share() = default;
    Share(Share&& other) noexcept
        : budget_(std::move(other.budget_)), bytes_(std::exchange(other.bytes_, 0)) {}
    Share& operator=(Share&& other) noexcept {
      std::swap(budget_, other.budget_);
      std::swap(bytes_, other.bytes_);
      return *this;
    }
    ~Share();

   private:
    friend class ByteBudget;
    Share(std::shared_ptr<ByteBudget> budget, std::uint64_t bytes)
        : budget_(std::move(budget)), bytes_(bytes) {}
    std::shared_ptr<ByteBudget> budget_;
    std::uint64_t bytes_ = 0;
  };

  /// One waiting request.
  class Waiter {
   public:
    /// True once the bytes were set aside; `take` them then.
    bool granted() const;
    Share take();
    /// Gives the place up, and the bytes if they were set aside meanwhile.
    void leave();

   private:
    friend class ByteBudget;
    Waiter(std::shared_ptr<ByteBudget> budget, std::uint64_t bytes, std::function<void()> wake)
        : budget_(std::move(budget)), bytes_(bytes), wake_(std::move(wake)) {}
    std::shared_ptr<ByteBudget> budget_;
    std::uint64_t bytes_;
    std::function<void()> wake_;
    bool granted_ = false;
    bool taken_ = false;
  };

  /// Queues for `bytes` (at most the whole budget). If the answer is not `granted` already, `wake` is called,
  /// once, from the thread that gives bytes back, when it is.
  std::shared_ptr<Waiter> ask(std::uint64_t bytes, std::function<void()> wake);
  std::uint64_t left() const;

 private:
  void give_back(std::uint64_t bytes);
  mutable std::mutex mutex_;
  std::uint64_t left_;
  std::list<std::shared_ptr<Waiter>> queue_;
};

}  // namespace strongroom::wire
