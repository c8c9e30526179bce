/// Who and where, by the backup's tables recipient, groups, group_membership and thread.
#pragma once

#include <map>
#include <string>

#include "capture/signal_v1/replay.h"
#include "record/record.h"

namespace strongroom::capture::signal_v1 {

/// A row's columns by name, of whichever table version they come: the first of the names that exists.
class Row {
 public:
  explicit Row(const database::Rows& rows) : rows_(rows) {}
  std::int64_t integer(std::initializer_list<std::string_view> names, std::int64_t otherwise = 0) const;
  std::string text(std::initializer_list<std::string_view> names) const;
  Bytes bytes(std::initializer_list<std::string_view> names) const;
  bool has(std::initializer_list<std::string_view> names) const { return column(names) >= 0; }

 private:
  int column(std::initializer_list<std::string_view> names) const;
  const database::Rows& rows_;
};

/// A number as `extra` holds it.
record::Extra whole(std::int64_t value);

class People {
 public:
  static Result<People> read(const Replay& replay);

  record::Person person(std::int64_t recipient) const;
  /// A thread's conversation; by its number alone if the backup has no such thread.
  record::Conversation conversation_of(std::int64_t thread) const;
  /// Everyone in it but the custodian, at most 256.
  std::vector<record::Person> people_of(std::int64_t thread) const;
  /// The custodian's own recipient; 0 if it cannot be told.
  std::int64_t self() const { return self_; }
  /// As a direct chat or group with this recipient.
  record::Conversation conversation_with(std::int64_t recipient) const;
  std::vector<record::Person> members_of(std::int64_t recipient) const;
  /// The other side of a thread; 0 if it is not known.
  std::int64_t recipient_of(std::int64_t thread) const;

 private:
  struct Known {
    record::Person person;
    record::Conversation conversation;
    std::string group_id;
  };
  void take_recipient(const Row& row, const Replay& replay);
  void take_group(const Row& row);

  std::map<std::int64_t, Known> recipients_;
  std::map<std::string, std::int64_t, std::less<>> by_group_;
  std::map<std::string, std::vector<std::int64_t>, std::less<>> members_;
  std::map<std::int64_t, std::int64_t> threads_;
  std::int64_t self_ = 0;
};

}  // namespace strongroom::capture::signal_v1
