// drill ask, report, status: canary folders opened by the path of every reading, and what came of it (protocol §5.6).
#include <fmt/format.h>

#include <algorithm>

#include "asking.h"
#include "canaries.h"
#include "codec/json_text.h"
#include "codec/text.h"
#include "commands.h"
#include "grant/case_store.h"
#include "grant/fetch_case.h"
#include "opened.h"
#include "roster/drill_schedule.h"
#include "roster/signing.h"

namespace strongroom::person {
namespace {

struct AskCommand {
  PersonOptions person;
  std::vector<std::string> devices;
  std::uint64_t days_valid = 30;
};
struct ReportCommand {
  PersonOptions person;
  std::string commitment;
  std::uint64_t wait_s = 0;
  enum class Grants { enough, as_they_are } grants = Grants::enough;
};

std::string today_name(const Person& person) {
  return envelope::day_name(static_cast<std::uint32_t>(person.now_s() / 86400));
}

std::vector<envelope::DeviceId> devices_meant(const roster::RegisterState& state,
                                              const std::vector<std::string>& beginnings) {
  std::vector<envelope::DeviceId> out;
  for (const auto& [id, device] : state.devices()) {
    const bool named = std::ranges::any_of(
        beginnings, [&](const std::string& begin) { return codec::hex(id).starts_with(begin); });
    if (beginnings.empty() || named) out.push_back(id);
  }
  return out;
}

/// The narrowest predicate over these folders.
roster::Scope scope_over(const std::vector<FoundCanary>& canaries) {
  roster::Scope scope;
  scope.day_from = UINT32_MAX;
  for (const FoundCanary& canary : canaries) {
    scope.devices.push_back(canary.asked.device);
    scope.classes.push_back(canary.asked.lot.retention_class);
    scope.day_from = std::min(scope.day_from, canary.day);
    scope.day_to = std::max(scope.day_to, canary.day);
  }
  std::ranges::sort(scope.devices);
  scope.devices.erase(std::ranges::unique(scope.devices).begin(), scope.devices.end());
  std::ranges::sort(scope.classes);
  scope.classes.erase(std::ranges::unique(scope.classes).begin(), scope.classes.end());
  return scope;
}

Result<void> ask_drill(const AskCommand& asked) {
  Person person = TRY(Person::open(asked.person));
  Archive archive = TRY(person.connect());
  const roster::RegisterState& state = archive.replica.state();
  Wish wish;
  wish.request.reader = TRY(person.me_as(archive.replica, roster::Role::reader))->id;
  const auto all = TRY(find_canaries(archive, devices_meant(state, asked.devices)));
  const auto canaries = choose_canaries(state, all, person.now_s());
  if (canaries.empty())
    return fail(ErrorCode::not_found, "there is no canary folder to open", {},
                "devices seal one when they import or give a sign of life ('strongroom-agent canary')");
  wish.request.purpose = roster::RequestPurpose::drill;
  wish.request.case_name = "Drill of " + today_name(person);
  wish.request.legal_basis = "Drill: canary folders only";
  wish.request.scope = scope_over(canaries);
  wish.days_valid = asked.days_valid;
  for (const FoundCanary& canary : canaries) {
    wish.folders.push_back(canary.asked.header_hash);
    wish.newest = std::max(wish.newest, canary.leaf);
  }
  const Asked done = TRY(ask(person, archive, asked.person, std::move(wish)));
  if (asked.person.form == Form::json) {
    fmt::print("{{\"commitment\": {}, \"leaf\": {}, \"folders\": {}}}\n",
               codec::json_string(codec::hex(done.commitment)), done.leaf, canaries.size());
  } else {
    fmt::print(
        "Asked, in the register at leaf {}. An approver approves it and trustees grant it as any "
        "request.\nThen run "
        "'strongroom drill report {}'. Its commitment:\n{}\n",
        done.leaf, codec::hex(BytesView(done.commitment).first(4)), codec::hex(done.commitment));
  }
  return {};
}

/// The folders of one's own drill, each a canary as the ledger shows it.
Result<std::vector<grant::AskedCanary>> asked_canaries(Person& person, Archive& archive,
                                                       const Hash256& commitment) {
  const OwnRequest own = TRY(own_request(person, commitment));
  if (own.request.purpose != roster::RequestPurpose::drill)
    return fail(ErrorCode::refused, "this request is no drill", codec::hex(commitment),
                "'strongroom open' opens it");
  const std::vector<Hash256> folders =
      TRY(grant::CaseStore(person.files(), person.path("cases"), commitment).folders());
  std::vector<grant::AskedCanary> out;
  for (const FoundCanary& canary : TRY(find_canaries(archive, own.request.scope.devices)))
    if (std::ranges::binary_search(folders, canary.asked.header_hash)) out.push_back(canary.asked);
  if (out.size() != folders.size())
    return fail(ErrorCode::corrupt,
                fmt::format("{} of the {} folders of this drill are not to be found as canaries any more",
                            folders.size() - out.size(), folders.size()),
                {}, "run 'strongroom-verify archive': a device's chain has a gap, or its device was revoked");
  return out;
}

Result<void> check_enough(const Archive& archive, const Hash256& commitment, const ReportCommand& asked) {
  const grant::Progress progress = TRY(grant::progress_of(archive.replica.state(), commitment));
  if (progress.granted.size() >= progress.wanted || asked.grants == ReportCommand::Grants::as_they_are)
    return {};
  return fail(
      ErrorCode::unavailable,
      fmt::format("{} of {} trustees have granted this drill", progress.granted.size(), progress.wanted), {},
      "wait for them, or enter with --as-it-is that it failed");
}

/// What opens of what was granted. Nothing opening is a result too.
Result<std::vector<grant::OpenedDevice>> open_granted(Person& person, Archive& archive,
                                                      const Hash256& commitment) {
  TRY(fetch_granted(person, archive, commitment));
  auto opened = load_case(person, archive.replica, commitment);
  if (!opened && opened.error().code == ErrorCode::unavailable) {
    fmt::print(stderr, "  {}\n", opened.error().what);
    return std::vector<grant::OpenedDevice>{};
  }
  if (!opened) return std::unexpected(std::move(opened).error());
  for (const grant::Missing& missing : opened->missing) fmt::print(stderr, "  {}\n", missing.what);
  return std::move(opened->devices);
}

void print_report(const ReportCommand& asked, const roster::Drill& drill, std::uint64_t leaf,
                  std::ptrdiff_t opened) {
  if (asked.person.form == Form::json) {
    fmt::print("{{\"drill\": {}, \"folders\": {}, \"opened\": {}, \"leaf\": {}}}\n",
               codec::json_string(codec::hex(drill.commitment)), drill.folders.size(), opened, leaf);
    return;
  }
  for (const roster::DrilledFolder& folder : drill.folders)
    if (folder.outcome != roster::DrillOutcome::opened)
      fmt::print("  {}, device {}: {}\n", envelope::to_string(folder.lot), codec::hex(folder.device),
                 roster::name_of(folder.outcome));
  fmt::print("{} of {} canaries opened with their answers. This is in the register now, at leaf {}.\n",
             opened, drill.folders.size(), leaf);
  fmt::print("'strongroom close {}' ends the case.\n", codec::hex(BytesView(drill.commitment).first(4)));
}

Result<void> report_drill(const ReportCommand& asked) {
  Person person = TRY(Person::open(asked.person));
  Archive archive = TRY(person.connect());
  const roster::MemberId me = TRY(person.me_as(archive.replica, roster::Role::reader))->id;
  const Hash256 commitment = TRY(own_case(person, asked.commitment));
  const auto canaries = TRY(asked_canaries(person, archive, commitment));
  if (asked.wait_s > 0) static_cast<void>(wait_for_grants(archive, commitment, asked.wait_s));
  TRY(check_enough(archive, commitment, asked));
  const auto opened = TRY(open_granted(person, archive, commitment));
  const roster::RegisterState& state = archive.replica.state();
  const roster::Drill drill{
      state.archive(), state.current_roster()->hash, commitment, me, grant::judge_drill(canaries, opened),
      person.now_s()};
  const std::uint64_t leaf = TRY(grant::enter(archive.session(), envelope::RegisterType::drill,
                                              roster::sign_drill(drill, person.signing()), "the drill"));
  const auto good =
      std::ranges::count(drill.folders, roster::DrillOutcome::opened, &roster::DrilledFolder::outcome);
  print_report(asked, drill, leaf, good);
  if (roster::succeeded(drill)) return {};
  return fail(ErrorCode::corrupt,
              "the drill failed: what was sealed beside these canaries may not open either", {},
              "tell an officer and the trustees; the lots and devices are named above");
}

std::string standing_text(const roster::DrillStanding& standing, std::uint64_t now_s) {
  const auto day = [](std::uint64_t s) { return envelope::day_name(static_cast<std::uint32_t>(s / 86400)); };
  std::string out =
      standing.opened_s ? "opened in a drill on " + day(*standing.opened_s) : std::string("never drilled");
  if (standing.failed_since) out += "; the last drill FAILED";
  return out + (standing.overdue(now_s) ? "; OVERDUE since " : "; due by ") + day(standing.due_s);
}

struct Counts {
  std::size_t all = 0, never = 0, overdue = 0;
  void add(const roster::DrillStanding& standing, std::uint64_t now_s) {
    ++all;
    if (!standing.opened_s) ++never;
    if (standing.overdue(now_s)) ++overdue;
  }
};

Result<void> show_status(const PersonOptions& options) {
  const Person person = TRY(Person::open(options));
  Archive archive = TRY(person.connect());
  const roster::RegisterState& state = archive.replica.state();
  const std::uint64_t now_s = person.now_s();
  const std::size_t everywhere = TRY(archive.replica.roster())->roster.canaries.size();
  const auto custodians =
      person.custodians(archive.replica).value_or(std::map<envelope::DeviceId, std::string>{});
  std::map<envelope::DeviceId, std::string> hearings;
  for (const auto& heard : TRY(archive.server.devices())) hearings[heard.device] = heard.hearing;
  Counts lots, devices;
  std::string text;
  for (const auto& [lot, standing] : roster::lots_in_drills(state, now_s)) {
    lots.add(standing, now_s);
    text += fmt::format("lot     {}: {}\n", envelope::to_string(lot), standing_text(standing, now_s));
  }
  for (const auto& [device, standing] : roster::devices_in_drills(state)) {
    if (hearings[device] == "retired") continue;
    devices.add(standing, now_s);
    const auto whose = custodians.find(device);
    text +=
        fmt::format("device  {}{}: {}\n", codec::hex(device),
                    whose == custodians.end() ? "" : "  " + whose->second, standing_text(standing, now_s));
  }
  if (options.form == Form::json) {
    fmt::print(
        "{{\"drills\": {}, \"canary_devices\": {}, \"lots\": {}, \"lots_never\": {}, \"lots_overdue\": {}, "
        "\"devices\": {}, \"devices_never\": {}, \"devices_overdue\": {}}}\n",
        state.drills().size(), everywhere, lots.all, lots.never, lots.overdue, devices.all, devices.never,
        devices.overdue);
    return {};
  }
  fmt::print("{}{} of {} lots and {} of {} devices are overdue.\n", text, lots.overdue, lots.all,
             devices.overdue, devices.all);
  if (everywhere == 0)
    fmt::print(
        "No canary device is on the roster, so most lots hold no canary: 'strongroom roster draft --canary' "
        "names "
        "one.\n");
  return {};
}

void add_ask(CLI::App& parent, Run& run) {
  const auto asked = std::make_shared<AskCommand>();
  CLI::App* command =
      parent.add_subcommand("ask", "ask for the newest canary of every lot and device (reader)");
  add_home_option(*command, asked->person);
  add_json_option(*command, asked->person);
  add_yes_option(*command, asked->person);
  command->add_option("--device", asked->devices, "id of a device, or its beginning; may be repeated");
  command->add_option("--days-valid", asked->days_valid, "days until it expires")
      ->check(CLI::Range(1, 400))
      ->capture_default_str();
  command->footer("Example: strongroom drill ask");
  command->callback([=, &run] {
    if (asked->person.form == Form::json) asked->person.asking = Asking::assume_yes;
    run = [=] { return ask_drill(*asked); };
  });
}

void add_report(CLI::App& parent, Run& run) {
  const auto asked = std::make_shared<ReportCommand>();
  CLI::App* command =
      parent.add_subcommand("report", "open what was granted of a drill, and enter what came of it (reader)");
  add_home_option(*command, asked->person);
  add_json_option(*command, asked->person);
  command->add_option("COMMITMENT", asked->commitment, "of the drill, its beginning, or its name")
      ->required();
  command->add_option("--wait", asked->wait_s, "seconds to wait for the trustees")
      ->check(CLI::Range(0, 86400));
  command->add_flag_callback(
      "--as-it-is", [asked] { asked->grants = ReportCommand::Grants::as_they_are; },
      "also if fewer trustees granted than must act together: the drill has failed");
  command->footer("Example: strongroom drill report 5f1c2a");
  command->callback([=, &run] { run = [=] { return report_drill(*asked); }; });
}

}  // namespace

void add_drill_commands(CLI::App& app, Run& run) {
  CLI::App* parent = app.add_subcommand("drill", "do the trustees' keys still open what was sealed?");
  parent->require_subcommand(1);
  add_ask(*parent, run);
  add_report(*parent, run);
  const auto showing = std::make_shared<PersonOptions>();
  CLI::App* status =
      parent->add_subcommand("status", "when each lot and device was last drilled, what is overdue");
  add_home_option(*status, *showing);
  add_json_option(*status, *showing);
  status->footer("Example: strongroom drill status");
  status->callback([=, &run] { run = [=] { return show_status(*showing); }; });
}

}  // namespace strongroom::person
