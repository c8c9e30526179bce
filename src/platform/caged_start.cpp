#include "platform/caged_start.h"

#include <elf.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <link.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <optional>

#include "platform/landlock.h"
#include "platform/sanitizer.h"
#include "platform/syscall_filter.h"
#include "platform/worker_calls.h"

namespace strongroom::platform {
namespace {

constexpr rlim_t kDescriptorsMax = 16;
constexpr rlim_t kLockedBytesMax = 4u << 20;  // for keys that custodians gave, and what is made of them
constexpr std::uint64_t kProgramBytes = 1ull << 30;  // code, libraries and their data
constexpr unsigned long kNamespaces = CLONE_NEWNET | CLONE_NEWPID | CLONE_NEWIPC;

struct Limit {
  int resource;
  rlim_t most;
};

enum class Step {
  none,
  parent,
  descriptors,
  limits,
  capabilities,
  no_new_privileges,
  landlock,
  filter,
  start
};

std::string_view name_of(Step step) {
  switch (step) {
    case Step::none: break;
    case Step::parent: return "its end cannot be tied to ours";
    case Step::descriptors: return "its descriptors cannot be set";
    case Step::limits: return "it cannot be limited";
    case Step::capabilities: return "its capabilities cannot be dropped";
    case Step::no_new_privileges: return "new privileges cannot be forbidden";
    case Step::landlock: return "Landlock cannot be entered";
    case Step::filter: return "the system call filter cannot be entered";
    case Step::start: return "the program cannot be run";
  }
  return "it ended before it began";
}

/// A page shared with the child until it runs the program. Its address is not in the program's reach, so the filter
/// can tell our execveat from any other.
class Page {
 public:
  struct Content {
    char path[8];  // "": execveat runs the descriptor
    Step step;
    int error;
  };
  static Result<Page> make() {
    void* memory =
        ::mmap(nullptr, sizeof(Content), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return fail_errno("there is no memory", {});
    return Page(static_cast<Content*>(memory));
  }
  Page(Page&& other) noexcept : content_(std::exchange(other.content_, nullptr)) {}
  Page& operator=(Page&&) = delete;
  ~Page() {
    if (content_ != nullptr) ::munmap(content_, sizeof(Content));
  }
  Content* get() const { return content_; }

 private:
  explicit Page(Content* content) : content_(content) {}
  Content* content_;
};

/// All that the child needs, made beforehand: between clone and exec it makes system calls and nothing else.
struct Preparation {
  Descriptor program, nowhere;
  CagedEnds ends;
  Landlock landlock;
  std::optional<SyscallFilter> filter;
  std::vector<Limit> limits;
  Page page;
  std::string library;  ///< the program's argument; empty: none
};

[[noreturn]] void give_up(const Preparation& ready, Step step, int error) {
  ready.page.get()->step = step;
  ready.page.get()->error = error;
  ::_exit(127);
}

int drop_capabilities() {
  for (unsigned long capability = 0; ::prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; ++capability)
    (void)::prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);  // needs CAP_SETPCAP, else there is nothing to keep
  (void)::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, 2> none{};
  return ::syscall(SYS_capset, &header, none.data()) == 0 ? 0 : errno;
}

bool set_descriptors(const Preparation& ready) {
  return ::dup2(ready.ends.input.get(), STDIN_FILENO) >= 0 &&
         ::dup2(ready.ends.output.get(), STDOUT_FILENO) >= 0 &&
         ::dup2(ready.nowhere.get(), STDERR_FILENO) >= 0 &&
         ::syscall(SYS_close_range, 3u, ~0u, 4u /* CLOSE_RANGE_CLOEXEC */) == 0;
}

/// If memory runs out it is the worker that goes. Not essential, and not everywhere allowed.
void offer_to_the_oom_killer() {
  const int score = ::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (score < 0) return;
  (void)!::write(score, "1000", 4);
  ::close(score);
}

/// In the child.
[[noreturn]] void become(const Preparation& ready) {
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  (void)::setsid();  // no controlling terminal
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0) give_up(ready, Step::parent, errno);
  offer_to_the_oom_killer();
  if (!set_descriptors(ready)) give_up(ready, Step::descriptors, errno);
  for (const Limit& limit : ready.limits) {
    const rlimit bound{limit.most, limit.most};
    if (::setrlimit(static_cast<__rlimit_resource_t>(limit.resource), &bound) != 0)
      give_up(ready, Step::limits, errno);
  }
  if (const int failed = drop_capabilities(); failed != 0) give_up(ready, Step::capabilities, failed);
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) give_up(ready, Step::no_new_privileges, errno);
  if (const int failed = ready.landlock.enter(); failed != 0) give_up(ready, Step::landlock, failed);
  if (ready.filter) {
    if (const int failed = ready.filter->enter(); failed != 0) give_up(ready, Step::filter, failed);
  }
  char name[] = "strongroom-parse";
  char* const library = ready.library.empty() ? nullptr : const_cast<char*>(ready.library.c_str());
  const std::array<char*, 3> arguments{name, library, nullptr};
  const std::array<char*, 1> environment{nullptr};
  ::syscall(SYS_execveat, ready.program.get(), ready.page.get()->path, arguments.data(), environment.data(),
            AT_EMPTY_PATH);
  give_up(ready, Step::start, errno);
}

/// The dynamic loader of this very program: the worker is built with the same tools.
std::string loader() {
  std::string path;
  ::dl_iterate_phdr(
      [](dl_phdr_info* info, std::size_t, void* out) {
        for (int i = 0; i < info->dlpi_phnum; ++i) {
          const auto& segment = info->dlpi_phdr[i];
          if (segment.p_type == PT_INTERP)
            *static_cast<std::string*>(out) =
                // NOLINTNEXTLINE(performance-no-int-to-ptr): the loader gives numbers
                reinterpret_cast<const char*>(info->dlpi_addr + segment.p_vaddr);
        }
        return 1;  // the program comes first
      },
      &path);
  return path;
}

/// The libraries' directories, and two files that may be started.
LandlockRules places_of(const std::string& program, const std::string& library) {
  LandlockRules rules;
  for (const char* directory : {"/lib", "/lib64", "/usr/lib", "/usr/lib64", "/etc/ld.so.cache"})
    rules.places.push_back({directory, PlaceUse::read});
  if constexpr (!std::string_view(STRONGROOM_LIBRARIES).empty())
    rules.places.push_back({STRONGROOM_LIBRARIES, PlaceUse::read});
  rules.places.push_back({loader(), PlaceUse::execute});
  rules.places.push_back({program, PlaceUse::execute});
  if (!library.empty()) rules.places.push_back({library, PlaceUse::read});
  return rules;
}

/// What this process may lock itself is all it can give.
rlim_t locked_bytes_max() {
  rlimit own{};
  return ::getrlimit(RLIMIT_MEMLOCK, &own) == 0 ? std::min(own.rlim_max, kLockedBytesMax) : 0;
}

std::vector<Limit> limits_of(const WorkerBounds& bounds) {
  std::vector<Limit> out{{RLIMIT_CORE, 0},
                         {RLIMIT_FSIZE, 0},
                         {RLIMIT_NPROC, 0},
                         {RLIMIT_MEMLOCK, locked_bytes_max()},
                         {RLIMIT_MSGQUEUE, 0},
                         {RLIMIT_NOFILE, kDescriptorsMax},
                         {RLIMIT_CPU, bounds.cpu_seconds}};
  if (kSanitized) return out;
  out.push_back({RLIMIT_DATA, bounds.memory_bytes});
  out.push_back({RLIMIT_AS, bounds.memory_bytes + bounds.mapped_bytes + kProgramBytes});
  return out;
}

Result<Preparation> prepare(const std::string& program, CagedEnds ends, const WorkerBounds& bounds,
                            const std::string& library) {
  Preparation ready{Descriptor(::open(program.c_str(), O_PATH | O_CLOEXEC)),
                    Descriptor(::open("/dev/null", O_WRONLY | O_CLOEXEC)),
                    std::move(ends),
                    Landlock{},
                    std::nullopt,
                    limits_of(bounds),
                    TRY(Page::make()),
                    library};
  if (!ready.program.is_open()) return fail_errno("a worker cannot be started", program);
  if (!ready.nowhere.is_open()) return fail_errno("a worker cannot be started", "/dev/null");
  if (kSanitized) return ready;
  ready.landlock = TRY(Landlock::make(places_of(program, library)));
  if (SyscallFilter::is_supported())
    ready.filter = TRY(SyscallFilter::compile(calls_of_a_starting_worker(ready.page.get()->path),
                                              Unlisted::ends_the_process));
  return ready;
}

/// clone(2) as fork does it, with `flags`; the watch is a descriptor of the child.
long fork_into(unsigned long flags, int& watch) {
  return ::syscall(SYS_clone, flags | CLONE_PIDFD | SIGCHLD, nullptr, &watch, nullptr, nullptr);
}

/// Namespaces as far as they are allowed; says which are not.
Result<CagedProcess> fork_caged(const Preparation& ready) {
  int watch = -1;
  std::vector<std::string> missing;
  long process = fork_into(kNamespaces | CLONE_NEWUSER, watch);
  if (process < 0) {
    missing.push_back(fmt::format("no user namespace: {}", std::generic_category().message(errno)));
    process = fork_into(kNamespaces, watch);
  }
  if (process < 0) {
    missing.emplace_back("no process, network and IPC namespaces: they need a user namespace or root");
    process = fork_into(0, watch);
  }
  if (process < 0) return fail_errno("a worker cannot be started", {});
  if (process == 0) become(ready);
  return CagedProcess{static_cast<int>(process), Descriptor(watch), std::move(missing)};
}

}  // namespace

Result<CagedProcess> start_caged(const std::string& program, CagedEnds ends, const WorkerBounds& bounds,
                                 Cage cage, const std::string& library) {
  Preparation ready = TRY(prepare(program, std::move(ends), bounds, library));
  if (!kSanitized && !ready.filter && cage == Cage::required)
    return fail(ErrorCode::refused, "this kernel has no seccomp filters, so the parser cannot be caged", {},
                "use a kernel with CONFIG_SECCOMP_FILTER, or say --weak-cage for files you trust");
  // Its constructors run before the worker confines itself: what holds then is what is set here, and all of it must.
  if (!kSanitized && !library.empty() && (!ready.filter || !ready.landlock.in_force()))
    return fail(ErrorCode::refused,
                "a vendor's library is loaded in a whole cage only, and this kernel has no seccomp filters "
                "or no Landlock",
                library, "import without it, or where the kernel has both");
  std::array<int, 2> begun{};
  if (::pipe2(begun.data(), O_CLOEXEC) != 0) return fail_errno("a worker cannot be started", program);
  const Descriptor has_begun(begun[0]);
  Descriptor beginning(begun[1]);
  CagedProcess caged = TRY_IN(program, fork_caged(ready));
  beginning = Descriptor();
  char nothing = 0;  // the child's copy closes when the program runs, or when it does not come to that
  (void)!retry_interrupted([&] { return ::read(has_begun.get(), &nothing, 1); });
  if (const auto& said = *ready.page.get(); said.step != Step::none) {
    retry_interrupted([&] { return ::waitpid(caged.process, nullptr, 0); });
    errno = said.error;
    return fail_errno("a worker cannot be started: " + std::string(name_of(said.step)), program);
  }
  if (kSanitized) {
    caged.missing.emplace_back("no system call filter, Landlock or limit of memory: a sanitizer's build");
    return caged;
  }
  if (!ready.filter) caged.missing.emplace_back("no system call filter: this kernel has no seccomp filters");
  if (!ready.landlock.in_force())
    caged.missing.emplace_back("no Landlock: only the system call filter keeps files from the parser");
  return caged;
}

}  // namespace strongroom::platform
