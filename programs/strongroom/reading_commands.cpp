// conversations, show, search: an opened case on the screen. Missing things come first (protocol §5.5).
#include <fmt/format.h>

#include "codec/json_text.h"
#include "commands.h"
#include "opened.h"
#include "reading/folding.h"
#include "reading/search.h"
#include "reading/show.h"
#include "record/names.h"

namespace strongroom::person {
namespace {

struct ReadCommand {
  PersonOptions person;
  std::string case_name, conversation;
  std::vector<std::string> words;
  reading::Numbers numbers = reading::Numbers::hidden;
};

/// A case with what was made of it; `reading` points into `opened`, so it stays where it is.
struct OnScreen {
  Person person;
  grant::OpenedCase opened;
  reading::Reading reading;
};
Result<std::unique_ptr<OnScreen>> on_screen(const ReadCommand& asked) {
  Person person = TRY(Person::open(asked.person));
  const replica::Replica replica = TRY(person.last_seen());
  const Hash256 commitment = TRY(own_case(person, asked.case_name));
  grant::OpenedCase opened = TRY(load_case(person, replica, commitment));
  auto out = std::unique_ptr<OnScreen>(new OnScreen{std::move(person), std::move(opened), {}});
  out->reading = reading::read(out->opened);
  return out;
}

void print(std::string_view text) { static_cast<void>(std::fwrite(text.data(), 1, text.size(), stdout)); }

Result<void> list(const ReadCommand& asked) {
  const auto screen = TRY(on_screen(asked));
  if (asked.person.form == Form::text) {
    print(reading::missing_text(screen->opened, screen->reading) + "\n" +
          reading::list_text(screen->opened, screen->reading));
    return {};
  }
  std::string out;
  std::size_t number = 0;
  for (const reading::Conversation& c : screen->reading.conversations)
    out += fmt::format(
        "{}{{\"number\": {}, \"title\": {}, \"id\": {}, \"source\": {}, \"kind\": {}, \"lines\": {}}}",
        out.empty() ? "" : ", ", ++number, codec::json_string(c.title), codec::json_string(c.id),
        codec::json_string(c.source), codec::json_string(record::name_of(c.kind)), c.items.size());
  fmt::print("{{\"missing\": {}, \"records\": {}, \"unparsed\": {}, \"conversations\": [{}]}}\n",
             screen->opened.missing.size(), screen->reading.records, screen->reading.unparsed.size(), out);
  return {};
}

/// By number, or by words of the title.
bool meant(const reading::Conversation& c, std::size_t number, const std::string& wanted) {
  if (wanted.empty() || wanted == std::to_string(number)) return true;
  const bool digits = wanted.find_first_not_of("0123456789") == wanted.npos;
  return !digits &&
         (reading::folded(c.title).find(reading::folded(wanted)) != std::u32string::npos || c.id == wanted);
}

Result<void> show(const ReadCommand& asked) {
  const auto screen = TRY(on_screen(asked));
  print(reading::missing_text(screen->opened, screen->reading) + "\n");
  std::size_t number = 0, shown = 0;
  for (const reading::Conversation& c : screen->reading.conversations) {
    if (!meant(c, ++number, asked.conversation)) continue;
    print(reading::conversation_text(screen->opened, screen->reading, c, asked.numbers));
    ++shown;
  }
  if (shown == 0)
    return fail(ErrorCode::not_found, "no conversation is meant by this", asked.conversation,
                "'strongroom conversations' lists them with their numbers");
  return {};
}

/// One line found. What belongs to no conversation (accounts, contacts, settings) has the number 0.
std::string hit_json(const reading::Reading& reading, const reading::Hit& hit) {
  const record::Record& r = *hit.place.record;
  const bool talk = hit.conversation < reading.conversations.size();
  return fmt::format(
      "  {{\"conversation\": {}, \"title\": {}, \"number\": {}, \"day\": {}, \"time\": {}, \"author\": {}, "
      "\"snippet\": {}}}",
      talk ? hit.conversation + 1 : 0,
      codec::json_string(talk ? reading.conversations[hit.conversation].title : ""),
      codec::json_string(reading::number_of(hit.place)), codec::json_string(reading::day_text(r.sent_at)),
      codec::json_string(reading::time_text(r.sent_at)),
      codec::json_string(r.author ? reading::shown(*r.author) : ""), codec::json_string(hit.snippet));
}

Result<void> search(const ReadCommand& asked) {
  const auto screen = TRY(on_screen(asked));
  const reading::Found found = TRY(reading::search(screen->reading, asked.words));
  if (asked.person.form == Form::json) {
    std::string hits;
    for (const reading::Hit& hit : found.hits)
      hits += (hits.empty() ? "\n" : ",\n") + hit_json(screen->reading, hit);
    fmt::print("{{\"found\": {}, \"searched\": {}, \"not_searched\": {}, \"missing\": {}, \"hits\": [{}]}}\n",
               found.hits.size(), found.searched, found.not_searched, screen->opened.missing.size(), hits);
    return {};
  }
  print(reading::missing_text(screen->opened, screen->reading) +
        reading::found_text(screen->reading, found, asked.numbers));
  return {};
}

void add_numbers_option(CLI::App& command, ReadCommand& asked) {
  command.add_flag_callback(
      "--numbers", [&asked] { asked.numbers = reading::Numbers::shown; },
      "with the number of each line, for export --number");
}

}  // namespace

void add_reading_commands(CLI::App& app, Run& run) {
  const auto add = [&](const char* name, const char* text, const char* example,
                       Result<void> (*act)(const ReadCommand&)) {
    const auto asked = std::make_shared<ReadCommand>();
    CLI::App* command = app.add_subcommand(name, text);
    add_home_option(*command, asked->person);
    command->add_option("CASE", asked->case_name, "the commitment's beginning, or the case's name")
        ->required();
    command->footer(example);
    command->callback([asked, act, &run] { run = [asked, act] { return act(*asked); }; });
    return std::pair(command, asked);
  };
  const auto [listing, listed] = add("conversations", "what conversations an opened case holds",
                                     "Example: strongroom conversations \"Claim 17\"", list);
  add_json_option(*listing, listed->person);
  const auto [showing, shown] =
      add("show", "a conversation as its people saw it", "Example: strongroom show \"Claim 17\" 3", show);
  showing->add_option("CONVERSATION", shown->conversation,
                      "its number, or words of its title; all if not given");
  add_numbers_option(*showing, *shown);
  const auto [searching, searched] = add("search", "lines in which every word occurs, in any case and script",
                                         "Example: strongroom search \"Claim 17\" invoice march", search);
  searching->add_option("WORDS", searched->words, "what to look for")->required();
  add_numbers_option(*searching, *searched);
  add_json_option(*searching, searched->person);
}

}  // namespace strongroom::person
