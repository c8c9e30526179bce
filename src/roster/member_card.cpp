#include "roster/member_card.h"

#include <fmt/format.h>

#include "base/utf8.h"
#include "codec/text.h"
#include "crypto/hash.h"
#include "roster/encoding.h"

namespace strongroom::roster {
namespace {

constexpr std::string_view kFirstLine = "strongroom member 1";
constexpr std::string_view kNamesFirstLine = "strongroom names 1";
constexpr std::size_t kNameBytesMax = 200;

std::string words_of_keys(const crypto::SigningPublic& signing, const ByteArray<1216>& mail,
                          const Hash256& tls_pin) {
  return words_of(
      crypto::sha256(cbor::labelled("member-fingerprint", BytesView(signing.ed25519),
                                    BytesView(signing.ml_dsa_65), BytesView(mail), BytesView(tls_pin))));
}

Result<void> check_name(std::string_view name) {
  if (name.empty() || name.size() > kNameBytesMax || !utf8::is_one_line(name))
    return fail(ErrorCode::malformed, "a name is one line of UTF-8, 1 to 200 bytes");
  return {};
}

/// Takes one line off; "key value" in two.
std::pair<std::string_view, std::string_view> next_line(std::string_view& text) {
  const auto end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text = end == text.npos ? std::string_view() : text.substr(end + 1);
  const auto space = line.find(' ');
  return {line.substr(0, space), space == line.npos ? std::string_view() : line.substr(space + 1)};
}

Result<std::string_view> take(std::string_view& text, std::string_view key) {
  const auto [found, value] = next_line(text);
  if (found != key)
    return fail(ErrorCode::malformed, fmt::format("a line '{}' is missing", key), "member card");
  return value;
}

Result<std::string_view> after_first_line(std::string_view text, std::string_view first_line,
                                          std::string_view what) {
  if (!text.starts_with(first_line) || text.substr(first_line.size()).empty() ||
      text[first_line.size()] != '\n')
    return fail(ErrorCode::malformed, fmt::format("this is not a {}", what), "line 1",
                fmt::format("its first line is '{}'", first_line));
  if (!text.ends_with('\n'))
    return fail(ErrorCode::malformed, fmt::format("the {} is cut off in its last line", what));
  return text.substr(first_line.size() + 1);
}

}  // namespace

std::string words_of(const MemberCard& card) { return words_of_keys(card.signing, card.mail, card.tls_pin); }
std::string words_of(const Member& member) {
  return words_of_keys(member.signing, member.mail, member.tls_pin);
}

std::string format_member_card(const MemberCard& card) {
  return fmt::format("{}\nname {}\nsalt {}\ned25519 {}\nml-dsa-65 {}\nmail {}\ntls {}\nwords {}\n",
                     kFirstLine, card.name, codec::hex(card.salt), codec::hex(card.signing.ed25519),
                     codec::hex(card.signing.ml_dsa_65), codec::hex(card.mail), codec::hex(card.tls_pin),
                     words_of(card));
}

Result<MemberCard> parse_member_card(std::string_view text) {
  text = TRY(after_first_line(text, kFirstLine, "member card"));
  MemberCard card;
  card.name = TRY(take(text, "name"));
  TRY_IN("member card", check_name(card.name));
  card.salt = TRY_IN("salt", codec::array_from_hex<16>(TRY(take(text, "salt"))));
  card.signing.ed25519 = TRY_IN("ed25519", codec::array_from_hex<32>(TRY(take(text, "ed25519"))));
  card.signing.ml_dsa_65 = copy_of(
      TRY_IN("ml-dsa-65", codec::array_from_hex<crypto::kMlDsa65PublicBytes>(TRY(take(text, "ml-dsa-65")))));
  card.mail = TRY_IN("mail", codec::array_from_hex<1216>(TRY(take(text, "mail"))));
  card.tls_pin = TRY_IN("tls", codec::array_from_hex<32>(TRY(take(text, "tls"))));
  if (TRY(take(text, "words")) != words_of(card))
    return fail(ErrorCode::malformed, "the words are not those of the keys", "member card",
                "ask for the card again");
  if (!text.empty()) return fail(ErrorCode::malformed, "there are lines after the last", "member card");
  return card;
}

Member member_of(const MemberCard& card, MemberId id) {
  Member member;
  member.id = id;
  member.name_hash = name_hash(card.salt, card.name);
  member.signing = card.signing;
  member.mail = card.mail;
  member.tls_pin = card.tls_pin;
  return member;
}

std::string format_names(const NameList& names) {
  std::string out = fmt::format("{}\n", kNamesFirstLine);
  for (const auto& [id, known] : names)
    out += fmt::format("member {} {} {}\n", id, codec::hex(known.salt), known.name);
  return out;
}

Result<NameList> parse_names(std::string_view text) {
  text = TRY(after_first_line(text, kNamesFirstLine, "list of names"));
  NameList names;
  while (!text.empty()) {
    const auto [key, rest] = next_line(text);
    const auto first = rest.find(' '), second = rest.find(' ', first == rest.npos ? first : first + 1);
    if (key != "member" || second == rest.npos)
      return fail(ErrorCode::malformed, "not a line of a list of names");
    KnownName known;
    const auto id = TRY(codec::from_decimal(rest.substr(0, first), UINT32_MAX));
    known.salt = TRY(codec::array_from_hex<16>(rest.substr(first + 1, second - first - 1)));
    known.name = rest.substr(second + 1);
    TRY(check_name(known.name));
    if (!names.empty() && names.rbegin()->first >= id)
      return fail(ErrorCode::malformed, "a list of names repeats a member or is out of order");
    names.emplace_hint(names.end(), static_cast<MemberId>(id), std::move(known));
  }
  return names;
}

std::string shown_name(const NameList& names, const Member& member) {
  const auto known = names.find(member.id);
  if (known == names.end() || name_hash(known->second.salt, known->second.name) != member.name_hash)
    return fmt::format("member {}", member.id);
  return fmt::format("{} (member {})", known->second.name, member.id);
}

}  // namespace strongroom::roster
