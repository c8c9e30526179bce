/// Rows of the tables message, sms, mms and reaction, as records.
#pragma once

#include "capture/signal_v1/people.h"

namespace strongroom::capture::signal_v1 {

class Messages {
 public:
  /// Borrows both.
  static Result<Messages> prepare(const Replay& replay, const People& people);

  /// The tables there are, among "message", "sms" and "mms".
  const std::vector<std::string>& tables() const { return tables_; }
  /// One row of `table` as a message, an edit, a deletion, a call or a notice.
  Result<record::Record> message(std::string_view table, const Row& row);
  Result<record::Record> reaction(const Row& row);

 private:
  Messages(const Replay& replay, const People& people) : replay_(replay), people_(people) {}
  struct Sent {
    record::Person author;
    std::int64_t at = 0, received = 0, thread = 0;
    bool outgoing = false;
  };
  Sent sent(std::string_view table, const Row& row) const;
  /// The message with this number; nullopt if there is none.
  Result<std::optional<Sent>> find(std::string_view table, std::int64_t id);
  Result<void> add_attachments(std::string_view table, std::int64_t id, record::Record& out);
  Result<void> add_ranges(const Row& row, std::int64_t id, record::Record& out);
  void add_quote(const Row& row, record::Record& out) const;
  Result<void> add_version(std::string_view table, const Row& row, record::Record& out);

  const Replay& replay_;
  const People& people_;
  std::vector<std::string> tables_;
  std::map<std::string, database::Rows, std::less<>> by_id_;
  std::optional<database::Rows> attachments_, parts_, mentions_;
};

}  // namespace strongroom::capture::signal_v1
