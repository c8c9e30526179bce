#include "capture/whatsapp_cloud/parser.h"

#include <algorithm>

#include "capture/beside.h"
#include "capture/json/documents.h"
#include "capture/whatsapp_cloud/bodies.h"
#include "capture/whatsapp_cloud/changes.h"
#include "capture/whatsapp_cloud/count.h"
#include "codec/text.h"
#include "crypto/hash.h"

namespace strongroom::capture::whatsapp_cloud {
namespace {

constexpr std::string_view kSource = "whatsapp-cloud";
constexpr std::uint64_t kParserVersion = 1;

bool is_ours(const InputFile& file) { return begins_with_a_body(text_of(file.bytes)); }

int detect(const std::vector<InputFile>& files) { return std::ranges::any_of(files, is_ours) ? 90 : 0; }

enum class Signature { none, not_checked, right, wrong };

/// Reads one file; borrows everything.
class FileReader {
 public:
  FileReader(const InputFile& file, std::vector<std::string_view> secrets, FilesBeside& beside, Tally& tally)
      : file_(file), secrets_(std::move(secrets)), beside_(beside), tally_(tally) {}

  Result<void> read(const Limits& limits, std::string_view signature_beside) {
    if (!signature_beside.empty()) {
      whole_file_ = check(text_of(file_.bytes), signature_beside);
      if (whole_file_ == Signature::wrong)
        return tally_.refuse({file_.path, 0, file_.bytes, "signature-wrong",
                              "the signature beside the file is not that of its bytes with this app secret"});
    }
    json::Documents documents(text_of(file_.bytes), limits.item_bytes_max);
    while (const auto document = documents.next()) TRY(read_document(*document));
    return {};
  }

 private:
  Signature check(std::string_view body, std::string_view signature) const {
    if (signature.empty()) return Signature::none;
    if (secrets_.empty()) return Signature::not_checked;
    const bool right = std::ranges::any_of(
        secrets_, [&](std::string_view secret) { return is_signed(body, signature, bytes_of(secret)); });
    return right ? Signature::right : Signature::wrong;
  }

  Result<void> refuse(const json::Value& value, std::string code, std::string why) {
    return tally_.refuse({file_.path, value.offset, bytes_of(value.text), std::move(code), std::move(why)});
  }

  Result<void> read_document(const json::Document& document) {
    const json::Value& value = document.value;
    if (!document.code.empty()) return refuse(value, document.code, document.why);
    if (!TRY(tally_.begin(file_.path, value.offset)))
      return refuse(value, "killed-its-reader", "a worker died while it read this notification");
    const auto bodies = bodies_of(value);
    if (!bodies) return refuse(value, "not-json", bodies.error().what);
    if (bodies->empty()) return refuse(value, "not-a-webhook", "this JSON value holds no webhook body");
    for (const Body& body : *bodies) TRY(read_one(body));
    return {};
  }

  Result<void> read_one(const Body& body) {
    Signature signature = check(body.signed_text(), body.signature);
    if (signature == Signature::none) signature = whole_file_;
    if (signature == Signature::wrong)
      return refuse(body.value, "signature-wrong",
                    "the signature is not that of the body with this app secret: altered, or not from Meta");
    const auto any = json::parse(body.signed_text());
    if (!any) return refuse(body.value, "not-json", any.error().what);
    if (!any->is_object()) return refuse(body.value, "not-a-webhook", "the body is no JSON object");
    first_of_body_ = true;
    return read_body(any->get_object(),
                     [&](record::Record out) { return hand_on(std::move(out), body, signature); });
  }

  Result<void> hand_on(record::Record out, const Body& body, Signature signature) {
    add_original(out, body);
    out.received_at = body.received_at;
    if (signature == Signature::right) out.extra["signature"] = std::string("checked");
    add_doubt(out, signature);
    for (record::Attachment& a : out.attachments) settle(a, out);
    return tally_.record(std::move(out));
  }

  /// The first record of a body carries its bytes, the others name them.
  void add_original(record::Record& out, const Body& body) {
    out.original.file = file_.path;
    out.original.offset = body.value.offset;
    out.original.length = body.value.text.size();
    if (first_of_body_) {
      out.original.bytes = copy_of(bytes_of(body.value.text));
      digest_.reset();
    } else {
      if (!digest_) digest_ = crypto::sha256(bytes_of(body.value.text));
      out.original.within = digest_;
    }
    first_of_body_ = false;
  }

  /// Once a file; on every record of unsigned bodies when a secret was given to check them.
  void add_doubt(record::Record& out, Signature signature) {
    const bool unsigned_one = signature == Signature::none;
    if (signature == Signature::right || (said_ && !(unsigned_one && !secrets_.empty()))) return;
    said_ = true;
    if (unsigned_one) {
      out.doubts.push_back({"no-signature", "nothing shows that Meta sent this notification"});
    } else {
      out.doubts.push_back(
          {"signature-not-checked", "give the app secret with --key-file to check the signature"});
    }
  }

  /// Media that the receiver fetched, named by their id: "<id>", "<id>.jpg".
  void settle(record::Attachment& a, record::Record& out) {
    const std::string id = a.source_reference;
    bool found = !id.empty() && beside_.settle_by_name(a, id);
    std::string ending = a.media_type.substr(0, a.media_type.find(';'));
    ending = ending.substr(ending.find('/') + 1);
    for (const std::string_view tried :
         {std::string_view(ending), std::string_view("jpg"), std::string_view("mp4"), std::string_view("ogg"),
          std::string_view("pdf")})
      found = found || (!id.empty() && beside_.settle_by_name(a, id + "." + std::string(tried)));
    if (!found) a.state = record::AttachmentState::not_in_source;
    const auto stated = out.extra.find("media.sha256");
    if (found && stated != out.extra.end() && std::get_if<std::string>(&stated->second) != nullptr &&
        std::get<std::string>(stated->second) != codec::base64(*a.sha256))
      out.doubts.push_back(
          {"attachment-altered", "the file beside has another SHA-256 than the notification says"});
  }

  const InputFile& file_;
  std::vector<std::string_view> secrets_;
  FilesBeside& beside_;
  Tally& tally_;
  Signature whole_file_ = Signature::none;
  bool first_of_body_ = true;
  std::optional<Hash256> digest_;
  bool said_ = false;
};

/// The content of "<path>.sig"; empty if there is none.
Result<std::string> signature_beside(const std::vector<InputFile>& files, std::string_view path) {
  const std::string wanted = std::string(path) + ".sig";
  const auto found = std::ranges::find(files, wanted, &InputFile::path);
  if (found == files.end()) return std::string();
  Bytes holder;
  const auto bytes = content_of(*found, holder);
  return bytes ? std::string(text_of(*bytes).substr(0, 200)) : std::string("unreadable");
}

Result<Outcome> parse(const std::vector<InputFile>& files, const Statement& statement, const Limits& limits,
                      Sink& sink) {
  Tally tally(sink, kSource, kParserVersion);
  std::set<std::size_t> ours;
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (is_ours(files[i])) ours.insert(i);
  }
  FilesBeside beside(files, ours);
  for (const std::size_t i : ours) {
    FileReader reader(files[i], secrets_of(statement.keys), beside, tally);
    TRY(reader.read(limits, TRY(signature_beside(files, files[i].path))));
  }
  TRY(beside.hand_over(tally));
  return tally.outcome();
}

Result<std::uint64_t> count(const std::vector<InputFile>& files, const Statement& statement, const Limits&) {
  const auto secrets = secrets_of(statement.keys);
  const auto wrong = [&](std::string_view body, std::string_view signature) {
    return !secrets.empty() && !signature.empty() &&
           std::ranges::none_of(secrets, [&](std::string_view secret) {
             return is_signed(body, signature, bytes_of(secret));
           });
  };
  const auto refused_whole = [&](std::string_view envelope) {
    const auto bodies = bodies_of({envelope, 0});
    return bodies && bodies->size() == 1 && wrong(bodies->front().raw, bodies->front().signature);
  };
  std::uint64_t found = 0;
  for (const InputFile& file : files) {
    const std::string_view text = text_of(file.bytes);
    const bool one = !is_ours(file) || wrong(text, TRY(signature_beside(files, file.path)));
    found += one ? 1 : count_items(text, refused_whole);
  }
  return found;
}

}  // namespace

const Parser& parser() {
  static constexpr Parser kParser{kSource, detect, parse, count};
  return kParser;
}

}  // namespace strongroom::capture::whatsapp_cloud
