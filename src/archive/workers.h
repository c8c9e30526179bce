/// A few threads that do what the listeners' threads must not wait for: signatures, proofs, reads from disk.
#pragma once

#include <functional>
#include <thread>
#include <vector>

#include "archive/inbox.h"

namespace strongroom::archive {

class Workers {
 public:
  explicit Workers(unsigned threads) {
    for (unsigned i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
  }
  ~Workers() { stop(); }
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  /// After `stop` the job is dropped.
  void post(std::function<void()> job) { static_cast<void>(jobs_.put(std::move(job))); }
  /// Finishes what was posted, then ends the threads.
  void stop() {
    jobs_.close();
    for (std::thread& thread : threads_) {
      if (thread.joinable()) thread.join();
    }
  }

 private:
  void run() {
    while (!jobs_.finished()) {
      for (const auto& job : jobs_.take(1, std::chrono::seconds(10))) job();
    }
  }

  Inbox<std::function<void()>> jobs_;
  std::vector<std::thread> threads_;
};

}  // namespace strongroom::archive
