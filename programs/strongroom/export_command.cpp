// export: an opened case as files.
#include <fmt/format.h>

#include "base/counted.h"
#include "codec/json_text.h"
#include "codec/text.h"
#include "commands.h"
#include "evidence_export.h"
#include "opened.h"
#include "reading/export_jsonl.h"
#include "reading/show.h"

namespace strongroom::person {
namespace {

struct ExportCommand {
  PersonOptions person;
  std::string case_name, format = "jsonl", out, containing, number;
};

/// Everything with its proofs, for somebody who takes nobody's word.
Result<void> export_proofs(const ExportCommand& asked, Person& person, const Hash256& commitment) {
  Archive archive = TRY(person.connect());
  const grant::OpenedCase opened = TRY(load_case(person, archive.replica, commitment));
  const exports::EvidenceWritten written = TRY(export_evidence(person, archive, opened, asked.out));
  if (asked.person.form == Form::json) {
    fmt::print("{{\"records\": {}, \"entries\": {}, \"files\": {}, \"missing\": {}, \"out\": {}}}\n",
               written.records, written.entries, written.files, opened.missing.size(),
               codec::json_string(asked.out));
    return {};
  }
  fmt::print(
      "{}\nIn {}: {}, {} and what proves them.\nAnybody checks it with "
      "'strongroom-verify package {} --archive {}'. It is not sealed: it is in your care.\n",
      reading::missing_text(opened, reading::read(opened)), asked.out, counted(written.records, "record"),
      counted(written.entries, "entry"), asked.out, codec::hex(opened.archive));
  return {};
}

/// One message, proved alone (protocol §3.7).
Result<void> export_one(const ExportCommand& asked, Person& person, const Hash256& commitment) {
  if (asked.containing.empty() && asked.number.empty())
    return fail(ErrorCode::refused, "which message?", "--format message",
                "--number N, as 'strongroom show --numbers' prints it, or --containing WORDS that it holds");
  Archive archive = TRY(person.connect());
  const grant::OpenedCase opened = TRY(load_case(person, archive.replica, commitment));
  const RecordPlace place = TRY(asked.number.empty() ? find_by_words(opened, asked.containing)
                                                     : find_by_number(opened, asked.number));
  TRY(export_message(person, archive, opened, place, asked.out));
  fmt::print(
      "The message and its proof are in {}.\nAnybody checks it with 'strongroom-verify message {} --archive "
      "{}'; "
      "it opens no other message.\n",
      asked.out, asked.out, codec::hex(opened.archive));
  return {};
}

/// What convicts somebody without anybody's word (protocol §3.2).
Result<void> export_accusations(const ExportCommand& asked, Person& person, const Hash256& commitment) {
  Archive archive = TRY(person.connect());
  const grant::OpenedCase opened = TRY(load_case(person, archive.replica, commitment));
  const std::vector<std::string> files = TRY(export_convictions(person, archive, opened, asked.out));
  if (files.empty())
    return fail(ErrorCode::not_found, "nothing in this case convicts anybody", asked.case_name);
  if (asked.person.form == Form::json) {
    std::string list;
    for (const std::string& file : files) list += (list.empty() ? "" : ", ") + codec::json_string(file);
    fmt::print("{{\"convictions\": [{}]}}\n", list);
    return {};
  }
  for (const std::string& file : files) fmt::print("{}\n", file);
  fmt::print(
      "Anybody checks each with 'strongroom-verify conviction FILE --archive {}'.\nOne about shares "
      "discloses "
      "what opens the folder it names: give it to those who may read that.\n",
      codec::hex(opened.archive));
  return {};
}

Result<void> export_case(const ExportCommand& asked) {
  Person person = TRY(Person::open(asked.person));
  const Hash256 commitment = TRY(own_case(person, asked.case_name));
  if (asked.format == "evidence") return export_proofs(asked, person, commitment);
  if (asked.format == "message") return export_one(asked, person, commitment);
  if (asked.format == "conviction") return export_accusations(asked, person, commitment);
  const replica::Replica replica = TRY(person.last_seen());
  const grant::OpenedCase opened = TRY(load_case(person, replica, commitment));
  const reading::ExportCounts counts = TRY(reading::export_jsonl(opened, person.files(), asked.out));
  if (asked.person.form == Form::json) {
    fmt::print("{{\"records\": {}, \"attachments\": {}, \"incomplete\": {}, \"missing\": {}, \"out\": {}}}\n",
               counts.records, counts.attachments, counts.incomplete, opened.missing.size(),
               codec::json_string(asked.out));
    return {};
  }
  fmt::print(
      "{}\nIn {}: {} and {}, with a manifest of their hashes.\n"
      "They are not sealed any more: they are in your care.\n",
      reading::missing_text(opened, reading::read(opened)), asked.out, counted(counts.records, "record"),
      counted(counts.attachments, "attachment"));
  return {};
}

}  // namespace

void add_export_command(CLI::App& app, Run& run) {
  const auto asked = std::make_shared<ExportCommand>();
  CLI::App* command = app.add_subcommand("export", "an opened case as files for other programs");
  add_home_option(*command, asked->person);
  add_json_option(*command, asked->person);
  command->add_option("CASE", asked->case_name, "the commitment's beginning, or the case's name")->required();
  command
      ->add_option("--format", asked->format,
                   "jsonl: records and attachments; evidence: with all proofs; message: one, proved alone; "
                   "conviction: what shows that a device or a trustee cheated")
      ->check(CLI::IsMember({"jsonl", "evidence", "message", "conviction"}))
      ->capture_default_str();
  CLI::Option* number =
      command->add_option("--number", asked->number, "with message: its number, as show --numbers prints it");
  command->add_option("--containing", asked->containing, "with message: words that stand in exactly one")
      ->excludes(number);
  command->add_option("--out", asked->out, "a new directory; with message: a file")->required();
  command->footer("Example: strongroom export \"Claim 17\" --format jsonl --out claim-17");
  command->callback([=, &run] { run = [=] { return export_case(*asked); }; });
}

}  // namespace strongroom::person
