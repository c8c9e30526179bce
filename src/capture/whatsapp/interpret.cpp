#include "capture/whatsapp/interpret.h"

#include <algorithm>
#include <charconv>

#include "base/utf8.h"
#include "codec/text.h"
#include "crypto/hash.h"

namespace strongroom::capture::whatsapp {
namespace {

using record::Attachment;
using record::AttachmentState;
using record::Kind;
using record::Person;
using record::Record;

constexpr std::string_view kMark = "\xE2\x80\x8E";  // U+200E

void doubt(Record& out, std::string_view code, std::string_view detail) {
  out.doubts.push_back({std::string(code), std::string(detail)});
}

bool contains_any(std::string_view text, std::initializer_list<std::string_view> parts) {
  return std::ranges::any_of(
      parts, [&](std::string_view part) { return text.find(part) != std::string_view::npos; });
}

/// "You" as the application says it of the phone's owner.
bool is_you(std::string_view name) {
  constexpr std::string_view kYou[] = {"You", "you", "Du", "Dich", "Vous", "Tú", "Você",
                                       "Tu",  "Je",  "Вы", "Siz",  "您",   "你"};
  return std::ranges::find(kYou, name) != std::end(kYou);
}

/// The line terminators and blanks at both ends, for what is left around a placeholder.
std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' '))
    text.remove_suffix(1);
  while (!text.empty() && (text.front() == '\n' || text.front() == '\r' || text.front() == ' '))
    text.remove_prefix(1);
  return text;
}

/// The number in front of the votes, in "(2 votes)" or "(٢ أصوات)".
std::optional<std::uint64_t> votes_in(std::string_view parenthesis) {
  std::uint64_t votes = 0;
  const auto [end, error] =
      std::from_chars(parenthesis.data(), parenthesis.data() + parenthesis.size(), votes);
  return error == std::errc() && end != parenthesis.data() ? std::optional(votes) : std::nullopt;
}

record::PollOption option_of(std::string_view text) {
  const std::size_t open = text.rfind(" (");
  if (open != std::string_view::npos && text.ends_with(')')) {
    if (const auto votes = votes_in(text.substr(open + 2)))
      return {std::string(text.substr(0, open)), *votes};
  }
  return {std::string(text), 0};
}

}  // namespace

Interpreter::Interpreter(const ChatText& chat, const ChatIdentity& identity, const MediaIndex& media,
                         const PhraseBook& book, zone::Zone& zone, record::ZoneCertainty zone_stated,
                         std::string_view file, std::string_view custodian)
    : chat_(chat),
      identity_(identity),
      media_(media),
      book_(book),
      zone_(zone),
      certainty_(zone_stated),
      file_(file),
      custodian_(custodian),
      title_(identity.conversation.title) {}

Record Interpreter::record_of(const Item& item) {
  Record out;
  out.source = kSource;
  const std::string_view raw = chat_.text.substr(item.begin, item.end - item.begin);
  out.original.bytes = copy_of(bytes_of(raw));
  out.original.offset = item.begin;
  out.original.length = raw.size();
  out.original.file = file_;
  set_time(item, out);
  set_people(item, out);
  std::string repaired;
  std::string_view body = chat_.body_of(item);
  if (!utf8::is_valid(body)) {
    repaired = utf8::repaired(body);
    body = repaired;
    doubt(out, "invalid-utf8", "bytes that are no UTF-8 are shown as U+FFFD; the original keeps them");
  }
  if (item.holds_header_like) {
    doubt(out, "header-like-line-in-text",
          "a line of this message looks like a header and was taken for text");
  }
  if (item.author == kNoAuthor) {
    if (item.author_uncertain)
      doubt(out, "author-uncertain", "what stands before the first colon was not taken for an author");
    if (!read_system(body, out)) {
      out.kind = Kind::notice;
      out.text = body;
      doubt(out, "unknown-phrase", "a line without an author that is no known wording");
    }
  } else {
    read_message(body, out);
  }
  out.conversation = identity_.conversation;
  out.conversation.title = title_;
  set_identity(body, out);
  return out;
}

void Interpreter::set_time(const Item& item, Record& out) {
  const zone::Instant instant = zone_.instant_of(item.wall);
  out.sent_at.unix_ms = instant.unix_seconds * 1000;
  out.sent_at.certainty = certainty_;
  out.sent_at.zone = zone_.name();
  out.sent_at.wall_clock = wall_clock_text(item.wall, item.stamp.has_seconds);
  if (instant.fit == zone::Instant::Fit::repeated) {
    doubt(out, "wall-clock-repeated",
          "clocks went back over this time; the first of the two instants is given");
  } else if (instant.fit == zone::Instant::Fit::skipped) {
    doubt(out, "wall-clock-skipped", "clocks went forward over this time; the zone may not be the phone's");
  }
  if (chat_.ambiguous[static_cast<std::size_t>(shape_of(item.stamp))]) {
    doubt(out, "ambiguous-date-order", "nothing in the file tells day from month; state a date order");
  } else if (item.other_order) {
    doubt(out, "date-order-differs", "this date is none in the order of the other lines");
  }
}

void Interpreter::set_people(const Item& item, Record& out) {
  if (item.author != kNoAuthor) {
    out.author = identity_.authors[item.author];
    out.outgoing = !custodian_.empty() && out.author->name == custodian_;
    if (out.outgoing) out.author->role = "self";
  }
  out.people.reserve(identity_.people.size());
  for (const Person& person : identity_.people) {
    if (!out.author || person.id != out.author->id) out.people.push_back(person);
  }
}

/// Dedup key across exports of one chat: conversation, wall time, author, text, and which of the equal ones.
void Interpreter::set_identity(std::string_view body, Record& out) {
  const std::byte zero[] = {std::byte{0}};
  const std::string_view author = out.author ? std::string_view(out.author->id) : std::string_view();
  const Hash256 key =
      crypto::sha256({bytes_of(identity_.conversation.id), zero, bytes_of(out.sent_at.wall_clock), zero,
                      bytes_of(author), zero, bytes_of(body)});
  const std::uint64_t ordinal = seen_[read_be<std::uint64_t>(key)]++;
  out.native_id = codec::hex(BytesView(key).first(16));
  if (ordinal > 0) out.native_id += "." + std::to_string(ordinal);
}

Person Interpreter::person_named(std::string_view name) const {
  if (is_you(name) && !custodian_.empty()) {
    Person self = person_shown(custodian_);
    self.role = "self";
    return self;
  }
  return person_shown(name);
}

std::vector<Person> Interpreter::people_named(std::string_view list, std::string_view role) const {
  std::vector<Person> out;
  const auto keep = [&](std::string_view name) {
    if (name.empty()) return;
    out.push_back(person_named(name));
    out.back().role = std::string(role);
  };
  const bool one = std::ranges::any_of(identity_.authors, [&](const Person& p) { return p.name == list; });
  while (!one && !list.empty()) {
    const std::size_t comma = list.find(", ");
    if (comma == std::string_view::npos) break;
    keep(list.substr(0, comma));
    list.remove_prefix(comma + 2);
  }
  if (!one) {
    for (const std::string_view joiner : {" and ", " und ", " y ", " et ", " en ", " ve "}) {
      const std::size_t at = list.find(joiner);
      if (at == std::string_view::npos) continue;
      keep(list.substr(0, at));
      list.remove_prefix(at + joiner.size());
      break;
    }
    if (list.starts_with("and ")) list.remove_prefix(4);
  }
  keep(list);
  return out;
}

bool Interpreter::read_system(std::string_view body, Record& out) {
  if (body.size() > PhraseBook::kLineMax) return false;
  const std::string line = cleaned(body);
  const auto found = book_.find(Place::system, line);
  if (found) {
    out.text = body;
    apply_system(*found, out);
    return true;
  }
  if (out.author) return false;
  return read_phrase(line, out);  // "Missed voice call" stands alone on old phones
}

void Interpreter::apply_system(const Found& found, Record& out) {
  const auto concerned = [&](std::string_view names, std::string_view role) {
    for (Person& person : people_named(names, role)) {
      std::erase_if(out.people, [&](const Person& p) { return p.id == person.id; });
      out.people.push_back(std::move(person));
    }
  };
  if (!found.actor.empty()) {
    if (out.author && out.author->name != found.actor) out.extra["shown_author"] = out.author->name;
    out.author = person_named(found.actor);
    std::erase_if(out.people, [&](const Person& p) { return p.id == out.author->id; });
  }
  const auto change = [&](std::string_view of) { out.extra["change"] = std::string(of); };
  switch (found.phrase->says) {
    case Says::created:
      out.kind = Kind::membership;
      change("created");
      break;
    case Says::added:
      out.kind = Kind::membership;
      change("added");
      break;
    case Says::removed:
      out.kind = Kind::membership;
      change("removed");
      break;
    case Says::left:
      out.kind = Kind::membership;
      change("left");
      break;
    case Says::joined:
      out.kind = Kind::membership;
      change("joined");
      break;
    case Says::joined_link:
      out.kind = Kind::membership;
      change("joined-by-link");
      break;
    case Says::promoted:
      out.kind = Kind::membership;
      change("promoted");
      break;
    case Says::demoted:
      out.kind = Kind::membership;
      change("demoted");
      break;
    case Says::left_community:
      out.kind = Kind::membership;
      change("left-community");
      break;
    case Says::subject:
      out.kind = Kind::rename;
      change("subject");
      break;
    case Says::icon:
      out.kind = Kind::rename;
      change("icon");
      break;
    case Says::description:
      out.kind = Kind::rename;
      change("description");
      break;
    case Says::number:
      out.kind = Kind::rename;
      change("number");
      break;
    case Says::pinned: out.kind = Kind::pin; break;
    case Says::timer_off:
    case Says::timer_on: {
      out.kind = Kind::timer;
      const auto ms =
          found.phrase->says == Says::timer_off ? std::optional<std::uint64_t>(0) : timer_ms(found.amount);
      if (ms)
        out.extra["expires_in_ms"] = *ms;
      else
        doubt(out, "timer-unknown", "the time set for disappearing messages was not understood");
      break;
    }
    default: out.kind = Kind::notice; break;
  }
  constexpr std::pair<Says, std::string_view> kRoles[] = {{Says::added, "added"},
                                                          {Says::removed, "removed"},
                                                          {Says::promoted, "promoted"},
                                                          {Says::demoted, "demoted"}};
  for (const auto& [says, role] : kRoles) {
    if (says == found.phrase->says && !found.affected.empty()) concerned(found.affected, role);
    if (says == found.phrase->says && found.affected.empty()) concerned("You", role);
  }
  if (out.author && found.phrase->says == Says::left) out.author->role = "left";
  if (out.author && (found.phrase->says == Says::joined || found.phrase->says == Says::joined_link)) {
    out.author->role = "joined";
  }
  if (!found.title.empty()) {
    out.extra["new_value"] = found.title;
    if (found.phrase->says == Says::created || found.phrase->says == Says::subject) title_ = found.title;
  }
  if (out.kind == Kind::notice && out.author && found.actor.empty()) {
    out.extra["shown_author"] = out.author->name;  // a contact or a group: it did not say this
    out.author.reset();
    out.outgoing = false;
  }
}

void Interpreter::read_message(std::string_view body, Record& out) {
  const bool application = may_be_application_text(chat_, body);
  const std::size_t line_end = std::min(body.find('\n'), body.size());
  if (body.ends_with('>') && body.size() > 8) {
    const std::string_view tail = body.substr(body.size() > 200 ? body.size() - 200 : 0);
    if (const Phrase* suffix = book_.suffix_of(cleaned(tail))) {
      const std::size_t open = body.rfind('<');
      if (open != std::string_view::npos && cleaned(body.substr(open)) == suffix->text) {
        out.extra["edited"] = true;
        body = body.substr(0, open);
        if (body.ends_with(kMark)) body.remove_suffix(kMark.size());
        if (body.ends_with(' ')) body.remove_suffix(1);
      }
    }
  }
  if (read_media(body, out) || read_omitted(body, out)) return;
  if (application && body.size() <= PhraseBook::kLineMax && line_end >= body.size()) {
    const std::string line = cleaned(body);
    if (read_phrase(line, out)) return;
    const bool marked = body.starts_with(kMark);
    const auto found =
        marked ? book_.find(Place::system, line) : book_.find_by_beginning(Place::system, line);
    if (found && (marked || found->phrase->says == Says::encryption)) {
      out.text = body;
      apply_system(*found, out);
      return;
    }
  }
  if (application && read_poll(body, out)) return;
  out.text = body;
  const bool null_text = body == "null";
  if ((body.empty() || null_text) && chat_.frame == Frame::dash) {
    out.view_once = true;
    out.text.clear();
    Attachment& gone = out.attachments.emplace_back();
    gone.flavour = "view_once";
    gone.state = AttachmentState::omitted;
    doubt(out, "view-once-inferred", "an empty text is how a view-once message is exported");
  } else if (body.empty()) {
    doubt(out, "empty-text", "the source has an author and no text here");
  }
  if (application) read_place(body, out);
}

/// Deletions, calls and the like, which are the whole of a text.
bool Interpreter::read_phrase(std::string_view line, Record& out) {
  const auto found = book_.find(Place::text, line);
  if (!found) return false;
  switch (found->phrase->says) {
    case Says::deleted:
    case Says::deleted_by_admin:
      out.kind = Kind::deletion;
      if (out.author) {
        out.target.emplace();
        out.target->author_id = out.author->id;
      }
      if (found->phrase->says == Says::deleted_by_admin) {
        out.extra["by_admin"] = true;
        if (!found->actor.empty()) out.author = person_named(found->actor);
        if (out.author) out.author->role = "admin";
      }
      return true;
    case Says::call:
    case Says::missed_call: {
      out.kind = Kind::call;
      out.text = line;
      const bool missed = found->phrase->says == Says::missed_call;
      out.extra["state"] = std::string(missed ? "missed" : "ended");
      out.extra["video"] = contains_any(line, {"ideo", "idéo", "ídeo", "идео", "örüntü", "视频", "فيديو"});
      if (!missed) {
        if (const auto seconds = duration_seconds(found->amount)) {
          out.extra["duration_s"] = *seconds;
        } else {
          out.extra["outcome"] = found->amount;  // "No answer", "Silenced"
        }
      }
      return true;
    }
    case Says::view_once: {
      out.view_once = true;
      Attachment& gone = out.attachments.emplace_back();
      gone.flavour = "view_once";
      gone.state = AttachmentState::omitted;
      return true;
    }
    case Says::live_location:
      out.text = line;
      out.extra["location"] = std::string("live");
      return true;
    case Says::waiting:
      out.kind = Kind::notice;
      out.text = line;
      doubt(out, "message-not-in-source",
            "the phone had not received this message when it exported the chat");
      return true;
    default: return false;
  }
}

bool Interpreter::read_media(std::string_view body, Record& out) {
  if (!body.ends_with('>') && body.find(')') == std::string_view::npos && media_.files().empty())
    return false;
  const auto found = find_media(body, media_, book_);
  if (!found) return false;
  Attachment& attachment = out.attachments.emplace_back();
  attachment.name = utf8::is_valid(found->name) ? found->name : utf8::repaired(found->name);
  attachment.source_reference = attachment.name;
  attachment.media_type = media_type_of(found->name);
  attachment.flavour = flavour_of(found->name);
  if (found->file) {
    const MediaFile& file = media_.files()[*found->file];
    attachment.size = file.size;
    attachment.sha256 = file.sha256;
    attachment.source_reference = utf8::repaired(file.path);
    attachment.state = file.sha256 ? AttachmentState::present : AttachmentState::missing;
  } else {
    attachment.state = AttachmentState::missing;
  }
  if (attachment.state == AttachmentState::missing) {
    doubt(out, "attachment-missing", "the source names a file that is not in it");
  }
  const std::string before = cleaned(found->before);
  const std::size_t bullet = before.find(" • ");
  if (bullet != std::string::npos) {  // "Plan.pdf • 2 pages <attached: ...>": what iOS shows of a document
    attachment.name = before.substr(0, bullet);
    out.extra["document_line"] = before;
  } else {
    std::string_view caption = found->before;
    while (caption.ends_with(kMark)) caption.remove_suffix(kMark.size());
    if (caption.starts_with(kMark)) caption.remove_prefix(kMark.size());
    caption = trimmed(caption.empty() ? found->after : caption);
    out.text = caption;
    attachment.caption = caption;
  }
  return true;
}

bool Interpreter::read_omitted(std::string_view body, Record& out) {
  // The placeholder is the first line (Android, caption after it) or what follows the last mark (iOS, caption before).
  const std::size_t mark = body.rfind(kMark);
  const bool ios = chat_.frame == Frame::bracket && mark != std::string_view::npos;
  if (chat_.frame == Frame::bracket && chat_.has_marks && !ios) return false;
  const std::size_t line_end = std::min(body.find('\n'), body.size());
  std::string_view placeholder = ios ? body.substr(mark) : body.substr(0, line_end);
  if (placeholder.size() > 200) return false;
  const auto found = book_.find(Place::text, cleaned(placeholder));
  if (!found || found->phrase->says != Says::media_omitted) return false;
  Attachment& attachment = out.attachments.emplace_back();
  attachment.state = AttachmentState::omitted;
  attachment.name = found->title;
  std::string_view caption = trimmed(ios ? body.substr(0, mark) : body.substr(line_end));
  if (caption.starts_with(kMark)) caption.remove_prefix(kMark.size());
  const std::string shown = cleaned(caption);
  if (const std::size_t bullet = shown.find(" • "); ios && bullet != std::string::npos) {
    attachment.name = shown.substr(0, bullet);
    out.extra["document_line"] = shown;
  } else {
    out.text = caption;
    attachment.caption = caption;
  }
  if (contains_any(placeholder, {"sticker", "Sticker", "figurinha"})) attachment.flavour = "sticker";
  if (contains_any(placeholder, {"GIF"})) attachment.flavour = "gif";
  return true;
}

bool Interpreter::read_poll(std::string_view body, Record& out) {
  const std::string_view head = body.substr(0, std::min<std::size_t>(body.find('\n'), 80));
  const Phrase* word = book_.word_at(Says::poll, cleaned(head));
  if (word == nullptr) return false;
  record::Poll poll;
  bool first = true;
  for_each_line(body, [&](std::size_t, std::string_view raw) {
    std::string line = cleaned(raw);
    if (first) line.erase(0, word->text.size());
    first = false;
    if (const Phrase* option = book_.word_at(Says::option, line)) {
      std::string_view text = std::string_view(line).substr(option->text.size());
      if (text.starts_with(' ')) text.remove_prefix(1);
      poll.options.push_back(option_of(text));
    } else if (!line.empty()) {
      std::string& to = poll.options.empty() ? poll.question : poll.options.back().text;
      if (!to.empty()) to += '\n';
      to += line.starts_with(' ') ? line.substr(1) : line;
    }
    return Walk::on;
  });
  if (poll.options.empty()) return false;
  out.kind = Kind::poll;
  out.text = poll.question;
  out.poll = std::move(poll);
  return true;
}

void Interpreter::read_place(std::string_view body, Record& out) {
  constexpr std::string_view kMaps = "https://maps.google.com/?q=";
  constexpr std::string_view kPlace = ": https://foursquare.com/v/";
  if (body.size() > 1000) return;
  const std::size_t at = body.find(kMaps);
  if (at != std::string_view::npos) {
    std::string_view where = body.substr(at + kMaps.size());
    where = where.substr(0, std::min(where.find_first_not_of("0123456789.,-"), where.size()));
    const std::size_t comma = where.find(',');
    if (comma == std::string_view::npos) return;
    out.extra["location"] = std::string("point");
    out.extra["latitude"] = std::string(where.substr(0, comma));
    out.extra["longitude"] = std::string(where.substr(comma + 1));
  } else if (body.find(kPlace) != std::string_view::npos) {
    out.extra["location"] = std::string("place");
    out.extra["place"] = cleaned(body.substr(0, body.find(kPlace)));
  }
}

}  // namespace strongroom::capture::whatsapp
