/// The first roster, put together from member cards (protocol §2.3).
#pragma once

#include <string>
#include <vector>

#include "platform/file_system.h"
#include "roster/member_card.h"
#include "roster/roster.h"

namespace strongroom::person {

struct DraftRequest {
  std::vector<std::string> members;    ///< "FILE=trustee,officer"
  std::uint32_t k = 0;
  std::vector<std::string> classes;    ///< "1=ordinary:120"
  std::vector<std::string> witnesses;  ///< "NAME=VKEY"
  std::size_t witness_quorum = 0;      ///< 0 = all of them
  std::string register_vkey, capture_vkey, server_pin;
  std::uint64_t days = 400;
  std::uint64_t cooling_off_hours = 0;
};

struct Draft {
  roster::Roster roster;
  roster::NameList names;
};
/// "FILE=trustee,officer": the card in FILE as a member of this id and these roles, from `now_s` to the roster's end.
struct NewMember {
  roster::Member member;
  roster::KnownName name;
};
Result<NewMember> read_member(const std::string& argument, roster::MemberId id, std::uint64_t now_s,
                              std::uint64_t until_s);
Result<std::vector<roster::Role>> roles_named(std::string_view text);
std::string roles_text(const roster::Member& member);

/// Ids are given in the order of the cards, positions in the order of the trustees. `malformed` names the argument.
Result<Draft> make_draft(const DraftRequest& request, std::uint64_t now_s);

/// Names travel beside a draft and a card, in a file of its name and ".names"; none if there is no such file.
roster::NameList names_beside(platform::FileSystem& files, const std::string& path);
Result<void> write_names_beside(platform::FileSystem& files, const std::string& path,
                                const roster::NameList& names);

/// Who is who, for the person who is about to sign.
std::string describe(const roster::Roster& roster, const roster::NameList& names);

}  // namespace strongroom::person
