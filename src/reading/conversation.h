/// An opened case put together as its people saw it: conversations, and in them messages with their edits, deletion,
/// reactions and votes. Everything points into the OpenedCase, which must outlive it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "grant/opened_case.h"
#include "reading/joining.h"

namespace strongroom::reading {

/// A record with its place in the case.
struct Place {
  const record::Record* record = nullptr;
  std::uint64_t leaf = 0;  ///< of its batch in the capture ledger
  std::uint64_t index = 0;  ///< in the batch
};
/// "812.4": leaf and index. It names the record for as long as there is the archive.
std::string number_of(const Place& place);

/// The same message as another participant's device kept it (copies.h).
struct Copy {
  Place place;
  std::size_t device = 0;  ///< index in OpenedCase::devices
};

/// One line of a conversation and what was done to it later, each in order of time.
struct Item {
  Place first;
  std::vector<Place> edits, deletions, reactions, votes, ends, pins;
  std::size_t device = 0;  ///< that kept it
  std::vector<Copy> also;  ///< other devices that kept it
};

struct Conversation {
  std::size_t device = 0;  ///< index in OpenedCase::devices
  std::string source, id;
  std::string title;  ///< the newest that is not empty
  record::ConversationKind kind = record::ConversationKind::unknown;
  std::vector<Item> items;  ///< by time, then source order
  std::vector<std::string> people;  ///< names seen, each once, the custodian first
  std::vector<std::size_t> other_devices = {};  ///< whose copies of it were put together with this one
};

/// The content of attachments and large originals, joined from their chunks.
struct Content {
  std::vector<Place> chunks;  ///< by number
  std::uint64_t chunks_wanted = 0;
};
using Contents = std::map<Hash256, Content>;
/// The bytes; `not_found` if a chunk is missing, `corrupt` if they do not have the hash.
Result<Bytes> join(const Hash256& sha256, const Content& content);

struct Reading {
  std::vector<Conversation> conversations;  ///< by device, then first message
  std::vector<Place> context;  ///< accounts, contacts, settings: no events
  std::vector<Place> unparsed;  ///< originals that no parser understood
  Contents contents;
  std::uint64_t records = 0;
  Directory directory = {};  ///< of the organisation, as far as it is in the case
};
Reading read(const grant::OpenedCase& opened);

/// As shown on that day; the native id where there was no name.
std::string shown(const record::Person& person);
/// Of the people listed with a record, those it happened to. Sources list a conversation's members with every record;
/// these say nothing about it.
std::vector<record::Person> concerned(const record::Record& record);

}  // namespace strongroom::reading
