/// Who and where, as the frames read so far have declared it: recipients, chats, and the account's own name.
#pragma once

#include <map>
#include <set>
#include <string>

#include "frames.pb.h"
#include "record/record.h"

namespace strongroom::capture::signal {

namespace frames = ::strongroom::signal_frames;

/// People carried in the snapshot of one record at most; a larger group says so in `extra` "members".
inline constexpr std::size_t kPeopleMax = 256;

class Directory {
 public:
  void declare(const frames::AccountData& account);
  void declare(const frames::Recipient& recipient);
  void declare(const frames::Chat& chat);

  /// The custodian's name in the account.
  const std::string& own_name() const { return self_name_; }
  /// The person behind a recipient id; `id` "signal:recipient:N" without a name if it was never declared.
  record::Person person(std::uint64_t recipient_id) const;
  bool knows_recipient(std::uint64_t recipient_id) const { return recipients_.contains(recipient_id); }
  bool knows_chat(std::uint64_t chat_id) const { return chats_.contains(chat_id); }
  /// The person behind a service id as bytes (16: ACI; 17 with a leading 1: PNI). The source declares an account for
  /// everybody but its owner: where exactly one member of its groups is declared nowhere, that is the owner, who gets
  /// the account's name; the id stays as the source wrote it.
  record::Person person_of_service_id(std::string_view bytes) const;

  record::Conversation conversation(std::uint64_t chat_id) const;
  record::Conversation conversation_with(std::uint64_t recipient_id) const;
  /// The conversation's members as last declared, at most `kPeopleMax`.
  std::vector<record::Person> members_of_chat(std::uint64_t chat_id) const;
  std::vector<record::Person> members_of(std::uint64_t recipient_id) const;

 private:
  struct Known {
    record::Person person;
    record::Conversation conversation;
    std::vector<std::pair<std::string, std::string>> members;  ///< service id bytes, role (groups)
    std::vector<std::uint64_t> member_ids;  ///< recipient ids (distribution lists)
  };
  Known contact(const frames::Contact& contact) const;
  Known group(const frames::Group& group) const;
  Known list(const frames::DistributionListItem& item) const;
  bool is_own(std::string_view service_id) const;

  std::string self_name_;
  std::set<std::string, std::less<>> undeclared_;  ///< ACIs of group members that are nobody's so far
  std::map<std::uint64_t, Known> recipients_;
  std::map<std::uint64_t, std::uint64_t> chats_;  ///< chat id to recipient id
  std::map<std::string, std::uint64_t, std::less<>> by_service_id_;
};

/// A stable name for something whose own id is a key: the key stays in the sealed original.
std::string name_of_key(std::string_view key);
/// "000a11ce-0000-4000-8000-000000000001" of 16 bytes; plain hex of any other length.
std::string uuid_text(std::string_view bytes);

}  // namespace strongroom::capture::signal
