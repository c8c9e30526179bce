/// A future member's public half, as it is carried to the genesis ceremony (protocol §2.2, §2.3): name, signing keys,
/// mail key, TLS pin. Lines of text; nothing in it is secret but the salt that hides the name on the roster.
/// Format page: docs/formats/card.md.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/error.h"
#include "crypto/signature.h"
#include "roster/roster.h"

namespace strongroom::roster {

struct MemberCard {
  std::string name;  ///< one line of UTF-8, at most 200 bytes
  ByteArray<16> salt{};
  crypto::SigningPublic signing;
  ByteArray<1216> mail{};
  Hash256 tls_pin{};
  bool operator==(const MemberCard&) const = default;
};

/// Six words of all public keys: read aloud by the member, compared by everybody else.
std::string words_of(const MemberCard& card);
std::string words_of(const Member& member);

/// "strongroom member 1", then "name", "salt", "ed25519", "ml-dsa-65", "mail", "tls", "words".
std::string format_member_card(const MemberCard& card);
/// `malformed` names the line; words that are not those of the keys are refused.
Result<MemberCard> parse_member_card(std::string_view text);

/// The card as a member of a roster, without roles and times.
Member member_of(const MemberCard& card, MemberId id);

/// Names of members for screens, beside the roster that only has their salted hashes.
/// Lines "member <id> <salt> <name>".
struct KnownName {
  ByteArray<16> salt{};
  std::string name;
};
using NameList = std::map<MemberId, KnownName>;
std::string format_names(const NameList& names);
Result<NameList> parse_names(std::string_view text);
/// The name, if the list has it and it is the one that the roster's hash hides; else "member 6".
std::string shown_name(const NameList& names, const Member& member);

}  // namespace strongroom::roster
