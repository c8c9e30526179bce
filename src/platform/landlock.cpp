#include "platform/landlock.h"

#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <array>

namespace strongroom::platform {
namespace {

// Written out here because the headers of Debian 12 stop at version 2 (linux/landlock.h of later kernels).
struct RulesetShape {
  std::uint64_t file_system, network, scope;
};
struct PortRule {
  std::uint64_t access, port;
};
constexpr std::uint64_t kTruncate = 1u << 14;                         // version 3
constexpr std::uint64_t kBindTcp = 1u << 0, kConnectTcp = 1u << 1;    // version 4
constexpr std::uint64_t kDeviceControl = 1u << 15;                    // version 5
constexpr std::uint64_t kAbstractSockets = 1u << 0, kSignals = 1u << 1;  // version 6
constexpr auto kPortRule = 2;

constexpr std::uint64_t kRead = LANDLOCK_ACCESS_FS_READ_FILE;
constexpr std::uint64_t kKeep = kRead | LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_WRITE_FILE |
                                LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |
                                LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_DIR |
                                LANDLOCK_ACCESS_FS_REFER | kTruncate;
constexpr std::uint64_t kOfAFile =
    LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE | kRead | kTruncate | kDeviceControl;

/// Everything that version can deny.
RulesetShape all_of(int version, Connections connections) {
  RulesetShape out{(1u << 13) - 1, 0, 0};
  if (version >= 2) out.file_system |= LANDLOCK_ACCESS_FS_REFER;
  if (version >= 3) out.file_system |= kTruncate;
  if (version >= 4) out.network = connections == Connections::none ? kBindTcp | kConnectTcp : kBindTcp;
  if (version >= 5) out.file_system |= kDeviceControl;
  if (version >= 6) out.scope = kAbstractSockets | kSignals;
  return out;
}

std::uint64_t access_of(PlaceUse use) {
  switch (use) {
    case PlaceUse::read: return kRead;
    case PlaceUse::execute: return kRead | LANDLOCK_ACCESS_FS_EXECUTE;
    case PlaceUse::keep: return kKeep;
  }
  return 0;
}

Result<void> add_place(int rules, const RulesetShape& shape, const Place& place) {
  const Descriptor there(::open(place.path.c_str(), O_PATH | O_CLOEXEC));
  struct stat about{};
  if (!there.is_open() || ::fstat(there.get(), &about) != 0) return {};
  std::uint64_t access = access_of(place.use) & shape.file_system;
  if (!S_ISDIR(about.st_mode)) access &= kOfAFile;
  const landlock_path_beneath_attr rule{access, there.get()};
  if (::syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) != 0)
    return fail_errno("Landlock does not take a place", place.path);
  return {};
}

Result<void> add_port(int rules, std::uint16_t port) {
  const PortRule rule{kBindTcp, port};
  if (::syscall(SYS_landlock_add_rule, rules, kPortRule, &rule, 0) != 0)
    return fail_errno("Landlock does not take a port", std::to_string(port));
  return {};
}

}  // namespace

int Landlock::version() {
  const long version = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  return version > 0 ? static_cast<int>(version) : 0;
}

Result<Landlock> Landlock::make(const LandlockRules& rules) {
  Landlock out;
  const int kernel = version();
  if (kernel == 0) return out;
  const RulesetShape shape = all_of(kernel, rules.connections);
  // A kernel takes a shape longer than its own if what it does not know is 0.
  out.rules_ = Descriptor(static_cast<int>(::syscall(SYS_landlock_create_ruleset, &shape, sizeof shape, 0)));
  if (!out.rules_.is_open()) return fail_errno("Landlock's rules cannot be made", {});
  for (const Place& place : rules.places) TRY(add_place(out.rules_.get(), shape, place));
  if (shape.network == 0) return out;
  for (const std::uint16_t port : rules.listen_ports) TRY(add_port(out.rules_.get(), port));
  return out;
}

int Landlock::enter() const noexcept {
  if (!rules_.is_open()) return 0;
  return ::syscall(SYS_landlock_restrict_self, rules_.get(), 0) == 0 ? 0 : errno;
}

}  // namespace strongroom::platform
