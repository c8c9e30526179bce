#include "reading/show.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/counted.h"
#include "codec/text.h"
#include "reading/folding.h"
#include "record/names.h"
#include "record/time_text.h"

namespace strongroom::reading {
namespace {

using record::Kind;
using record::Record;

constexpr std::string_view kIndent = "       ";

void put(std::string& out, std::string_view mark, std::string_view text) {
  const std::size_t columns = kColumns - kIndent.size() - length_of(mark);
  for (const std::string& line : wrapped(printable(text), columns))
    out += fmt::format("{}{}{}\n", kIndent, mark, line);
}

std::string author_of(const Record& r) {
  if (r.author) return shown(*r.author);
  return r.kind == Kind::notice ? "(the application)" : "somebody";
}

std::string when(const Record& r) { return day_text(r.sent_at) + " " + time_text(r.sent_at); }

std::string_view state_text(record::AttachmentState state) {
  switch (state) {
    case record::AttachmentState::present: return "kept";
    case record::AttachmentState::not_in_source: return "the source never carries it";
    case record::AttachmentState::omitted: return "left out by the source";
    case record::AttachmentState::missing: return "MISSING: the source says it is there, and it is not";
  }
  return "";
}

std::string extra_text(const Record& r, const std::string& key) {
  const auto found = r.extra.find(key);
  if (found == r.extra.end()) return {};
  if (const auto* text = std::get_if<std::string>(&found->second)) return *text;
  if (const auto* number = std::get_if<std::uint64_t>(&found->second)) return std::to_string(*number);
  return {};
}

std::string timer_text(const Record& r) {
  const auto found = r.extra.find("expires_in_ms");
  const auto* ms = found == r.extra.end() ? nullptr : std::get_if<std::uint64_t>(&found->second);
  if (ms == nullptr) return {};
  return *ms == 0 ? ": off" : fmt::format(": messages disappear after {} seconds", *ms / 1000);
}

/// What happened, for lines that are not messages.
std::string event_text(const Record& r) {
  std::string out(record::name_of(r.kind));
  if (std::string event = extra_text(r, "event"); !event.empty() && event != out) {
    std::ranges::replace(event, '_', ' ');
    out += ", " + event;
  }
  if (r.kind == Kind::call || r.kind == Kind::receipt) {
    if (const std::string state = extra_text(r, "state"); !state.empty()) out += ", " + state;
    if (const std::string seconds = extra_text(r, "duration_s"); !seconds.empty())
      out += fmt::format(", {} seconds", seconds);
  }
  if (r.kind == Kind::timer) out += timer_text(r);
  if (r.kind == Kind::deletion) out += ": what stood here was gone before it could be kept";
  std::string people;
  for (const record::Person& person : concerned(r))
    people += fmt::format("{}{} ({})", people.empty() ? ": " : ", ", shown(person), person.role);
  out += people;
  if (!r.text.empty()) out += ": " + r.text;
  if (r.target && !r.target->native_id.empty())
    out += fmt::format(" (about {}, which is not here)",
                       r.target->text.empty() ? r.target->native_id : "\"" + r.target->text + "\"");
  return out;
}

std::string custodian_of(const grant::OpenedCase& opened, std::size_t device) {
  const std::string& name = opened.devices[device].custodian;
  return name.empty() ? "a custodian not known here" : printable_line(name);
}

class Page {
 public:
  Page(const grant::OpenedCase& opened, const Reading& reading, const Conversation& conversation,
       Numbers numbers)
      : opened_(opened),
        directory_(reading.directory),
        contents_(reading.contents),
        several_(!conversation.other_devices.empty()),
        numbers_(numbers) {}

  void item(const Item& item) {
    const Record& r = *item.first.record;
    if (const std::string day = day_text(r.sent_at); day != day_) {
      day_ = day;
      out_ += fmt::format("\n---- {} ----\n", day);
    }
    out_ += fmt::format("\n{}  {}{}{}\n", time_text(r.sent_at), printable_line(author_of(r)), joined(r),
                        number(item.first));
    if (r.reply_to) quote(*r.reply_to);
    body(item);
    for (const record::Attachment& file : r.attachments) attachment(file);
    if (r.poll) poll(*r.poll, item.votes);
    marks(item);
    if (r.expires_in_ms)
      put(out_, "", fmt::format("[disappears {} seconds after reading]", *r.expires_in_ms / 1000));
    if (r.view_once) put(out_, "", "[to be viewed once]");
    if (several_) captured_by(item);
    doubts(item);
  }
  std::string take() { return std::move(out_); }

 private:
  std::string number(const Place& place) const {
    return numbers_ == Numbers::shown ? fmt::format("  [{}]", number_of(place)) : std::string();
  }
  /// Who the author was by the organisation's directory, beside the name captured: " = Ana Costa (directory:17)".
  std::string joined(const Record& r) const {
    const DirectoryEntry* entry = r.author ? directory_.entry_of(*r.author, r.sent_at.unix_ms) : nullptr;
    if (entry == nullptr) return {};
    return fmt::format(" = {} ({})", printable_line(entry->name), printable_line(entry->id));
  }
  void captured_by(const Item& item) {
    std::string devices = custodian_of(opened_, item.device);
    for (const Copy& copy : item.also)
      devices += fmt::format(" and {}{}", custodian_of(opened_, copy.device), number(copy.place));
    put(out_, "",
        item.also.empty() ? fmt::format("[captured by {} only]", devices)
                          : fmt::format("[kept {}: captured by {}]",
                                        item.also.size() == 1 ? "twice" : "several times", devices));
  }
  /// "2026-03-10 12:01 UTC by Bo"
  std::string done(const Place& place) const {
    return fmt::format("{} by {}{}", when(*place.record), author_of(*place.record), number(place));
  }
  void quote(const record::Target& target) {
    put(out_, "| ", target.text.empty() ? fmt::format("[reply to {}]", target.native_id) : target.text);
  }
  void body(const Item& item) {
    const Record& r = *item.first.record;
    const bool message = r.kind == Kind::message || r.kind == Kind::poll;
    if (!message) return put(out_, "* ", event_text(r));
    const Record& newest = item.edits.empty() ? r : *item.edits.back().record;
    const bool said_below = r.poll && newest.text == r.poll->question;
    if (!newest.text.empty() && !said_below) put(out_, "", newest.text);
    for (std::size_t i = 0; i < item.edits.size(); ++i) {
      const Record& before = i == 0 ? r : *item.edits[i - 1].record;
      put(out_, "", fmt::format("[edited {}; before:]", done(item.edits[i])));
      put(out_, "~ ", before.text);
    }
  }
  void attachment(const record::Attachment& file) {
    std::string text = fmt::format("[{}: {}{}{}", file.flavour.empty() ? "attachment" : file.flavour,
                                   file.name.empty() ? "without a name" : file.name,
                                   file.media_type.empty() ? "" : ", " + file.media_type,
                                   file.size ? fmt::format(", {} bytes", *file.size) : "");
    const bool here = file.sha256 && contents_.contains(*file.sha256);
    if (here) {
      text += fmt::format(", {}]", codec::hex(BytesView(*file.sha256).first(8)));
    } else {
      text += fmt::format("; {}]", file.state == record::AttachmentState::present
                                       ? "its content is not among the folders that were opened"
                                       : state_text(file.state));
    }
    put(out_, "", text);
    if (!file.caption.empty()) put(out_, "", file.caption);
  }
  void poll(const record::Poll& poll, const std::vector<Place>& votes) {
    put(out_, "? ", poll.question);
    for (const record::PollOption& option : poll.options) {
      std::vector<std::string> voters;
      for (const Place& vote : votes)
        if (vote.record->text == option.text) voters.push_back(author_of(*vote.record));
      put(out_, "  - ",
          fmt::format("{} ({}{}{})", option.text, option.votes, voters.empty() ? "" : ": ",
                      fmt::join(voters, ", ")));
    }
  }
  /// What others did to the message.
  void marks(const Item& item) {
    for (const Place& end : item.ends) put(out_, "", fmt::format("[poll ended {}]", done(end)));
    for (const Place& deletion : item.deletions)
      put(out_, "", fmt::format("[DELETED for everyone {}; kept here as it was]", done(deletion)));
    std::map<std::string, std::string> by_person;  // the last one counts; empty text took it away
    for (const Place& reaction : item.reactions)
      by_person[author_of(*reaction.record)] = reaction.record->text;
    std::string line;
    for (const auto& [person, emoji] : by_person)
      line +=
          fmt::format("{}{} {}", line.empty() ? "" : ", ", emoji.empty() ? "(taken back)" : emoji, person);
    if (!line.empty()) put(out_, "", "[" + line + "]");
    for (const Place& pin : item.pins) put(out_, "", fmt::format("[pinned {}]", done(pin)));
  }
  void doubts(const Item& item) {
    const Record& r = *item.first.record;
    for (const record::Doubt& doubt : r.doubts)
      put(out_, "(!) ", doubt.detail.empty() ? doubt.code : fmt::format("{}: {}", doubt.code, doubt.detail));
  }

  const grant::OpenedCase& opened_;
  const Directory& directory_;
  const Contents& contents_;
  bool several_;
  Numbers numbers_;
  std::string out_, day_;
};

}  // namespace

std::string time_text(const record::SourceTime& time) {
  if (time.certainty == record::ZoneCertainty::instant || time.wall_clock.size() < 16) {
    return record::rfc3339(time.unix_ms).substr(11, 5) + " UTC" +
           (time.certainty == record::ZoneCertainty::assumed
                ? fmt::format(" (zone {} ASSUMED)", printable_line(time.zone))
                : "");
  }
  return fmt::format("{} ({}{})", printable_line(time.wall_clock.substr(11, 5)), printable_line(time.zone),
                     time.certainty == record::ZoneCertainty::assumed ? ", zone ASSUMED" : "");
}

std::string day_text(const record::SourceTime& time) {
  const bool wall = time.certainty != record::ZoneCertainty::instant && time.wall_clock.size() >= 10;
  return wall ? printable_line(time.wall_clock.substr(0, 10)) : record::rfc3339(time.unix_ms).substr(0, 10);
}

std::uint64_t contents_not_here(const Reading& reading) {
  std::set<Hash256> absent;
  for (const Conversation& c : reading.conversations)
    for (const Item& item : c.items)
      for (const record::Attachment& file : item.first.record->attachments)
        if (file.sha256 && file.state == record::AttachmentState::present &&
            !reading.contents.contains(*file.sha256))
          absent.insert(*file.sha256);
  return absent.size();
}

std::string missing_text(const grant::OpenedCase& opened, const Reading& reading) {
  std::vector<std::string> missing;
  for (const grant::Missing& item : opened.missing) missing.push_back(item.what);
  if (const std::uint64_t absent = contents_not_here(reading); absent > 0)
    missing.push_back(fmt::format("the content of {} is in folders that were not asked for or not opened",
                                  counted(absent, "attachment")));
  if (missing.empty())
    return fmt::format("Nothing is missing: {} of {}, every chain whole, every digest and proof checked.\n",
                       counted(opened.records(), "record"), counted(opened.folders_asked.size(), "folder"));
  std::string out = fmt::format("MISSING OR DOUBTFUL ({}):\n", missing.size());
  for (const std::string& item : missing) {
    bool first = true;
    for (const std::string& line : wrapped(printable(item), kColumns - 4)) {
      out += fmt::format("  {} {}\n", first ? "-" : " ", line);
      first = false;
    }
  }
  return out;
}

namespace {

/// Everybody the directory knows in the case, with the conversations they are in and the names captured there.
std::string joined_people(const Reading& reading) {
  struct Seen {
    std::string name;
    std::set<std::size_t> conversations;
    std::set<std::string> names;
  };
  std::map<std::string, Seen> people;
  for (std::size_t c = 0; c < reading.conversations.size(); ++c) {
    for (const Item& item : reading.conversations[c].items) {
      const Record& r = *item.first.record;
      const auto meet = [&](const record::Person& person) {
        const DirectoryEntry* entry = reading.directory.entry_of(person, r.sent_at.unix_ms);
        if (entry == nullptr) return;
        Seen& seen = people[entry->id];
        seen.name = entry->name;
        seen.conversations.insert(c + 1);
        seen.names.insert(printable_line(shown(person)));
      };
      if (r.author) meet(*r.author);
      for (const record::Person& person : r.people) meet(person);
    }
  }
  std::string out = people.empty() ? "" : "People, joined by the directory that lies in the case:\n";
  for (const auto& [id, seen] : people) {
    const std::string text =
        fmt::format("{} ({}): in {}; captured as {}", printable_line(seen.name), printable_line(id),
                    fmt::join(seen.conversations, ", "), fmt::join(seen.names, ", "));
    for (const std::string& line : wrapped(text, kColumns - 6)) out += fmt::format("      {}\n", line);
  }
  return out;
}

}  // namespace

std::string list_text(const grant::OpenedCase& opened, const Reading& reading) {
  std::string out;
  std::size_t number = 0;
  for (const Conversation& c : reading.conversations) {
    out += fmt::format("{:>4}  {}\n      {}, {}, {} to {}, device of {}\n", ++number,
                       printable_line(c.title.empty() ? c.id : c.title), printable_line(c.source),
                       counted(c.items.size(), "line"), day_text(c.items.front().first.record->sent_at),
                       day_text(c.items.back().first.record->sent_at), custodian_of(opened, c.device));
    for (const std::size_t device : c.other_devices)
      out += fmt::format("      with the copy of {}\n", custodian_of(opened, device));
  }
  out += joined_people(reading);
  if (!reading.unparsed.empty())
    out += fmt::format("Kept as they came, because no parser understood them: {}; export has them.\n",
                       counted(reading.unparsed.size(), "original"));
  return out;
}

std::string conversation_text(const grant::OpenedCase& opened, const Reading& reading, const Conversation& c,
                              Numbers numbers) {
  const grant::OpenedDevice& device = opened.devices[c.device];
  std::string out = fmt::format(
      "==== {}\n     {}, {}; device {} of {}\n", printable_line(c.title.empty() ? c.id : c.title),
      record::name_of(c.kind), printable_line(c.source),
      codec::hex(BytesView(device.enrolled.enrolment.device).first(4)), custodian_of(opened, c.device));
  for (const std::size_t other : c.other_devices)
    out += fmt::format("     with the copy of device {} of {}\n",
                       codec::hex(BytesView(opened.devices[other].enrolled.enrolment.device).first(4)),
                       custodian_of(opened, other));
  std::string people = fmt::format("people: {}", fmt::join(c.people, ", "));
  for (const std::string& line : wrapped(printable(people), kColumns - 5))
    out += fmt::format("     {}\n", line);
  Page page(opened, reading, c, numbers);
  for (const Item& item : c.items) page.item(item);
  return out + page.take() + "\n";
}

}  // namespace strongroom::reading
