#include "capture/signal_cli/envelope.h"

#include <fmt/format.h>

#include <algorithm>

namespace strongroom::capture::signal_cli {
namespace {

using record::Kind;
using record::Record;

constexpr std::string_view kDirect = "signal:direct:";

/// The object that holds `envelope`: the line itself, its `params`, or their `result`.
const json::Object* holder_of(const json::Object& line) {
  if (line.contains("envelope") || line.contains("exception")) return &line;
  const json::Object* params = json::object(line, "params");
  if (params == nullptr) return nullptr;
  if (params->contains("envelope") || params->contains("exception")) return params;
  const json::Object* result = json::object(*params, "result");
  return result != nullptr && (result->contains("envelope") || result->contains("exception")) ? result
                                                                                              : nullptr;
}

record::Conversation direct_with(const record::Person& person, const Account& account) {
  if (person.id == account.self.id)
    return {"signal:note-to-self", {}, record::ConversationKind::note_to_self};
  return {std::string(kDirect) + person.id, person.name, record::ConversationKind::direct};
}

/// One envelope and whose line it is on.
class Envelope {
 public:
  Envelope(const json::Object& holder, const json::Object& envelope, const Surroundings& around)
      : envelope_(envelope), around_(around) {
    account_.number = json::text(holder, "account");
    if (account_.number.starts_with('+')) account_.self.addresses.push_back("tel:" + account_.number);
    source_ = person_of(envelope, "source");
    if (!source_) return;
    source_->name = json::text(envelope, "sourceName");
    const bool own = json::object(envelope, "syncMessage") != nullptr;  // only the account's own devices sync
    if (!own) {
      source_ = known(std::move(*source_), account_);
      return;
    }
    if (source_->id.starts_with("aci:")) {
      account_.uuid = source_->id.substr(4);
      account_.self.addresses.push_back(source_->id);
    }
    account_.self.name = source_->name;
    source_ = account_.self;
  }

  std::vector<Record> read() {
    if (const json::Object* data = json::object(envelope_, "dataMessage")) {
      Record out = start(conversation_of_source());
      fill_data(*data, account_, around_, out);
      add(std::move(out));
    } else if (const json::Object* edit = json::object(envelope_, "editMessage")) {
      Record out = start(conversation_of_source());
      fill_edit(*edit, account_, around_, out);
      add(std::move(out));
    } else if (const json::Object* story = json::object(envelope_, "storyMessage")) {
      add_story(*story);
    } else if (const json::Object* sync = json::object(envelope_, "syncMessage")) {
      add_sync(*sync);
    } else if (const json::Object* call = json::object(envelope_, "callMessage")) {
      add_call(*call);
    } else if (const json::Object* receipt = json::object(envelope_, "receiptMessage")) {
      add_receipts(*receipt);
    } else {
      add_other();
    }
    keep_envelope();
    return std::move(records_);
  }

 private:
  record::Conversation conversation_of_source() const {
    return source_ ? direct_with(*source_, account_) : record::Conversation{};
  }

  Record start(record::Conversation conversation) {
    Record out;
    out.conversation = std::move(conversation);
    out.author = source_;
    out.outgoing = source_ && source_->id == account_.self.id;
    if (!out.outgoing) {
      out.people.push_back(account_.self);
    }
    const std::uint64_t timestamp = json::unsigned_integer(envelope_, "timestamp").value_or(0);
    out.sent_at = record::SourceTime{};
    if (timestamp != 0) {
      std::vector<record::Doubt> none;
      out.sent_at = instant(timestamp, none);
    }
    out.native_id = target_of(source_.value_or(record::Person{}), timestamp).native_id;
    if (const auto received = json::unsigned_integer(envelope_, "serverReceivedTimestamp");
        received && *received != 0)
      out.received_at = instant(*received, out.doubts);
    return out;
  }

  void add(Record out) { records_.push_back(std::move(out)); }

  void add_story(const json::Object& story) {
    Record out = start({});
    const std::string group = json::text(story, "groupId");
    out.conversation = group.empty()
                           ? record::Conversation{"signal:stories", {}, record::ConversationKind::broadcast}
                           : group_of(group, {});
    out.extra["content"] = std::string("story");
    if (const json::Object* file = json::object(story, "fileAttachment"))
      out.attachments.push_back(attachment_of(*file, around_));
    if (const json::Object* text = json::object(story, "textAttachment")) {
      out.text = json::text(*text, "text");
      json::keep_rest(out, *text, {"text"}, "story.");
    }
    json::keep_rest(out, story, {"groupId", "fileAttachment", "textAttachment"}, "story.");
    add(std::move(out));
  }

  void add_sync(const json::Object& sync) {
    if (const json::Object* sent = json::object(sync, "sentMessage")) add_sent(*sent);
    if (const json::Object* story = json::object(sync, "sentStoryMessage")) {
      const json::Object* inner = json::object(*story, "dataMessage");
      add_story(inner == nullptr ? *story : *inner);
    }
    if (const json::Array* read = json::array(sync, "readMessages")) {
      for (const json::Any& value : *read) add_own_receipt(value);
    }
    if (records_.empty()) {
      Record out = start({});
      out.kind = Kind::context;
      out.extra["object"] = std::string("sync");
      add(std::move(out));
    }
    json::keep_rest(records_.front(), sync, {"sentMessage", "sentStoryMessage", "readMessages"}, "sync.");
  }

  /// What the custodian wrote on another device: known only from here.
  void add_sent(const json::Object& sent) {
    auto to = person_of(sent, "destination");
    if (to) to = known(std::move(*to), account_);
    Record out = start(to ? direct_with(*to, account_) : record::Conversation{});
    if (to && to->id != account_.self.id) {
      out.people.push_back(*to);
      out.people.back().role = "recipient";
    }
    if (const json::Object* edit = json::object(sent, "editMessage")) {
      fill_edit(*edit, account_, around_, out);
    } else {
      fill_data(sent, account_, around_, out);
    }
    add(std::move(out));
  }

  void add_receipt(const record::Target& target, std::string state, record::Conversation conversation,
                   std::uint64_t when) {
    Record out = start(std::move(conversation));
    out.kind = Kind::receipt;
    out.target = target;
    out.extra["state"] = std::move(state);
    if (when != 0) out.sent_at = instant(when, out.doubts);
    out.native_id = fmt::format("{}/receipt/{}", out.native_id, target.native_id);
    add(std::move(out));
  }

  void add_receipts(const json::Object& receipt) {
    const std::string state = json::boolean(receipt, "isRead")     ? "read"
                              : json::boolean(receipt, "isViewed") ? "viewed"
                                                                   : "delivered";
    const std::uint64_t when = json::unsigned_integer(receipt, "when").value_or(0);
    const json::Array* timestamps = json::array(receipt, "timestamps");
    if (timestamps == nullptr || timestamps->empty())
      return add_receipt({}, state, conversation_of_source(), when);
    for (const json::Any& value : *timestamps) {
      const json::Object wrapped{{"at", value}};
      add_receipt(target_of(account_.self, json::unsigned_integer(wrapped, "at").value_or(0)), state,
                  conversation_of_source(), when);
    }
  }

  /// The custodian read a message on another device.
  void add_own_receipt(const json::Any& value) {
    static const json::Object kNothing;
    const json::Object& read = value.is_object() ? value.get_object() : kNothing;
    auto sender = person_of(read, "sender");
    if (sender) sender = known(std::move(*sender), account_);
    const record::Person whose = sender.value_or(record::Person{});
    add_receipt(target_of(whose, json::unsigned_integer(read, "timestamp").value_or(0)), "read",
                sender ? direct_with(whose, account_) : record::Conversation{}, 0);
  }

  void add_call(const json::Object& call) {
    Record out = start(conversation_of_source());
    out.kind = Kind::call;
    for (const std::string name : {"offer", "answer", "busy", "hangup"}) {
      const json::Object* part = json::object(call, name + "Message");
      if (part == nullptr) continue;
      out.extra["state"] = name;
      if (const auto id = json::text_or_number(*part, "id"); !id.empty()) out.extra["call_id"] = id;
      const std::string type = json::text(*part, "type");
      if (name == "offer") out.extra["video"] = type == "VIDEO_CALL";
      if (!type.empty()) out.extra["type"] = type;
      break;
    }
    if (!out.extra.contains("state")) {  // the two devices tell each other their network addresses
      out.kind = Kind::context;
      out.extra["object"] = std::string("call_signalling");
    }
    add(std::move(out));
  }

  void add_other() {
    Record out = start(conversation_of_source());
    out.kind = Kind::context;
    if (const json::Object* typing = json::object(envelope_, "typingMessage")) {
      out.extra["object"] = std::string("typing");
      json::keep_rest(out, *typing, {}, "typing.");
      if (const std::string group = json::text(*typing, "groupId"); !group.empty())
        out.conversation = group_of(group, {});
    } else {
      out.extra["object"] = std::string("empty_envelope");
    }
    add(std::move(out));
  }

  void keep_envelope() {
    json::keep_rest(records_.front(), envelope_,
                    {"source", "sourceNumber", "sourceUuid", "sourceName", "timestamp",
                     "serverReceivedTimestamp", "dataMessage", "editMessage", "storyMessage", "syncMessage",
                     "callMessage", "receiptMessage", "typingMessage"},
                    "envelope.");
  }

  const json::Object& envelope_;
  const Surroundings& around_;
  Account account_;
  std::optional<record::Person> source_;
  std::vector<Record> records_;
};

/// What signal-cli says when it could not open an envelope.
void add_exception(const json::Object& exception, std::vector<Record>& records) {
  Record& out = records.front();
  if (out.kind == Kind::context) {
    out.kind = Kind::notice;
    out.extra["event"] = std::string("not_received");
  }
  json::keep_rest(out, exception, {}, "exception.");
  out.doubts.push_back({"not-decrypted", "something was sent that the listening program could not open"});
}

/// A request to signal-cli or its answer: no event of a conversation, kept for completeness.
Record rpc_of(const json::Object& line) {
  Record out;
  out.kind = Kind::context;
  out.conversation.id = "signal:account";
  out.extra["object"] = std::string(line.contains("method") ? "rpc_request" : "rpc_answer");
  json::keep_rest(out, line, {"jsonrpc"});
  return out;
}

}  // namespace

std::vector<Record> read_line(const json::Object& line, const Surroundings& around) {
  static const json::Object kNothing;
  std::vector<Record> records;
  const json::Object* holder = holder_of(line);
  if (holder == nullptr) {
    records.push_back(rpc_of(line));
    return records;
  }
  const json::Object* envelope = json::object(*holder, "envelope");
  records = Envelope(*holder, envelope == nullptr ? kNothing : *envelope, around).read();
  if (const json::Object* exception = json::object(*holder, "exception")) add_exception(*exception, records);
  json::keep_rest(records.front(), *holder, {"envelope", "exception", "params", "jsonrpc", "method"},
                  "line.");
  return records;
}

}  // namespace strongroom::capture::signal_cli
