// open: collect the grants, fetch what they open, check everything, and say what is missing (protocol §5.5).
#include <fmt/format.h>

#include "base/counted.h"
#include "codec/json_text.h"
#include "codec/text.h"
#include "commands.h"
#include "opened.h"
#include "reading/show.h"

namespace strongroom::person {
namespace {

struct OpenCommand {
  PersonOptions person;
  std::string commitment;
  std::uint64_t wait_s = 0;
};

Result<void> open(const OpenCommand& asked) {
  Person person = TRY(Person::open(asked.person));
  Archive archive = TRY(person.connect());
  const Hash256 commitment = TRY(own_case(person, asked.commitment));
  TRY(wait_for_grants(archive, commitment, asked.wait_s));
  TRY(fetch_granted(person, archive, commitment));
  const grant::OpenedCase opened = TRY(load_case(person, archive.replica, commitment));
  const std::size_t wanted = opened.folders_asked.size();
  std::uint64_t in_order = 0;
  for (const grant::OpenedDevice& device : opened.devices) in_order += device.folders.size();
  if (asked.person.form == Form::json) {
    std::string missing;
    for (const grant::Missing& item : opened.missing)
      missing += fmt::format("{}{}", missing.empty() ? "" : ", ", codec::json_string(item.what));
    fmt::print("{{\"missing\": [{}], \"folders\": {}, \"asked\": {}, \"records\": {}, \"grants\": {}}}\n",
               missing, in_order, wanted, opened.records(), opened.receipts.size());
    return {};
  }
  fmt::print(
      "{}\n{} of {} open, {}, with the shares of {}.\n"
      "Read them: 'strongroom conversations {}', then 'show', 'search' and 'export'.\n",
      reading::missing_text(opened, reading::read(opened)), in_order, counted(wanted, "folder"),
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
