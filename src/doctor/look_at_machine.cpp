#include "doctor/look_at_machine.h"

#include <fmt/format.h>

#include <algorithm>

#include "doctor/keeping.h"
#include "doctor/listeners.h"
#include "doctor/memory_leaks.h"
#include "doctor/timekeeping.h"
#include "ledger/note.h"

namespace strongroom::doctor {
namespace {

constexpr std::size_t kTableBytesMax = 1 << 20;
constexpr std::size_t kNamesMax = 2000;  ///< looked at in one directory
constexpr std::uint32_t kSyncRounds = 100;

void add(Findings& to, Findings more) { std::ranges::move(more, std::back_inserter(to)); }

// ---- what runs ---------------------------------------------------------------------------------------------------

Findings look_at_processes(const std::vector<platform::Process>& processes) {
  Findings out;
  bool any = false;
  for (const platform::Process& process : processes) {
    if (!is_own_server(process.name)) continue;
    any = true;
    const std::string place = "/proc/" + std::to_string(process.id);
    add(out,
        judge_running_server(
            {process.id, process.name, platform::read_pseudo(place + "/status", kTableBytesMax).value_or(""),
             platform::read_pseudo(place + "/limits", kTableBytesMax).value_or(""), process.proc_owner}));
  }
  if (!any)
    out.push_back({Severity::advice, "no-server-runs", "this machine",
                   "no strongroomd and no strongroom-witness is seen running",
                   "start it, if this is where it should run"});
  return out;
}

Findings look_at_listeners(const std::vector<platform::Process>& processes) {
  std::vector<Listener> listeners;
  Findings out;
  bool seen = false;
  for (const char* table : {"/proc/net/tcp", "/proc/net/tcp6"}) {
    const auto text = platform::read_pseudo(table, kTableBytesMax);
    if (!text) continue;
    seen = true;
    std::ranges::copy(parse_listeners(*text), std::back_inserter(listeners));
  }
  if (!seen)
    return {
        {Severity::unknown, "listeners-not-seen", "this machine", "who listens cannot be read", "ss -ltnp"}};
  Owners owners;
  for (const platform::Process& process : processes)
    if (const auto sockets = platform::sockets_of(process.id))
      for (const std::uint64_t inode : *sockets) owners.emplace(inode, process.name);
  return judge_listeners(listeners, owners);
}

// ---- swap --------------------------------------------------------------------------------------------------------

/// Encrypted if the device is dm-crypt's, or everything it lies on is.
SwapArea::On kind_of_device(platform::FileSystem& files, const std::string& sys, int depth) {
  if (const auto uuid = platform::read_pseudo(sys + "/dm/uuid", 256); uuid && uuid->starts_with("CRYPT-"))
    return SwapArea::On::encrypted;
  const auto below = files.list(sys + "/slaves");
  if (depth == 0) return SwapArea::On::unknown;
  if (!below || below->empty()) return SwapArea::On::plain;
  const bool all = std::ranges::all_of(*below, [&](const std::string& name) {
    return kind_of_device(files, fmt::format("{}/slaves/{}", sys, name), depth - 1) ==
           SwapArea::On::encrypted;
  });
  return all ? SwapArea::On::encrypted : SwapArea::On::plain;
}

SwapArea look_at_swap(platform::FileSystem& files, const std::string& name) {
  const std::string last = name.substr(name.rfind('/') + 1);
  if (name.starts_with("/dev/zram")) return {name, SwapArea::On::memory};
  if (name.starts_with("/dev/")) return {name, kind_of_device(files, "/sys/class/block/" + last, 8)};
  const auto device = platform::device_of(name);  // a file
  if (!device || device->starts_with("0:")) return {name, SwapArea::On::unknown};
  return {name, kind_of_device(files, "/sys/dev/block/" + *device, 8)};
}

Findings look_at_memory(platform::FileSystem& files) {
  Findings out;
  const auto pattern = platform::read_pseudo("/proc/sys/kernel/core_pattern", 4096);
  if (pattern) add(out, judge_core_pattern(*pattern));
  const auto swaps = platform::read_pseudo("/proc/swaps", kTableBytesMax);
  if (!swaps) {
    out.push_back({Severity::advice, "swap-not-seen", "this machine", "whether there is swap cannot be read",
                   "swapon --show"});
    return out;
  }
  std::vector<SwapArea> areas;
  for (const std::string& name : parse_swaps(*swaps)) areas.push_back(look_at_swap(files, name));
  add(out, judge_swaps(areas));
  return out;
}

// ---- directories -------------------------------------------------------------------------------------------------

Findings look_at_files(platform::FileSystem& files, const std::string& directory,
                       const std::vector<std::string>& secret, std::uint32_t owner, int depth,
                       const std::string& under = {}) {
  Findings out;
  const auto names = files.list(directory + (under.empty() ? "" : "/" + under));
  if (!names)
    return {{Severity::unknown, "not-readable", directory + "/" + under, "this user may not look into it",
             "run this as root"}};
  for (std::size_t i = 0; i < names->size() && i < kNamesMax; ++i) {
    const std::string inner = under.empty() ? (*names)[i] : fmt::format("{}/{}", under, (*names)[i]);
    const std::string path = fmt::format("{}/{}", directory, inner);
    const auto status = platform::status_of(path);
    if (!status) continue;  // gone in the meantime
    const bool is_secret = std::ranges::find(secret, inner) != secret.end();
    add(out, judge_file(path, is_secret ? FileRole::secret : FileRole::data, *status, owner));
    if (status->kind == platform::FileStatus::Kind::directory && depth > 0 && !is_secret)
      add(out, look_at_files(files, directory, secret, owner, depth - 1, inner));
  }
  return out;
}

Findings look_above(const std::string& directory) {
  Findings out;
  for (std::string above = directory.substr(0, directory.rfind('/'));;
       above = above.substr(0, above.rfind('/'))) {
    const std::string path = above.empty() ? "/" : above;
    if (const auto status = platform::status_of(path))
      add(out, judge_file(path, FileRole::directory_above, *status, {}));
    if (above.empty()) return out;
  }
}

Medium medium_of(const std::string& directory) {
  const auto device = platform::device_of(directory);
  if (!device || device->starts_with("0:")) return Medium::unknown;
  // A partition has no queue of its own.
  for (const char* queue : {"/queue/rotational", "/../queue/rotational"}) {
    const auto text = platform::read_pseudo("/sys/dev/block/" + *device + queue, 16);
    if (text) return text->starts_with('1') ? Medium::rotating : Medium::solid;
  }
  return Medium::unknown;
}

Findings look_at_disk(const std::string& directory, DirectoryKind kind) {
  Findings out;
  const auto space = platform::space_of(directory);
  if (space) add(out, judge_space(directory, *space));
  if (kind == DirectoryKind::person) return out;  // nothing there waits for the disk
  const auto measured = platform::measure_sync(directory, kSyncRounds);
  if (measured)
    add(out, judge_sync(directory, *measured, medium_of(directory)));
  else
    out.push_back({Severity::unknown, "sync-not-measured", directory, measured.error().what,
                   "run this as its owner, or as root"});
  return out;
}

Findings look_at_witnessed(platform::FileSystem& files, const std::string& directory,
                           const MachineQuestion& question) {
  Findings out;
  for (const char* ledger : {"register", "capture"}) {
    const std::string path = directory + "/" + ledger + "/witnessed";
    const auto text = files.read(path, ledger::kNoteBytesMax);
    if (!text && text.error().code != ErrorCode::not_found) {
      out.push_back(
          {Severity::unknown, "not-readable", path, "this user may not read it", "run this as root"});
      continue;
    }
    // The register grows only when somebody acts; the capture ledger has cross leaves.
    const bool quiet = std::string_view(ledger) == "register";
    const auto signed_s = text ? latest_cosignature_s(text_of(*text)) : std::nullopt;
    add(out, judge_cosignature_time(path, signed_s, question.now_s,
                                    quiet ? INT64_MAX / 2 : question.witness_age_max_s));
  }
  return out;
}

Result<Findings> look_at_directory(platform::FileSystem& files, const std::string& named,
                                   const MachineQuestion& question) {
  const std::string directory = TRY(platform::real_path(named));
  const platform::FileStatus status = TRY(platform::status_of(directory));
  const auto names = files.list(directory);
  if (!names)
    return Findings{
        {Severity::unknown, "not-readable", directory, "this user may not look into it", "run this as root"}};
  const DirectoryKind kind = recognise_directory(*names);
  if (kind == DirectoryKind::unknown)
    return fail(ErrorCode::refused, "this is no directory of a server, witness, person or device", directory,
                "name the one that --data, --home or --state names elsewhere");
  Findings out = judge_file(directory, FileRole::own_directory, status, {});
  add(out, look_at_files(files, directory, key_files(kind), status.owner, 2));
  add(out, look_above(directory));
  if (out.empty())
    out.push_back(
        {Severity::ok, "permissions", directory, std::string(name_of(kind)) + ": its owner's alone", {}});
  add(out, look_at_disk(directory, kind));
  if (kind == DirectoryKind::server) add(out, look_at_witnessed(files, directory, question));
  return out;
}

// ---- backup ------------------------------------------------------------------------------------------------------

/// backup.json's own time; of other copies the newest file that lies in the directory or directly below.
std::optional<std::int64_t> newest_backup_s(platform::FileSystem& files, const std::string& directory,
                                            int depth) {
  if (const auto start = platform::read_pseudo(directory + "/backup.json", 4096))
    return backup_made_s(*start);
  std::optional<std::int64_t> newest;
  const auto names = files.list(directory);
  if (!names) return newest;
  for (std::size_t i = 0; i < names->size() && i < kNamesMax; ++i) {
    const std::string path = directory + "/" + (*names)[i];
    const auto status = platform::status_of(path);
    if (!status) continue;
    std::optional<std::int64_t> here;
    if (status->kind == platform::FileStatus::Kind::regular) here = status->changed_s;
    if (status->kind == platform::FileStatus::Kind::directory && depth > 0)
      here = newest_backup_s(files, path, depth - 1);
    if (here) newest = std::max(newest.value_or(*here), *here);
  }
  return newest;
}

}  // namespace

Result<Findings> look_at_machine(platform::FileSystem& files, const MachineQuestion& question) {
  Findings out;
  for (const std::string& directory : question.directories)
    add(out, TRY(look_at_directory(files, directory, question)));
  const auto processes = platform::processes();
  if (!processes) {
    out.push_back({Severity::unknown, "processes-not-seen", "this machine", processes.error().what,
                   "is /proc mounted?"});
  } else {
    add(out, look_at_processes(*processes));
    add(out, look_at_listeners(*processes));
  }
  add(out, look_at_memory(files));
  const auto keeping = platform::clock_keeping();
  add(out, judge_clock(keeping ? std::optional(*keeping) : std::nullopt));
  if (!question.backup.empty()) {
    TRY(platform::status_of(question.backup));
    add(out, judge_backup(question.backup, newest_backup_s(files, question.backup, 1), question.now_s,
                          question.backup_age_max_s));
  }
  put_in_order(out);
  return out;
}

}  // namespace strongroom::doctor
