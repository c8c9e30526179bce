#include "platform/server_cage.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/prctl.h>

#include "platform/sanitizer.h"
#include "platform/server_calls.h"
#include "platform/syscall_filter.h"

namespace strongroom::platform {
namespace {

/// The data; what OpenSSL, SQLite and the C library's allocator ask for; and what is read to resolve a name.
LandlockRules rules_of(const ServerCage& cage) {
  LandlockRules rules;
  rules.listen_ports = cage.listen_ports;
  rules.connections = cage.connections;
  rules.places.push_back({cage.data, PlaceUse::keep});
  for (const char* path : {"/dev/urandom", "/etc/ssl/openssl.cnf", "/sys/devices/system/cpu/online",
                           "/proc/sys/vm/overcommit_memory"})
    rules.places.push_back({path, PlaceUse::read});
  if (cage.connections == Connections::none) return rules;
  for (const char* path : {"/etc/hosts", "/etc/resolv.conf", "/etc/nsswitch.conf", "/etc/host.conf",
                           "/etc/gai.conf", "/etc/services", "/etc/protocols", "/run/systemd/resolve",
                           "/etc/ld.so.cache", "/lib", "/lib64", "/usr/lib", "/usr/lib64"})
    rules.places.push_back({path, PlaceUse::read});
  return rules;
}

Result<void> enter_filter(ServerConfinement& out) {
  if (!SyscallFilter::is_supported()) {
    out.missing.emplace_back("seccomp filters (it could start programs)");
    return {};
  }
  const SyscallFilter filter = TRY(SyscallFilter::compile(calls_of_a_server(), Unlisted::fails));
  if (const int failed = filter.enter(); failed != 0) {
    errno = failed;
    return fail_errno("the system call filter cannot be entered", {});
  }
  out.in_force.emplace_back("a system call filter");
  return {};
}

Result<void> enter_landlock(const ServerCage& cage, ServerConfinement& out) {
  const Landlock landlock = TRY(Landlock::make(rules_of(cage)));
  if (const int failed = landlock.enter(); failed != 0) {
    errno = failed;
    return fail_errno("Landlock cannot be entered", {});
  }
  if (!landlock.in_force())
    out.missing.emplace_back("Landlock (it could use every file its account can)");
  else
    out.in_force.push_back(fmt::format("Landlock {} (its data directory{})", Landlock::version(),
                                       landlock.rules_tcp() ? ", its ports" : ""));
  if (landlock.in_force() && !landlock.rules_tcp())
    out.missing.emplace_back("Landlock 4 (it could listen on other ports)");
  return {};
}

}  // namespace

std::string ServerConfinement::sentence() const {
  std::string out =
      in_force.empty() ? "not confined" : fmt::format("confined by {}", fmt::join(in_force, ", "));
  if (!missing.empty()) out += fmt::format("; missing: {}", fmt::join(missing, ", "));
  return out;
}

Result<ServerConfinement> confine_server(const ServerCage& cage) {
  ServerConfinement out;
  if (kSanitized) {
    out.missing.emplace_back("everything: a sanitizer's build");
    return out;
  }
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
    return fail_errno("new privileges cannot be forbidden", "prctl");
  out.in_force.emplace_back("no new privileges");
  TRY(enter_landlock(cage, out));
  TRY(enter_filter(out));
  return out;
}

}  // namespace strongroom::platform
