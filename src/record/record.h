/// The plaintext model: one `Record` is one event in a conversation, with everything needed to show it as its
/// people saw it and to prove where it came from (protocol §3.8). Format page: docs/formats/record.md.
///
/// The model is shaped by Signal's backup format, the richest there is. What a source says and the model has no
/// word for goes to `extra` and always stays in the sealed original bytes.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"

namespace strongroom::cbor {
class Writer;
}

namespace strongroom::record {

/// What happened. The text names (docs/formats/record.md) are what `inspect --json` prints.
enum class Kind : std::uint64_t {
  message = 1,  ///< a message as first sent (text, attachments, contact, sticker, location, payment, ...)
  edit = 2,  ///< a later version of the message `target`; `text` is the new text
  deletion = 3,  ///< `target` (or this very position) was deleted for everyone, by `author`
  reaction = 4,  ///< `author` put `text` (an emoji) on `target`; empty text = removed
  receipt = 5,  ///< delivered / read / viewed, in `extra` "state"
  membership = 6,  ///< people joined, left, were added, removed, invited, made admins; `people` with roles
  rename = 7,  ///< a person or conversation changed its name, number, picture or description
  call = 8,  ///< a voice or video call; `extra` "state", "duration_s", "video"
  timer = 9,  ///< disappearing-message timer set; `extra` "expires_in_ms" (0 = off)
  poll = 10,  ///< a poll was asked; `poll`
  poll_vote = 11,  ///< `author` voted on `target`; `text` is the option
  poll_end = 12,  ///< the poll `target` was closed
  pin = 13,  ///< `target` was pinned
  notice = 14,  ///< any other line the application showed its user (key change, group link, block, ...)
  context = 15,  ///< a source object that is no event: account, contact, chat settings, sticker pack, profile
  attachment = 16,  ///< the content of one attachment file; `attachments[0]` names it
  unparsed_original = 17,  ///< bytes no parser understood, kept with the reason in `doubts`
};
std::string_view name_of(Kind kind);
std::optional<Kind> kind_named(std::string_view name);

/// How sure the instant is.
enum class ZoneCertainty : std::uint64_t {
  instant = 0,  ///< the source gives an instant (UTC or with an offset)
  stated = 1,  ///< wall clock; the operator stated the zone
  assumed = 2,  ///< wall clock; the zone was assumed and is marked so wherever it is shown
};

/// A time as the source gave it.
struct SourceTime {
  std::int64_t unix_ms = 0;  ///< best instant known
  ZoneCertainty certainty = ZoneCertainty::instant;
  std::string zone;  ///< IANA name or "+02:00"; empty for `instant`
  std::string wall_clock;  ///< as written, e.g. "2024-03-10T14:05" (no seconds given)
  bool operator==(const SourceTime&) const = default;
};

/// Someone in the conversation, as the capturing side knew them at that time ("intelligent names").
struct Person {
  std::string id;  ///< native and stable: "aci:<uuid>", "tel:+33...", "name:Ana"
  std::string name;  ///< as shown on that day; may be empty
  std::vector<std::string> addresses;  ///< every other identifier known: tel:, mailto:, pni:, username:
  std::string role;  ///< "self", "admin", "member", "invited", "added", "removed", "left", "promoted", ...
  bool operator==(const Person&) const = default;
};

enum class ConversationKind : std::uint64_t {
  unknown = 0,
  direct = 1,
  group = 2,
  broadcast = 3,
  note_to_self = 4
};

struct Conversation {
  std::string id;  ///< native and stable within the source: "signal:group:<hex>", "whatsapp:<file name>"
  std::string title;  ///< as shown on that day
  ConversationKind kind = ConversationKind::unknown;
  bool operator==(const Conversation&) const = default;
};

/// Points at another record of the same source.
struct Target {
  std::string native_id;  ///< of the record meant; may be empty if only time and author are known
  std::string author_id;
  std::optional<std::int64_t> sent_at_ms;
  std::string text;  ///< what the source quotes of it (replies)
  bool operator==(const Target&) const = default;
};

enum class AttachmentState : std::uint64_t {
  present = 0,  ///< content captured; `sha256` names the attachment record
  not_in_source = 1,  ///< the source refers to it, and never carries it (e.g. Signal backup stream)
  omitted = 2,  ///< the source says it was left out ("<Media omitted>")
  missing = 3,  ///< the source says it is here, and it is not
};

struct Attachment {
  std::string name;
  std::string media_type;
  std::optional<std::uint64_t> size;  ///< bytes
  std::optional<Hash256> sha256;  ///< of the content, when captured
  std::string source_reference;  ///< media name, plaintext hash or path in the source
  std::string caption;
  std::string flavour;  ///< "voice", "gif", "borderless", "sticker", "view_once", "link_preview", ""
  std::optional<std::uint64_t> width, height;
  AttachmentState state = AttachmentState::not_in_source;
  bool operator==(const Attachment&) const = default;
};

/// A range of `text` with a style or a mention. Offsets are UTF-16 code units, as the sources count.
struct TextRange {
  std::uint64_t start = 0, length = 0;
  std::string style;  ///< "bold", "italic", "spoiler", "strikethrough", "monospace", "mention"
  std::string mention_id;  ///< Person::id for mentions
  bool operator==(const TextRange&) const = default;
};

struct PollOption {
  std::string text;
  std::uint64_t votes = 0;
  bool operator==(const PollOption&) const = default;
};
struct Poll {
  std::string question;
  std::vector<PollOption> options;
  std::optional<bool> multiple;
  std::optional<bool> ended;
  bool operator==(const Poll&) const = default;
};

/// Something the parser is not sure of, or could not use. Never silent.
struct Doubt {
  std::string code;  ///< stable, kebab-case: "zone-assumed", "unknown-field", "ambiguous-date-order"
  std::string detail;  ///< for people; says where
  bool operator==(const Doubt&) const = default;
};

/// The source's own bytes: here, or a range of an original that another record carries whole.
struct Original {
  Bytes bytes;  ///< exact bytes of this event in the source; empty if `within` is set
  std::optional<Hash256> within;  ///< SHA-256 of the attachment or original record that holds them
  std::uint64_t offset = 0, length = 0;  ///< where in the source file the event's bytes lie
  std::string file;  ///< name of the source file (or member of an archive)
  bool operator==(const Original&) const = default;
};

/// A value of `extra`.
using Extra = std::variant<std::uint64_t, std::int64_t, bool, std::string, Bytes>;

/// A record says who, what, when, where; empty means "the source does not say".
struct Record {
  Kind kind = Kind::message;
  std::string source;  ///< "signal-backup", "signal-takeout", "whatsapp-text", "strongroom-jsonl"
  std::uint64_t parser_version = 1;
  Conversation conversation;
  std::optional<Person> author;
  bool outgoing = false;  ///< sent by the custodian
  std::vector<Person> people;  ///< identity snapshot: everyone else concerned, with roles
  std::string native_id;  ///< unique in source and conversation; how duplicates are known
  std::uint64_t order = 0;  ///< source order: position in the source, unique in one import
  SourceTime sent_at;
  std::optional<SourceTime> received_at;
  std::string text;
  std::vector<TextRange> ranges;
  std::optional<Target> target;  ///< of edits, deletions, reactions, votes, pins
  std::optional<Target> reply_to;  ///< quoted message
  std::vector<Attachment> attachments;
  std::optional<Poll> poll;
  std::optional<std::uint64_t> expires_in_ms;  ///< disappearing message
  bool view_once = false;
  std::map<std::string, Extra> extra;
  std::vector<Doubt> doubts;
  Original original;
  // Set by the capturing device, not by parsers:
  std::uint64_t captured_at_ms = 0;
  std::int64_t clock_offset_ms = 0;  ///< device clock minus witness time, when known
  bool operator==(const Record&) const = default;
};

/// The one canonical encoding (docs/formats/record.md): deterministic CBOR, at most `kRecordBytesMax`.
inline constexpr std::size_t kRecordBytesMax = 16u << 20;
Bytes encode(const Record& record);
/// The same, behind what is written already.
void encode(const Record& record, cbor::Writer& to);
/// `malformed` / `limit_exceeded`; accepts only what `encode` would write.
Result<Record> decode(BytesView bytes);

/// How the same event is recognised in a second import: SHA-256 over source family, conversation id, kind,
/// native id and what distinguishes versions. Independent of names, capture time and file.
Hash256 identity_of(const Record& record);

/// One JSON object on one line (no newline), as `inspect --json` and `export --format jsonl` print it and as
/// the JSON Lines source reads it back. Members: docs/formats/record-jsonl.md.
std::string to_json_line(const Record& record);
/// `malformed` with the member's name; unknown members become doubts.
Result<Record> from_json_line(std::string_view line);

}  // namespace strongroom::record
