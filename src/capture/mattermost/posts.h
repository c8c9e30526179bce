/// One post of a bulk export with its replies and reactions.
#pragma once

#include <map>
#include <string>

#include "capture/beside.h"
#include "capture/emission.h"
#include "capture/json/members.h"

namespace strongroom::capture::mattermost {

/// What the lines before have declared.
class Directory {
 public:
  explicit Directory(std::string custodian) : custodian_(std::move(custodian)) {}
  record::Person learn_user(const json::Object& user);
  record::Conversation learn_channel(const json::Object& channel);
  record::Person person(const std::string& username) const;
  record::Conversation channel(const std::string& team, const std::string& name) const;
  bool is_custodian(const record::Person& person) const;

 private:
  std::string custodian_;
  std::map<std::string, record::Person, std::less<>> people_;
  std::map<std::string, record::Conversation, std::less<>> channels_;
};

/// Where one line's files are looked for.
struct Surroundings {
  Directory& directory;
  FilesBeside& beside;
  const std::string& file;
};

/// The conversation of these people, in whatever order they are named.
record::Conversation direct_conversation(const json::Array* members, std::vector<record::Person>& people,
                                         const Directory& directory);
/// `post` or `direct_post`: the post, its reactions, and each of its replies with its reactions.
Result<void> read_post(const json::Object& post, const Surroundings& around, Emission& out);

}  // namespace strongroom::capture::mattermost
