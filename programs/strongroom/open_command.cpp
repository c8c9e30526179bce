// open: collect the grants, fetch what they open, check everything, and say what is missing (protocol §5.5).
#include <fmt/format.h>

#include "base/counted.h"
#include "codec/json_text.h"
#include "codec/text.h"
#include "commands.h"
#include "grant/fetch_case.h"
#include "grant/key_names.h"
#include "opened.h"
#include "reading/show.h"

namespace strongroom::person {
namespace {

struct OpenCommand {
  PersonOptions person;
  std::string commitment;
  std::uint64_t wait_s = 0;
};

/// Waits for k receipts as long as the person said; `unavailable` says how many there are.
Result<void> wait_for_grants(Archive& archive, const Hash256& commitment, std::uint64_t wait_s) {
  const auto enough = [&](const replica::Replica& r) {
    const auto progress = grant::progress_of(r.state(), commitment);
    return progress && progress->granted.size() >= progress->wanted;
  };
  if (!enough(archive.replica) && wait_s > 0)
    static_cast<void>(
        grant::refresh_until(archive.session(), enough, "enough grants", std::chrono::seconds(wait_s)));
  const grant::Progress progress = TRY(grant::progress_of(archive.replica.state(), commitment));
  if (progress.granted.empty())
    return fail(ErrorCode::unavailable, fmt::format("0 of {} trustees have granted this", progress.wanted),
                {},
                progress.approvers.empty() ? "an approver runs 'strongroom approve' first"
                                           : "trustees run 'strongroom grant'; then open it again");
  return {};
}

Result<void> open(const OpenCommand& asked) {
  Person person = TRY(Person::open(asked.person));
  Archive archive = TRY(person.connect());
  const Hash256 commitment = TRY(own_case(person, asked.commitment));
  const OwnRequest own = TRY(own_request(person, commitment));
  TRY(wait_for_grants(archive, commitment, asked.wait_s));
  grant::CaseStore store(person.files(), person.path("cases"), commitment);
  const std::vector<Hash256> folders = TRY(store.folders());
  const grant::Fetched fetched =
      TRY(grant::fetch_case(archive.session(), store, own.request, commitment, folders));
  TRY(store.keep_index(fetched.index, TRY(person.seed(grant::reply_key_name(commitment))).reveal()));
  const grant::OpenedCase opened = TRY(load_case(person, archive.replica, commitment));
  std::uint64_t in_order = 0;
  for (const grant::OpenedDevice& device : opened.devices) in_order += device.folders.size();
  if (asked.person.form == Form::json) {
    std::string missing;
    for (const grant::Missing& item : opened.missing)
      missing += fmt::format("{}{}", missing.empty() ? "" : ", ", codec::json_string(item.what));
    fmt::print("{{\"missing\": [{}], \"folders\": {}, \"asked\": {}, \"records\": {}, \"grants\": {}}}\n",
               missing, in_order, folders.size(), opened.records(), opened.receipts.size());
    return {};
  }
  fmt::print(
      "{}\n{} of {} open, {}, with the shares of {}.\n"
      "Read them: 'strongroom conversations {}', then 'show', 'search' and 'export'.\n",
      reading::missing_text(opened, reading::read(opened)), in_order, counted(folders.size(), "folder"),
      counted(opened.records(), "record"), counted(opened.receipts.size(), "trustee"),
      codec::hex(BytesView(commitment).first(4)));
  return {};
}

}  // namespace

void add_open_command(CLI::App& app, Run& run) {
  const auto asked = std::make_shared<OpenCommand>();
  CLI::App* command = app.add_subcommand("open", "fetch and open what was granted (reader)");
  add_home_option(*command, asked->person);
  add_json_option(*command, asked->person);
  command->add_option("COMMITMENT", asked->commitment, "of the request, its beginning, or the case's name")
      ->required();
  command->add_option("--wait", asked->wait_s, "seconds to wait for the trustees")
      ->check(CLI::Range(0, 86400));
  command->footer("Example: strongroom open 5f1c2a");
  command->callback([=, &run] { run = [=] { return open(*asked); }; });
}

}  // namespace strongroom::person
