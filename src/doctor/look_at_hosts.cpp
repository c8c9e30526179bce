#include "doctor/look_at_hosts.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>
#include <tuple>

#include "base/counted.h"
#include "platform/tcp_talk.h"

namespace strongroom::doctor {
namespace {

struct Tally {
  std::size_t open = 0, closed = 0, silent = 0, left = 0;
};
struct Job {
  Target target;
  Place place;
  std::size_t host = 0;  ///< of the list
};

std::string bracketed(const std::string& host) {
  return host.find(':') == std::string::npos ? host : "[" + host + "]";
}

Place place_of(const Target& target, bool several) {
  std::string text = fmt::format("{}:{}", bracketed(target.host), target.port);
  if (several) text += " (" + target.address + ")";
  return {std::move(text), Over::plain};
}

/// Port by port over all hosts, so that no host is asked much at once.
struct Plan {
  std::vector<Job> jobs;
  Findings unresolved;
};
Plan plan(const std::vector<ListedHost>& hosts) {
  Plan out;
  for (std::size_t i = 0; i < hosts.size(); ++i) {
    const auto addresses = platform::addresses_of(hosts[i].host);
    if (!addresses) {
      out.unresolved.push_back({Severity::unknown, "host-unknown", hosts[i].host, addresses.error().what,
                                "mend the list of hosts, or the name's address"});
      continue;
    }
    for (const std::string& address : *addresses)
      for (const std::uint16_t port : hosts[i].ports) {
        Target target{hosts[i].host, address, port};
        Place place = place_of(target, addresses->size() > 1);
        out.jobs.push_back({std::move(target), std::move(place), i});
      }
  }
  std::ranges::sort(out.jobs, {},
                    [](const Job& job) { return std::tie(job.target.port, job.host, job.target.address); });
  return out;
}

/// The work of all threads.
class Round {
 public:
  Round(const std::vector<Job>& jobs, std::size_t hosts, const Looking& looking, const Pace& pace,
        const Progress& progress)
      : jobs_(jobs),
        tallies_(hosts),
        looking_(looking),
        end_(platform::Deadline::after(pace.time_limit)),
        progress_(progress) {}

  void work() {
    for (std::size_t i = next_++; i < jobs_.size(); i = next_++) {
      if (end_.passed()) {
        const std::lock_guard lock(mutex_);
        ++tallies_[jobs_[i].host].left;
        continue;
      }
      auto found = look_at_port(jobs_[i].target, jobs_[i].place, looking_);
      const std::lock_guard lock(mutex_);
      Tally& tally = tallies_[jobs_[i].host];
      if (found) {
        ++tally.open;
        std::ranges::move(*found, std::back_inserter(findings_));
      } else {
        ++(found.error().code == ErrorCode::refused ? tally.closed : tally.silent);
      }
      progress_(++done_, jobs_.size());
    }
  }
  Findings take() { return std::move(findings_); }
  const std::vector<Tally>& tallies() const { return tallies_; }

 private:
  const std::vector<Job>& jobs_;
  std::vector<Tally> tallies_;
  const Looking& looking_;
  platform::Deadline end_;
  const Progress& progress_;
  std::atomic<std::size_t> next_{0};
  std::mutex mutex_;
  Findings findings_;
  std::size_t done_ = 0;
};

Finding summary_of(const std::string& host, const Tally& tally) {
  if (tally.left > 0)
    return {Severity::unknown, "not-looked-at", host,
            counted(tally.left, "port") + " not reached within the time limit",
            "raise --time-limit, or list fewer ports"};
  std::string what =
      fmt::format("{} open, {} closed, {} without an answer", tally.open, tally.closed, tally.silent);
  if (tally.open + tally.closed == 0)
    return {Severity::advice, "no-answer", host, what + ": it is off, or a firewall is in front of it",
            "nothing, if that is meant"};
  return {Severity::ok, "ports", host, std::move(what), {}};
}

}  // namespace

Findings look_at_hosts(const std::vector<ListedHost>& hosts, const Looking& looking, const Pace& pace,
                       const Progress& progress) {
  const Plan planned = plan(hosts);
  Round round(planned.jobs, hosts.size(), looking, pace, progress);
  {
    std::vector<std::jthread> threads;
    for (unsigned i = 0; i < std::clamp(pace.at_a_time, 1u, 256u); ++i)
      threads.emplace_back([&round] { round.work(); });
  }
  Findings out = round.take();
  std::ranges::copy(planned.unresolved, std::back_inserter(out));
  for (std::size_t i = 0; i < hosts.size(); ++i) {
    const bool unresolved =
        std::ranges::find(planned.unresolved, hosts[i].host, &Finding::where) != planned.unresolved.end();
    if (!unresolved) out.push_back(summary_of(hosts[i].host, round.tallies()[i]));
  }
  put_in_order(out);
  return out;
}

}  // namespace strongroom::doctor
