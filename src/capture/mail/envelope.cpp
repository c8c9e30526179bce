#include "capture/mail/letter.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/utf8.h"
#include "capture/mail/header_text.h"
#include "capture/mail/mime.h"

namespace strongroom::capture::mail {
namespace {

constexpr std::size_t kPeopleMax = 5'000;
constexpr std::size_t kPeopleBytesMax = 200u << 10;
constexpr std::size_t kNameMax = 512;
constexpr std::size_t kExtraMax = 8u << 10;
constexpr std::size_t kReferencesMax = 200;

struct Named {
  const char* field;
  const char* as;
};
constexpr std::array kExtras{
    Named{"Return-Path", "return_path"},
    Named{"Delivered-To", "delivered_to"},
    Named{"X-Original-To", "original_to"},
    Named{"List-Id", "list_id"},
    Named{"User-Agent", "user_agent"},
    Named{"X-Mailer", "mailer"},
    Named{"Importance", "importance"},
    Named{"X-Priority", "priority"},
    Named{"Sensitivity", "sensitivity"},
    Named{"Auto-Submitted", "auto_submitted"},
    Named{"Thread-Topic", "thread_topic"},
    Named{"Thread-Index", "thread_index"},
    Named{"Organization", "organization"},
    Named{"Keywords", "keywords"},
    Named{"Comments", "comments"},
    Named{"X-Originating-IP", "originating_ip"},
    Named{"Status", "status"},
    Named{"X-Status", "x_status"},
    Named{"X-Mozilla-Status", "mozilla_status"},
    Named{"X-Mozilla-Keys", "mozilla_keys"},
    Named{"X-Gmail-Labels", "gmail_labels"},
    Named{"X-GM-THRID", "gmail_thread"},
    Named{"Disposition-Notification-To", "receipt_to"},
    Named{"Resent-Date", "resent_date"},
    Named{"Supersedes", "supersedes"},
    Named{"Newsgroups", "newsgroups"},
};

struct Role {
  const char* field;
  const char* role;
};
constexpr std::array kRoles{
    Role{"To", "to"},
    Role{"Cc", "cc"},
    Role{"Bcc", "bcc"},
    Role{"Reply-To", "reply_to"},
    Role{"Sender", "sender"},
    Role{"Resent-From", "resent_from"},
    Role{"Resent-To", "resent_to"},
    Role{"Resent-Cc", "resent_cc"},
    Role{"Resent-Bcc", "resent_bcc"},
};

std::size_t size_of(const record::Person& p) {
  std::size_t size = p.id.size() + p.name.size() + p.role.size() + 16;
  for (const std::string& a : p.addresses) size += a.size();
  return size;
}

void attach_people(const std::string& all, Letter& letter) {
  letter.doubt("people-cut", fmt::format("the first {} recipients are named here; the attachment "
                                         "all-recipients.txt names all",
                                         letter.people.size()));
  Piece piece;
  piece.attachment.name = "all-recipients.txt";
  piece.attachment.media_type = "text/plain; charset=utf-8";
  piece.attachment.flavour = "recipients";
  piece.owned = copy_of(bytes_of(all));
  letter.pieces.push_back(std::move(piece));
}

class Envelope {
 public:
  Envelope(const Header& header, Charsets& charsets, std::string_view fallback, Letter& letter)
      : header_(header), charsets_(charsets), fallback_(fallback), letter_(letter) {}

  void read() {
    subject();
    author();
    for (const Role& role : kRoles) recipients(role);
    if (cut_) attach_recipients();
    times();
    threads();
    extras();
    if (header_.fields.empty()) letter_.doubt("no-header", "the mail has no header fields");
    if (header_.odd_lines)
      letter_.doubt("odd-header-line", "the header has a line that is neither a field nor its continuation");
    if (header_.cut)
      letter_.doubt("header-cut",
                    fmt::format("the header has more than {} fields; the first were read", kFieldsMax));
  }

 private:
  std::string text_of_field(const char* name, std::size_t limit) {
    const auto raw = header_.first(name);
    return raw ? cut_to(decoded_text(*raw, charsets_, fallback_), limit) : std::string();
  }
  std::vector<Address> addresses(std::string_view raw) {
    return read_addresses(with_utf8_words(raw, charsets_, fallback_), kPeopleMax);
  }

  void subject() {
    letter_.subject = text_of_field("Subject", kExtraMax);
    if (header_.count("Subject") > 1)
      letter_.doubt("repeated-field", "the header has more than one Subject; the first was taken");
  }

  void author() {
    for (const Field& field : header_.fields) {
      if (!same_name(field.name, "From")) continue;
      for (const Address& a : addresses(field.value)) {
        if (a.name.empty() && a.address.empty()) continue;
        if (!letter_.author)
          letter_.author = person_of(a.name, a.address, {});
        else
          add(person_of(a.name, a.address, "from"));
      }
    }
    if (header_.count("From") > 1)
      letter_.doubt("repeated-field", "the header has more than one From; the first is the author");
    if (letter_.author) return;
    for (const char* name : {"Sender", "Return-Path", "Resent-From"}) {
      const auto raw = header_.first(name);
      const auto list = raw ? addresses(*raw) : std::vector<Address>();
      if (list.empty() || list[0].address.empty()) continue;
      letter_.author = person_of(list[0].name, list[0].address, {});
      letter_.doubt("no-author", fmt::format("the mail has no From; the author is taken from {}", name));
      return;
    }
    letter_.doubt("no-author", "the mail says nowhere who sent it");
  }

  void add(record::Person person) {
    people_bytes_ += size_of(person);
    if (people_bytes_ > kPeopleBytesMax || letter_.people.size() >= kPeopleMax)
      cut_ = true;
    else
      letter_.people.push_back(std::move(person));
  }

  void recipients(const Role& role) {
    for (const Field& field : header_.fields) {
      if (!same_name(field.name, role.field)) continue;
      const auto list = addresses(field.value);
      if (list.size() >= kPeopleMax) cut_ = true;
      for (const Address& a : list) {
        record::Person person =
            person_of(a.name.empty() && a.address.empty() ? a.group : a.name, a.address, role.role);
        if (std::string_view(role.role) == "sender" && letter_.author && letter_.author->id == person.id)
          continue;
        if (!a.group.empty() && !a.address.empty())
          person.addresses.push_back("group:" + cut_to(a.group, kNameMax));
        if (!person.id.empty()) add(std::move(person));
      }
    }
  }

  void attach_recipients() {
    std::string all;
    for (const Role& role : kRoles) {
      for (const Field& field : header_.fields) {
        if (same_name(field.name, role.field))
          all += fmt::format("{}: {}\n", role.field, decoded_text(field.value, charsets_, fallback_));
      }
    }
    attach_people(all, letter_);
  }

  void times() {
    if (const auto date = header_.first("Date")) {
      letter_.sent_ms = read_date(unfolded(*date));
      if (!letter_.sent_ms) {
        letter_.doubt("odd-date", "nobody can tell what the Date field says");
        letter_.extra["date"] = cut_to(decoded_text(*date, charsets_, fallback_), kNameMax);
      }
    }
    if (const auto received = header_.first("Received")) letter_.received_ms = received_date(*received);
  }

  void threads() {
    if (const auto raw = header_.first("Message-ID")) {
      const auto ids = message_ids(*raw, 1);
      letter_.message_id = ids.empty() ? utf8::repaired(cut_to(unfolded(*raw), 998)) : ids[0];
    }
    if (const auto raw = header_.first("References")) letter_.references = message_ids(*raw, kReferencesMax);
    const auto raw = header_.first("In-Reply-To");
    const auto answered = raw ? message_ids(*raw, 10) : std::vector<std::string>();
    std::string joined;
    for (const std::string& id : letter_.references) joined += (joined.empty() ? "<" : " <") + id + ">";
    if (letter_.references.empty()) letter_.references = answered;
    if (!letter_.message_id.empty()) letter_.extra["message_id"] = letter_.message_id;
    if (!joined.empty()) letter_.extra["references"] = cut_to(joined, 4 * kExtraMax);
    if (!answered.empty()) letter_.extra["in_reply_to"] = answered[0];
  }

  void extras() {
    if (!letter_.subject.empty()) letter_.extra["subject"] = letter_.subject;
    for (const Named& named : kExtras) {
      std::string value = text_of_field(named.field, kExtraMax);
      if (!value.empty()) letter_.extra[named.as] = std::move(value);
    }
  }

  const Header& header_;
  Charsets& charsets_;
  std::string_view fallback_;
  Letter& letter_;
  std::size_t people_bytes_ = 0;
  bool cut_ = false;
};

}  // namespace

std::string cut_to(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return std::string(text);
  while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0) == 0x80) --limit;
  return std::string(text.substr(0, limit));
}

void bound_people(Letter& letter) {
  std::size_t bytes = 0;
  const auto fits = [&](const record::Person& p) { return (bytes += size_of(p)) <= kPeopleBytesMax; };
  const auto room =
      static_cast<std::size_t>(std::ranges::find_if_not(letter.people, fits) - letter.people.begin());
  if (room == letter.people.size() && room <= kPeopleMax) return;
  std::string all;
  for (const record::Person& p : letter.people) all += fmt::format("{}: {} <{}>\n", p.role, p.name, p.id);
  letter.people.resize(std::min(room, kPeopleMax));
  attach_people(all, letter);
}

record::Person person_of(const std::string& name, const std::string& address, std::string role) {
  record::Person person;
  person.name = cut_to(name, kNameMax);
  person.role = std::move(role);
  const std::string plain = cut_to(trimmed(address), kNameMax);
  if (!plain.empty()) {
    person.id = "mailto:" + lower(plain);
    person.addresses.push_back("mailto:" + plain);
  } else if (!person.name.empty()) {
    person.id = "name:" + person.name;
  }
  return person;
}

std::optional<std::int64_t> received_date(std::string_view field) {
  const std::size_t semicolon = field.rfind(';');
  if (semicolon == std::string_view::npos) return std::nullopt;
  return read_date(unfolded(field.substr(semicolon + 1)));
}

void read_fields(const Header& header, Charsets& charsets, std::string_view fallback, Letter& letter) {
  Envelope(header, charsets, fallback, letter).read();
}

}  // namespace strongroom::capture::mail
