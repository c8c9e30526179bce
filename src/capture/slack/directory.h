/// Who and where: the users and channels that the material declares.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "capture/json/members.h"
#include "record/record.h"

namespace strongroom::capture::slack {

/// A channel, private channel or direct conversation.
struct Channel {
  record::Conversation conversation;
  std::vector<std::string> members;  ///< ids; as of the export, not of a message
};

class Directory {
 public:
  /// `custodian`: a user's id, name, user name or mail address, as the operator stated it.
  explicit Directory(std::string custodian) : custodian_(std::move(custodian)) {}

  record::Person learn_user(const json::Object& user);
  /// `directory` is where its list lies: folders of messages beside it bear the channel's name or id.
  const Channel& learn_channel(const json::Object& channel, std::string_view directory);

  record::Person person(std::string_view id) const;
  /// Known or not, "slack:channel:ID".
  record::Conversation channel(std::string_view id) const;
  /// The channel whose messages lie in `folder` inside `directory`.
  record::Conversation channel_of_folder(std::string_view directory, std::string_view folder) const;
  /// Nobody for channels of many.
  std::vector<record::Person> members_of(const record::Conversation& conversation) const;
  std::string name_of_channel(std::string_view id) const;
  bool is_custodian(const record::Person& person) const;

 private:
  std::string custodian_;
  std::map<std::string, record::Person, std::less<>> people_;
  std::map<std::string, Channel, std::less<>> channels_;
  std::map<std::string, std::string, std::less<>> by_folder_;
};

/// "slack:U02AB"; "slack:bot:B02AB".
std::string person_id(std::string_view id);

}  // namespace strongroom::capture::slack
