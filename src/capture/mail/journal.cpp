#include "capture/mail/journal.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/utf8.h"
#include "capture/mail/header_text.h"

namespace strongroom::capture::mail {
namespace {

constexpr std::size_t kPeopleMax = 20'000;  // more than a record names; all are attached
constexpr std::size_t kNotUnderstoodMax = 20;

/// "a@b", "<a@b>", "Ana <a@b>".
record::Person person_in(std::string_view text, std::string role) {
  const auto list = read_addresses(std::string(trimmed(text)), 1);
  if (list.empty() || list[0].address.empty())
    return person_of(std::string(trimmed(text)), {}, std::move(role));
  return person_of(list[0].name, list[0].address, std::move(role));
}

/// "x@a, Expanded: dl@b" or "x@a, Forwarded: box@b": who received, and through what.
void add_recipient(std::string_view value, const std::string& role, JournalEnvelope& out) {
  if (out.people.size() >= kPeopleMax) {
    out.too_many = true;
    return;
  }
  std::string_view who = value, through;
  std::string through_role;
  for (const auto& [mark, as] :
       {std::pair{", Expanded:", "expanded_list"}, std::pair{", Forwarded:", "forwarded_from"}}) {
    const std::size_t at = value.find(mark);
    if (at == std::string_view::npos) continue;
    who = value.substr(0, at);
    through = value.substr(at + std::string_view(mark).size());
    through_role = as;
  }
  record::Person person = person_in(who, role);
  if (person.id.empty()) return;
  if (!trimmed(through).empty()) {
    const record::Person list = person_in(through, through_role);
    person.addresses.push_back((through_role == "expanded_list" ? "list:" : "forwarded:") + list.id);
    if (std::ranges::none_of(out.people,
                             [&](const record::Person& p) { return p.id == list.id && p.role == list.role; }))
      out.people.push_back(list);
  }
  out.people.push_back(std::move(person));
}

void read_line(std::string_view line, std::string& section, JournalEnvelope& out) {
  const std::size_t colon = line.find(':');
  const std::string name =
      colon == std::string_view::npos ? std::string() : lower(trimmed(line.substr(0, colon)));
  const std::string_view value = colon == std::string_view::npos ? line : trimmed(line.substr(colon + 1));
  if (name == "sender") {
    out.sender = value;
  } else if (name == "on-behalf-of") {
    out.on_behalf_of = value;
  } else if (name == "subject") {
    out.subject = value;
  } else if (name == "message-id") {
    out.message_id = value;
  } else if (name == "label") {
    out.label = value;
  } else if (name == "to" || name == "cc" || name == "bcc" || name == "recipient") {
    add_recipient(value, name, out);
  } else if (name == "recipients" || name == "expanded recipients") {
    section = "recipient";  // Exchange 2003: one a line from here
    if (!value.empty()) add_recipient(value, section, out);
  } else if (!section.empty() && line.find('@') != std::string_view::npos) {
    add_recipient(line, section, out);
  } else if (out.not_understood.size() < kNotUnderstoodMax) {
    out.not_understood.emplace_back(cut_to(line, 200));
  }
}

const Part* envelope_part(const MimeTree& tree) {
  const auto found = std::ranges::find_if(tree.parts, [](const Part& p) {
    return p.kind == PartKind::leaf && p.type == "text/plain" && p.depth == 1;
  });
  return found == tree.parts.end() ? nullptr : &*found;
}

/// The mail within: a part of type message/rfc822, or one that says it is a file of that kind.
const Part* mail_part(const MimeTree& tree) {
  const auto found = std::ranges::find_if(
      tree.parts, [](const Part& p) { return p.kind == PartKind::message && p.depth == 1; });
  return found == tree.parts.end() ? nullptr : &*found;
}

bool is_received(const record::Person& p) {
  return p.role == "to" || p.role == "cc" || p.role == "bcc" || p.role == "recipient";
}

/// The report knows who received; the mail's header knows their names, and the roles the report does not know.
void merge_people(const JournalEnvelope& envelope, Letter& letter) {
  std::vector<record::Person> people = envelope.people;
  for (record::Person& p : people) {
    for (const record::Person& shown : letter.people) {
      if (shown.id != p.id || !is_received(p)) continue;
      if (p.name.empty()) p.name = shown.name;
      if (p.role == "recipient" && is_received(shown)) p.role = shown.role;
    }
  }
  for (record::Person& shown : letter.people) {
    const bool known = std::ranges::any_of(
        people, [&](const record::Person& p) { return p.id == shown.id && p.role == shown.role; });
    if (known) continue;
    if (is_received(shown)) shown.role = "header_" + shown.role;  // named by the sender, not received
    people.push_back(std::move(shown));
  }
  letter.people = std::move(people);
}

}  // namespace

JournalEnvelope read_journal_envelope(std::string_view text) {
  JournalEnvelope out;
  std::string section;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = trimmed(text.substr(at, end - at));
    if (!line.empty()) read_line(line, section, out);
    at = end + 1;
  }
  return out;
}

std::optional<Letter> read_journal_report(BytesView, const Header& header, const MimeTree& tree,
                                          Charsets& charsets) {
  if (!header.first("X-MS-Journal-Report")) return std::nullopt;
  const Part* words = envelope_part(tree);
  const Part* within = mail_part(tree);
  if (words == nullptr || within == nullptr) return std::nullopt;
  Bytes holder;
  const ParameterValue type = read_parameters(words->content_type, charsets, {});
  const JournalEnvelope envelope = read_journal_envelope(
      charsets.to_utf8(text_of(decoded(*words, holder)), type.parameter("charset")).text);

  Letter letter;
  const Header inner = read_header(text_of(within->raw));
  read_fields(inner, charsets, {}, letter);
  (void)read_body(within->raw, inner, charsets, FromLines::as_they_are, letter);
  merge_people(envelope, letter);
  if (!envelope.sender.empty()) letter.people.push_back(person_in(envelope.sender, "envelope_sender"));
  if (!envelope.on_behalf_of.empty())
    letter.people.push_back(person_in(envelope.on_behalf_of, "on_behalf_of"));
  bound_people(letter);
  if (envelope.too_many)
    letter.doubt("people-cut",
                 fmt::format("the report names more than {} recipients; all are in its bytes", kPeopleMax));
  if (!envelope.label.empty()) letter.extra["journal_label"] = cut_to(envelope.label, 512);
  letter.extra["journal_report"] = true;
  if (const auto id = header.first("Message-ID"))
    letter.extra["journal_report_id"] = cut_to(decoded_text(*id, charsets, {}), 998);
  if (!envelope.not_understood.empty())
    letter.doubt("journal-line", fmt::format("{} lines of the journal report were not understood",
                                             envelope.not_understood.size()));

  Piece piece;
  piece.view = within->raw;
  piece.attachment.name = "journaled.eml";
  piece.attachment.media_type = "message/rfc822";
  piece.attachment.flavour = "journaled_message";
  piece.attachment.source_reference = "journal/" + within->path;
  letter.pieces.push_back(std::move(piece));
  MimeTree others;  // a decrypted copy of a protected mail follows it
  for (const Part& part : tree.parts) {
    if (&part != words && &part != within && part.depth >= 1) others.parts.push_back(part);
  }
  Letter beside;
  read_parts(others, charsets, FromLines::as_they_are, beside);
  for (Piece& p : beside.pieces) {
    p.attachment.source_reference = "journal/" + p.attachment.source_reference;
    letter.pieces.push_back(std::move(p));
  }
  return letter;
}

}  // namespace strongroom::capture::mail
