/// Rows of the table messages as records: the versions of each message, its reactions, calls and notices.
#pragma once

#include <functional>
#include <optional>

#include "capture/json/members.h"
#include "capture/signal_desktop/files.h"
#include "capture/signal_desktop/people.h"

namespace strongroom::capture::signal_desktop {

using Emit = std::function<Result<void>(record::Record)>;

class Messages {
 public:
  /// Borrows all three.
  static Result<Messages> prepare(const database::Database& rows, const People& people, Files& files);

  /// The SELECT over all messages, with the columns this database has, in the order they arrived.
  std::string query() const;
  /// All records of the row, in order; `object` is its column json, parsed. Fails only if `emit` does.
  Result<void> read(const database::Rows& row, const json::Object& object, const Emit& emit);

 private:
  Messages(const database::Database& rows, const People& people, Files& files)
      : rows_(rows), people_(people), files_(files) {}

  record::Record start(const database::Rows& row, const json::Object& object) const;
  void fill(const json::Object& version, const std::string& id, std::int64_t history, record::Record& out);
  void add_files(const json::Object& version, const std::string& id, std::int64_t history,
                 record::Record& out);
  record::Attachment attachment(const json::Object& object);
  record::Attachment attachment(const database::Rows& row);
  Result<void> versions(const database::Rows& row, const json::Object& object, const record::Record& message,
                        const Emit& emit);
  Result<void> reactions(const json::Object& object, const record::Record& message, const Emit& emit);

  const database::Database& rows_;
  const People& people_;
  Files& files_;
  std::optional<database::Rows> attachments_;
};

}  // namespace strongroom::capture::signal_desktop
