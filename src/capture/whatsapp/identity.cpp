#include <algorithm>

#include "base/utf8.h"
#include "capture/whatsapp/interpret.h"

namespace strongroom::capture::whatsapp {
namespace {

using record::ConversationKind;
using record::Person;

/// A chat of few lines may have an author who is none: count no further than this.
constexpr std::uint64_t kGroupNameItemsMax = 8;

bool tells_of_a_group(Says says) {
  switch (says) {
    case Says::created:
    case Says::added:
    case Says::removed:
    case Says::left:
    case Says::joined:
    case Says::joined_link:
    case Says::promoted:
    case Says::demoted:
    case Says::subject:
    case Says::icon:
    case Says::description: return true;
    default: return false;
  }
}

bool is_notice_of_no_one(Says says) {
  return says == Says::encryption || says == Says::security_code || says == Says::business ||
         says == Says::created;
}

/// What the system lines of a chat say about it.
struct Survey {
  bool group = false;
  std::string title;                     ///< the latest the group was given
  std::vector<std::uint64_t> notices;    ///< per author
};

Survey survey(const ChatText& chat, const PhraseBook& book) {
  Survey out;
  out.notices.resize(chat.authors.size());
  for (const Item& item : chat.items) {
    const bool few = item.author != kNoAuthor && chat.authors[item.author].items <= kGroupNameItemsMax;
    const std::string_view body = chat.body_of(item);
    const bool marked = body.starts_with("\xE2\x80\x8E");
    if ((item.author != kNoAuthor && !few && !marked) || body.size() > PhraseBook::kLineMax) continue;
    if (item.author != kNoAuthor && !may_be_application_text(chat, body)) continue;
    const auto found = book.find(Place::system, cleaned(body));
    if (!found) continue;
    if (item.author != kNoAuthor) {
      // Without marks only the long wordings are surely the application's own.
      if (!marked && found->phrase->says != Says::encryption) continue;
      if (is_notice_of_no_one(found->phrase->says)) ++out.notices[item.author];
    }
    if (tells_of_a_group(found->phrase->says)) out.group = true;
    if (!found->title.empty() &&
        (found->phrase->says == Says::created || found->phrase->says == Says::subject)) {
      out.title = found->title;
    }
  }
  return out;
}

std::string_view without_ending(std::string_view name) {
  for (const std::string_view ending : {".txt", ".TXT", ".zip", ".ZIP"}) {
    if (name.ends_with(ending)) return name.substr(0, name.size() - ending.size());
  }
  return name;
}

/// The chat's name in a file name WhatsApp gave; empty if it is not one.
std::string title_in(std::string_view file_name) {
  const std::string name = cleaned(without_ending(file_name));
  for (const std::string_view prefix : title_prefixes()) {
    if (name.starts_with(prefix) && name.size() > prefix.size()) return name.substr(prefix.size());
  }
  return {};
}

/// The first names in alphabetical order: "Ana, Bruno and 3 others". Two nameless exports are told apart by it.
std::string people_in(const ChatIdentity& identity) {
  std::vector<std::string> names;
  for (const Person& person : identity.people) names.push_back(person.name);
  std::ranges::sort(names);
  const std::size_t shown = names.size() <= 4 ? names.size() : 3;
  std::string out;
  for (std::size_t i = 0; i < shown; ++i) out += (i == 0 ? "" : ", ") + names[i];
  if (shown < names.size()) out += " and " + std::to_string(names.size() - shown) + " others";
  return out;
}

std::string title_of(const ChatText& chat, const Survey& survey, std::string_view path,
                     std::string_view container, const ChatIdentity& identity, std::string_view custodian) {
  const std::string_view name = last_part(path);
  for (const std::string_view named : {name, last_part(container)}) {
    if (auto title = title_in(named); !title.empty()) return title;
  }
  if (!survey.title.empty()) return survey.title;
  for (std::size_t i = 0; i < chat.authors.size(); ++i) {
    if (identity.is_group_name[i]) return chat.authors[i].shown;
  }
  if (identity.people.size() == 2 && !custodian.empty()) {
    for (std::size_t i = 0; i < 2; ++i) {
      if (identity.people[i].name == custodian) return identity.people[1 - i].name;
    }
  }
  const std::string_view own = without_ending(name);
  const std::string_view around = without_ending(last_part(container));
  if (own == "_chat" && around.empty() && !identity.people.empty()) return people_in(identity);
  return cleaned(own == "_chat" && !around.empty() ? around : own);
}

}  // namespace

Person person_shown(std::string_view shown) {
  Person person;
  person.name = std::string(shown);
  std::string digits;
  bool number = !shown.empty();
  for (const char c : shown) {
    if (c >= '0' && c <= '9') {
      digits.push_back(c);
    } else if (c != ' ' && c != '-' && c != '(' && c != ')' && !(c == '+' && digits.empty())) {
      number = false;
    }
  }
  if (number && digits.size() >= 6) {
    person.id = (shown[0] == '+' ? "tel:+" : "tel:") + digits;
  } else if (shown.starts_with("~")) {
    person.id =
        "pushname:" + std::string(shown.substr(std::min(shown.find_first_not_of("~ "), shown.size())));
  } else {
    person.id = "name:" + person.name;
  }
  return person;
}

bool may_be_application_text(const ChatText& chat, std::string_view body) {
  return chat.frame != Frame::bracket || !chat.has_marks || body.starts_with("\xE2\x80\x8E");
}

ChatIdentity identify(const ChatText& chat, std::string_view path, std::string_view container,
                      std::string_view custodian, const PhraseBook& book) {
  ChatIdentity identity;
  const Survey lines = survey(chat, book);
  for (std::size_t i = 0; i < chat.authors.size(); ++i) {
    identity.authors.push_back(person_shown(chat.authors[i].shown));
    identity.is_group_name.push_back(lines.notices[i] == chat.authors[i].items);
    if (identity.is_group_name[i] || identity.people.size() == kPeopleMax) continue;
    identity.people.push_back(identity.authors[i]);
    identity.people.back().role = identity.authors[i].name == custodian ? "self" : "member";
  }
  record::Conversation& conversation = identity.conversation;
  conversation.title = title_of(chat, lines, path, container, identity, custodian);
  conversation.id = "whatsapp:" + conversation.title;
  const bool named_after_author =
      std::ranges::any_of(identity.people, [&](const Person& p) { return p.name == conversation.title; });
  if (lines.group || identity.people.size() > 2) {
    conversation.kind = ConversationKind::group;
  } else if (named_after_author) {
    conversation.kind = ConversationKind::direct;
  }
  return identity;
}

}  // namespace strongroom::capture::whatsapp
