// requests: what was asked, and how far it is.
#include <fmt/format.h>

#include "codec/json_text.h"
#include "codec/text.h"
#include "commands.h"
#include "grant/fetch_case.h"
#include "own_request.h"

namespace strongroom::person {
namespace {

std::string state_of(const grant::Progress& progress) {
  if (progress.closed) return "closed";
  if (progress.stopped_by) return fmt::format("stopped by member {}", *progress.stopped_by);
  if (progress.approvers.empty()) return "asked; waits for an approver";
  if (progress.granted.size() >= progress.wanted)
    return fmt::format("granted by {}, {} needed", progress.granted.size(), progress.wanted);
  return fmt::format("approved; granted by {}, {} needed", progress.granted.size(), progress.wanted);
}

Result<void> list(const PersonOptions& options) {
  Person person = TRY(Person::open(options));
  Archive archive = TRY(person.connect());
  std::string json;
  for (const auto& [commitment, seen] : archive.replica.state().requests()) {
    const grant::Progress progress = TRY(grant::progress_of(archive.replica.state(), commitment));
    const std::string about = case_name_of(person, archive, commitment);
    json += fmt::format(
        "{}{{\"commitment\": {}, \"case\": {}, \"state\": {}, \"approvals\": {}, \"granted\": {}, "
        "\"wanted\": {}}}",
        json.empty() ? "" : ", ", codec::json_string(codec::hex(commitment)), codec::json_string(about),
        codec::json_string(state_of(progress)), progress.approvers.size(), progress.granted.size(),
        progress.wanted);
    if (options.form == Form::json) continue;
    fmt::print("{}\n  case   {}\n  asked  {} by {}\n  state  {}\n", codec::hex(commitment),
               about.empty() ? "(sealed to others)" : about,
               envelope::day_name(static_cast<std::uint32_t>(seen.entry.asked_s / 86400)),
               person.name_of(archive.replica, seen.entry.reader), state_of(progress));
  }
  if (options.form == Form::json) fmt::print("[{}]\n", json);
  if (options.form == Form::text && json.empty()) fmt::print("Nothing was asked yet.\n");
  return {};
}

}  // namespace

void add_requests_command(CLI::App& app, Run& run) {
  const auto options = std::make_shared<PersonOptions>();
  CLI::App* command = app.add_subcommand("requests", "every request in the register, and how far it is");
  add_home_option(*command, *options);
  add_json_option(*command, *options);
  command->footer("Example: strongroom requests");
  command->callback([=, &run] { run = [=] { return list(*options); }; });
}

}  // namespace strongroom::person
