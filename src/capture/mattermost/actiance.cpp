#include <expat.h>

#include <algorithm>
#include <map>
#include <memory>

#include "base/utf8.h"
#include "capture/beside.h"
#include "capture/emission.h"
#include "capture/frame_members.h"
#include "capture/instants.h"
#include "capture/mattermost/compliance.h"
#include "capture/mattermost/exported.h"

namespace strongroom::capture::mattermost {
namespace {

using record::Kind;
using record::Record;

constexpr std::string_view kSource = "mattermost-actiance";
constexpr std::size_t kPieceBytes = 1u << 20;
constexpr std::size_t kDepthMax = 16;
constexpr std::size_t kMembersMax = 256u << 10;
constexpr FrameMembers::Form kMembers{"frame.xml", "application/xml", "", "\n", "\n"};

/// Without the prefix of a name space.
std::string_view local(const char* name) {
  const std::string_view whole(name);
  return whole.substr(whole.rfind(':') + 1);
}

bool is_item(std::string_view name) {
  static constexpr std::string_view kItems[] = {"ParticipantEntered", "ParticipantLeft", "Message",
                                                "FileTransferStarted", "FileTransferEnded"};
  return std::ranges::find(kItems, name) != std::end(kItems);
}

/// Reads one file: expat calls back, one item or one conversation's frame becomes one record.
class Reader {
 public:
  Reader(const InputFile& file, const Limits& limits, const std::string& custodian, FilesBeside& beside,
         Tally& tally)
      : file_(file),
        item_bytes_max_(std::min<std::uint64_t>(limits.item_bytes_max, kRefusedInRecordMax)),
        custodian_(custodian),
        beside_(beside),
        tally_(tally),
        members_(tally, file.path, kMembers) {}

  Result<void> run() {
    const std::unique_ptr<XML_ParserStruct, decltype(&XML_ParserFree)> parser(XML_ParserCreate(nullptr),
                                                                              &XML_ParserFree);
    if (!parser) return fail(ErrorCode::internal, "the XML parser cannot be made");
    parser_ = parser.get();
    XML_SetHashSalt(parser_, 0x5374'726f'6e67ul);  // there is no source of chance in the cage
    XML_SetUserData(parser_, this);
    XML_SetElementHandler(parser_, on_start, on_end);
    XML_SetCharacterDataHandler(parser_, on_text);
    XML_SetStartDoctypeDeclHandler(parser_, on_doctype);
    BytesView rest = file_.bytes;
    while (result_ && !stopped_) {
      const BytesView piece = rest.first(std::min(rest.size(), kPieceBytes));
      rest = rest.subspan(piece.size());
      const auto status = XML_Parse(parser_, reinterpret_cast<const char*>(piece.data()),
                                    static_cast<int>(piece.size()), rest.empty() ? 1 : 0);
      if (!result_) return result_;
      if (status == XML_STATUS_ERROR) return refuse_rest();
      if (rest.empty()) break;
    }
    return result_;
  }

 private:
  static void on_start(void* self, const char* name, const char** attributes) {
    static_cast<Reader*>(self)->start(local(name), attributes);
  }
  static void on_end(void* self, const char* name) { static_cast<Reader*>(self)->end(local(name)); }
  static void on_text(void* self, const char* text, int size) {
    auto* reader = static_cast<Reader*>(self);
    if (reader->leaf_.size() < reader->item_bytes_max_)
      reader->leaf_.append(text, static_cast<std::size_t>(size));
  }
  static void on_doctype(void* self, const char*, const char*, const char*, int) {
    auto* reader = static_cast<Reader*>(self);
    reader->doctype_ = true;
    XML_StopParser(reader->parser_, XML_FALSE);
  }

  std::uint64_t at() const {
    return static_cast<std::uint64_t>(std::max<XML_Index>(0, XML_GetCurrentByteIndex(parser_)));
  }

  void start(std::string_view name, const char** attributes) {
    leaf_.clear();
    if (++depth_ > kDepthMax) {
      XML_StopParser(parser_, XML_FALSE);
      return;
    }
    if (name == "Conversation" && depth_ == 2) {
      frame_.clear();
      members_bytes_ = 0;
      members_.begin();
      in_conversation_ = true;
      frame_at_ = at();
      frame_end_ = 0;
      conversation_ = {"mattermost:room:", {}, record::ConversationKind::group};
      for (; attributes[0] != nullptr; attributes += 2) {
        frame_["Perspective"] = attributes[1];
        conversation_.title = attributes[1];
      }
    }
    if (depth_ == 3) member_at_ = at();
    if (depth_ == 3 || depth_ == 4) nested_ = depth_ == 4 && !in_item_;
    if (depth_ != 3 || !is_item(name)) return;
    if (frame_end_ == 0) frame_end_ = at();
    item_at_ = at();
    in_item_ = true;
    fields_.clear();
    auto may = tally_.begin(file_.path, item_at_);
    if (!may) return stop(std::move(may).error());
    skip_ = !*may;
  }

  void end(std::string_view name) {
    const std::size_t depth = depth_--;
    if (depth == 4 && in_item_) fields_[std::string(name)] = leaf_;
    if (depth == 3 && !in_item_) {
      add_member(name);
      if (name == "RoomID") conversation_.id = "mattermost:room:" + leaf_;
    }
    if (depth == 3 && in_item_) {
      in_item_ = false;
      finish_item(name);
    }
    if (depth == 2 && in_conversation_) {
      in_conversation_ = false;
      finish_frame();
    }
    leaf_.clear();
  }

  /// A member of the conversation that is no item: its text, or as written what holds elements of its own.
  void add_member(std::string_view name) {
    const std::uint64_t end = at() + static_cast<std::uint64_t>(XML_GetCurrentByteCount(parser_));
    std::string text =
        nested_ ? utf8::repaired(text_of(file_.bytes.subspan(member_at_, end - member_at_))) : leaf_;
    keep(members_.add({}, text_of(file_.bytes.subspan(member_at_, end - member_at_)), {}));
    members_bytes_ += text.size();
    if (members_bytes_ > kMembersMax) return;
    std::string& known = frame_[std::string(name)];
    known += (known.empty() ? "" : "\n") + text;
  }

  std::string field(const char* name) const {
    const auto found = fields_.find(name);
    return found == fields_.end() ? std::string() : found->second;
  }

  void stop(Error error) {
    result_ = std::unexpected(std::move(error));
    XML_StopParser(parser_, XML_FALSE);
  }
  void keep(Result<void> result) {
    if (!result) stop(std::move(result).error());
  }

  void finish_item(std::string_view name) {
    const std::uint64_t end = at() + static_cast<std::uint64_t>(XML_GetCurrentByteCount(parser_));
    const BytesView bytes = file_.bytes.subspan(item_at_, end - item_at_);
    if (skip_ || bytes.size() > item_bytes_max_)
      return keep(tally_.refuse(
          {file_.path, item_at_, bytes, skip_ ? "killed-its-reader" : "too-large",
           skip_ ? "reading this item ended its reader before" : "an item is larger than the limit"}));
    Record record = item_record(name);
    Emission out(tally_, file_.path, bytes, item_at_);
    keep(out.emit(std::move(record)));
  }

  record::Person person() const {
    record::Person out;
    const std::string login = field("LoginName"), mail = field("CorporateEmailID");
    out.id = login.find('@') == std::string::npos ? "username:" + login : "mailto:" + login;
    out.name = login;
    if (!mail.empty() && mail != login) out.addresses.push_back("mailto:" + mail);
    return out;
  }

  Record item_record(std::string_view name) {
    Record record;
    record.conversation = conversation_;
    record.author = person();
    record.outgoing = !custodian_.empty() &&
                      (record.author->name == custodian_ || record.author->id == "mailto:" + custodian_);
    if (const std::string type = field("UserType"); !type.empty()) record.extra["user_type"] = type;
    const auto time = milliseconds(field("DateTimeUTC"));
    if (name == "Message") {
      record.text = field("Content");
      settle(record, {field("MessageId"),
                      field("UpdatedType"),
                      field("EditedNewMsgId"),
                      {},
                      time,
                      milliseconds(field("UpdatedDateTimeUTC"))});
      if (const std::string post = field("PreviewsPost"); !post.empty()) record.extra["previews_post"] = post;
    } else if (name.starts_with("Participant")) {
      record.kind = Kind::membership;
      set_instant(record, time);
      record.people.push_back(person());
      record.people.back().role = name == "ParticipantEntered" ? "joined" : "left";
    } else {
      set_instant(record, time);
      read_file(record, name);
    }
    return record;
  }

  void read_file(Record& record, std::string_view name) {
    record::Attachment out;
    out.name = field("UserFileName");
    out.source_reference = field("FileName");
    if (name == "FileTransferStarted") {
      record.kind = Kind::notice;
      record.extra["event"] = "file-transfer-started";
    }
    if (beside_.size() > 0) beside_.settle(out, file_.path, out.source_reference);
    if (out.state == record::AttachmentState::missing) out.state = record::AttachmentState::not_in_source;
    if (const std::string status = field("Status"); !status.empty()) record.extra["status"] = status;
    record.native_id = out.source_reference;
    record.attachments.push_back(std::move(out));
  }

  /// The members of the conversation that are no items: its name, its beginning and end. Still open: the file breaks.
  void finish_frame() {
    Record record;
    record.kind = Kind::context;
    record.conversation = conversation_;
    record.extra["object"] = "conversation";
    for (const auto& [name, text] : frame_) record.extra[name] = text;
    if (members_bytes_ > kMembersMax)
      record.doubts.push_back(
          {"frame-cut",
           "the members of the conversation that are no items are more than 256 KiB: here are the "
           "first, and all of them in the file frame.xml"});
    if (in_conversation_) record.doubts.push_back({"cut-off", "the file breaks inside this conversation"});
    if (const auto begun = milliseconds(frame_["StartTimeUTC"])) set_instant(record, begun);
    record.original.file = file_.path;
    record.original.offset = frame_at_;
    keep(members_.settle(record));
    const std::uint64_t end = frame_end_ != 0 ? frame_end_ : at();
    Emission out(tally_, file_.path,
                 file_.bytes.subspan(frame_at_, std::min<std::uint64_t>(end - frame_at_, kPieceBytes)),
                 frame_at_);
    keep(out.emit(std::move(record)));
  }

  Result<void> refuse_rest() {
    if (in_conversation_) finish_frame();
    if (!result_) return result_;
    const std::uint64_t begun = in_item_ ? item_at_ : depth_ > 2 ? member_at_ : at();
    const std::uint64_t from = std::min<std::uint64_t>(begun, file_.bytes.size());
    const char* const why = doctype_ ? "the XML declares a document type, which no export does"
                                     : XML_ErrorString(XML_GetErrorCode(parser_));
    return tally_.refuse({file_.path, from, file_.bytes.subspan(from),
                          doctype_ ? "document-type" : "malformed-xml",
                          std::string(why) + " (byte " + std::to_string(at()) + ")"});
  }

  const InputFile& file_;
  std::uint64_t item_bytes_max_;
  const std::string& custodian_;
  FilesBeside& beside_;
  Tally& tally_;
  XML_Parser parser_ = nullptr;
  Result<void> result_;
  std::size_t depth_ = 0;
  bool in_conversation_ = false, in_item_ = false, nested_ = false, skip_ = false, doctype_ = false,
       stopped_ = false;
  std::uint64_t item_at_ = 0, member_at_ = 0, frame_at_ = 0, frame_end_ = 0;
  FrameMembers members_;
  std::size_t members_bytes_ = 0;
  std::string leaf_;
  std::map<std::string, std::string> fields_, frame_;
  record::Conversation conversation_;
};

}  // namespace

bool is_actiance(std::string_view text) {
  text = text.substr(0, 4096);
  const std::size_t root = text.find("<FileDump");
  if (root == std::string_view::npos) return false;
  const std::size_t conversation = text.find("<Conversation", root);
  return conversation != std::string_view::npos &&
         text.find("<RoomID", conversation) != std::string_view::npos;
}

Result<Outcome> parse_actiance(const std::vector<InputFile>& files, const Statement& statement,
                               const Limits& limits, Sink& sink) {
  Tally tally(sink, kSource, 1);
  std::set<std::size_t> own;
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (is_actiance(text_of(files[i].bytes))) own.insert(i);
  }
  FilesBeside beside(files, own);
  for (const std::size_t i : own)
    TRY(Reader(files[i], limits, statement.custodian_name, beside, tally).run());
  TRY(beside.hand_over(tally));
  return tally.outcome();
}

/// Items and conversations that are closed, a conversation that is not, and one more where anything is open at the end.
std::uint64_t count_actiance(std::string_view text, const Limits&) {
  std::uint64_t found = 0;
  std::int64_t open = 0, conversations = 0;
  for (std::size_t at = text.find('<'); at != std::string_view::npos; at = text.find('<', at)) {
    const std::string_view rest = text.substr(at);
    const std::string_view closing = rest.starts_with("<!--")        ? "-->"
                                     : rest.starts_with("<![CDATA[") ? "]]>"
                                                                     : ">";
    const std::size_t end = rest.find(closing);
    if (end == std::string_view::npos) break;
    const std::string_view tag = rest.substr(1, end - 1);
    at += end + closing.size();
    if (tag.starts_with('!') || tag.starts_with('?')) continue;
    const bool closes = tag.starts_with('/'), empty = tag.ends_with('/');
    std::string_view name = tag.substr(closes ? 1 : 0);
    name = name.substr(0, name.find_first_of(" \t\r\n/"));
    name = name.substr(name.find(':') + 1);
    const int step = empty ? 0 : closes ? -1 : 1;
    open += step;
    if (name == "Conversation") conversations += step;
    if ((closes || empty) && (name == "Conversation" || is_item(name))) ++found;
  }
  return found + (conversations > 0 ? 1u : 0u) + (open > 0 ? 1u : 0u);
}

}  // namespace strongroom::capture::mattermost
