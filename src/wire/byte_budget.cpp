#include "wire/byte_budget.h"

#include <algorithm>
#include <vector>

namespace strongroom::wire {

ByteBudget::Share::~Share() {
  if (budget_ != nullptr && bytes_ != 0) budget_->give_back(bytes_);
}

std::shared_ptr<ByteBudget::Waiter> ByteBudget::ask(std::uint64_t bytes, std::function<void()> wake) {
  const auto waiter = std::shared_ptr<Waiter>(new Waiter(shared_from_this(), bytes, std::move(wake)));
  const std::lock_guard lock(mutex_);
  if (queue_.empty() && bytes <= left_) {
    left_ -= bytes;
    waiter->granted_ = true;
  } else {
    queue_.push_back(waiter);
  }
  return waiter;
}

std::uint64_t ByteBudget::left() const {
  const std::lock_guard lock(mutex_);
  return left_;
}

void ByteBudget::give_back(std::uint64_t bytes) {
  std::vector<std::shared_ptr<Waiter>> served;
  {
    const std::lock_guard lock(mutex_);
    left_ += bytes;
    while (!queue_.empty() && queue_.front()->bytes_ <= left_) {
      left_ -= queue_.front()->bytes_;
      queue_.front()->granted_ = true;
      served.push_back(std::move(queue_.front()));
      queue_.pop_front();
    }
  }
  for (const auto& waiter : served) waiter->wake_();
}

bool ByteBudget::Waiter::granted() const {
  const std::lock_guard lock(budget_->mutex_);
  return granted_;
}

ByteBudget::Share ByteBudget::Waiter::take() {
  const std::lock_guard lock(budget_->mutex_);
  if (!granted_ || std::exchange(taken_, true)) return {};
  return Share(budget_, bytes_);
}

void ByteBudget::Waiter::leave() {
  {
    const std::lock_guard lock(budget_->mutex_);
    std::erase_if(budget_->queue_, [&](const auto& waiter) { return waiter.get() == this; });
  }
  const Share unused = take();  // given back at the end, if the bytes were set aside meanwhile
  budget_->give_back(0);        // those behind this one may fit now
}

}  // namespace strongroom::wire
