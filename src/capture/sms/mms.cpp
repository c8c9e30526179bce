#include <fmt/format.h>

#include <algorithm>

#include "base/char_set.h"
#include "capture/sms/fields.h"
#include "capture/telephone/telephone.h"
#include "codec/text.h"
#include "crypto/hash.h"

namespace strongroom::capture::sms {
namespace {

constexpr CharSet kNotBase64("& \t\r\n");

using telephone::person_of;

/// PduHeaders of Android: who an address is in an MMS.
enum AddressType : std::int64_t { kBcc = 129, kCc = 130, kFrom = 137, kTo = 151 };
constexpr std::string_view kSelfToken = "insert-address-token";

std::vector<std::string> split(std::string_view text, std::string_view by) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(by), text.size());
    if (end != 0) out.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + by.size(), text.size()));
  }
  return out;
}

/// The others of the conversation: "a~b~c", with as many names.
std::vector<record::Person> others_of(Fields& fields) {
  const auto addresses = split(fields.text("address"), "~");
  const std::string shown = fields.text("contact_name");
  auto names = split(shown, ", ");
  if (addresses.size() == 1) names = {shown};
  if (names.size() != addresses.size()) names.assign(addresses.size(), {});
  std::vector<record::Person> out;
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    if (addresses[i] != kSelfToken) out.push_back(person_of(addresses[i], names[i]));
  }
  return out;
}

/// Sender and receivers, from the list of addresses if there is one.
void set_people(record::Record& out, const Mms& mms, const std::vector<record::Person>& others) {
  const auto known = [&](const std::string& address) {
    const auto found = std::ranges::find(others, telephone::address_id(address), &record::Person::id);
    return found != others.end() ? *found : person_of(address, {});
  };
  std::string from;
  for (const Tag& tag : mms.addresses) {
    Fields fields(tag, out);
    const std::string address = fields.text("address");
    const auto type = fields.integer("type").value_or(0);
    if (type == kFrom) {
      from = address;
      continue;
    }
    record::Person person = known(address);
    person.role = type == kTo    ? "to"
                  : type == kCc  ? "cc"
                  : type == kBcc ? "bcc"
                                 : fmt::format("type-{}", type);
    if (!address.empty() && address != kSelfToken &&
        std::ranges::find(out.people, person) == out.people.end())
      out.people.push_back(person);
  }
  if (out.outgoing) {
    out.author = telephone::self(from == kSelfToken ? "" : from);
  } else if (!from.empty() && from != kSelfToken) {
    out.author = known(from);
  } else if (others.size() == 1) {
    out.author = others.front();
  }
  for (const record::Person& other : others) {
    const bool there = (out.author && out.author->id == other.id) ||
                       std::ranges::find(out.people, other.id, &record::Person::id) != out.people.end();
    if (!there) out.people.push_back(other);
  }
}

bool holds_data(const Tag& part) {
  const auto data = part.raw("data");
  return data && !data->empty();
}

Result<Bytes> decoded(std::string_view raw) {
  if (kNotBase64.first_in(raw) == raw.size()) return codec::from_base64(raw);
  std::string text = unescaped(raw).text;
  std::erase_if(text, [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; });
  return codec::from_base64(text);
}

/// Decodes the data of a part and hands it over.
Result<record::Attachment> take_attachment(const Tag& part, const Place& place, record::Record& message,
                                           Tally& tally) {
  Fields fields(part, message);
  record::Attachment out;
  out.name = fields.text("name");
  if (out.name.empty()) out.name = fields.text("cl");
  if (out.name.empty()) out.name = fields.text("fn");
  out.media_type = fields.text("ct");
  out.source_reference = fields.text("cid");
  const std::string_view raw = *part.raw("data");
  const std::uint64_t offset = place.offset + static_cast<std::uint64_t>(raw.data() - place.bytes.data());
  const auto bytes = decoded(raw);
  if (!bytes) {
    out.state = record::AttachmentState::missing;
    message.doubts.push_back({"attachment-undecodable", "the data of a part is not base64; kept as it is"});
    TRY(tally.refuse(
        {std::string(place.file), offset, bytes_of(raw), "attachment-undecodable", bytes.error().what}));
    return out;
  }
  out.state = record::AttachmentState::present;
  out.size = bytes->size();
  out.sha256 = crypto::sha256(*bytes);
  record::Record described;
  described.kind = record::Kind::attachment;
  described.sent_at = message.sent_at;
  described.attachments = {out};
  described.original = {{}, out.sha256, offset, raw.size(), std::string(place.file)};
  TRY(tally.content(std::move(described), *bytes));
  return out;
}

/// Text parts are the text; data is an attachment; the layout of a slide show is kept and not shown.
Result<void> set_parts(record::Record& out, const Mms& mms, const Place& place, Tally& tally) {
  for (const Tag& part : mms.parts) {
    Fields fields(part, out);
    if (holds_data(part)) {
      out.attachments.push_back(TRY(take_attachment(part, place, out, tally)));
      continue;
    }
    const std::string type = fields.text("ct");
    const std::string text = type == "text/plain" ? fields.words("text") : fields.text("text");
    if (type == "application/smil") {
      out.extra["smil"] = text;
    } else if (!text.empty()) {
      out.text += out.text.empty() ? text : "\n" + text;
    } else if (type != "text/plain") {
      out.attachments.push_back({.name = fields.text("name"),
                                 .media_type = type,
                                 .size = {},
                                 .sha256 = {},
                                 .source_reference = fields.text("cid"),
                                 .caption = {},
                                 .flavour = {},
                                 .width = {},
                                 .height = {},
                                 .state = record::AttachmentState::not_in_source});
    }
  }
  return {};
}

/// The bytes of a large original without the data of its parts, which are attachments.
std::string without_data(const Mms& mms, std::string_view bytes) {
  std::string out;
  for (const Tag& part : mms.parts) {
    const auto data = part.raw("data");
    if (!data || data->empty()) continue;
    out += bytes.substr(0, static_cast<std::size_t>(data->data() - bytes.data()));
    bytes.remove_prefix(static_cast<std::size_t>(data->data() + data->size() - bytes.data()));
  }
  return out += bytes;
}

void set_box(record::Record& out, std::int64_t box) {
  out.outgoing = box >= 2 && box <= 5;
  out.extra["box"] = std::string(box == 1   ? "inbox"
                                 : box == 2 ? "sent"
                                 : box == 3 ? "draft"
                                 : box == 4 ? "outbox"
                                            : "failed");
  if (box < 1 || box > 5) {
    out.extra.erase("box");
    out.doubts.push_back({"unknown-direction", fmt::format("msg_box {} is neither received nor sent", box)});
  } else if (box >= 3) {
    out.doubts.push_back({"not-sent", "the message lies in drafts, outbox or failed"});
  }
}

}  // namespace

Result<void> take_mms(const Mms& mms, const Place& place, Tally& tally) {
  record::Record out;
  Fields fields(mms.head, out);
  set_box(out, fields.integer("msg_box").value_or(0));
  const auto others = others_of(fields);
  set_people(out, mms, others);
  out.conversation = telephone::conversation_of("sms", others);
  const auto sent_s = fields.integer("date_sent").value_or(0);
  set_times(out, fields.integer("date").value_or(0), sent_s < 100'000'000'000 ? sent_s * 1000 : sent_s);
  if (!mms.complete)
    out.doubts.push_back({"ends-early", "the element is not closed; what there was is here"});
  TRY(set_parts(out, mms, place, tally));
  const std::string id = fields.text("m_id");
  std::string content;  // two pictures without a word may be sent in one second
  for (const record::Attachment& a : out.attachments) {
    if (a.sha256) content += codec::hex(*a.sha256);
  }
  out.native_id = id.empty()
                      ? "hash:" + hashed({fields.text("address"), fields.text("date"), fields.text("msg_box"),
                                          out.text, fields.text("tr_id"), content})
                      : "mms:" + id;
  fields.keep_rest({"address", "date", "date_sent", "msg_box", "m_id", "contact_name", "readable_date"});
  if (fields.text("tr_id").starts_with("proto:")) out.extra["rcs"] = true;
  set_original(out, place, kOriginalBytesMax);
  if (out.original.bytes.empty()) {
    const std::string rest = without_data(mms, place.bytes);
    if (rest.size() > kItemBytesMax)
      return tally.refuse({std::string(place.file), place.offset, bytes_of(place.bytes), "too-large",
                           "the message is larger than the limit without its attachments"});
    out.extra["original_without_data"] = copy_of(bytes_of(rest));
  }
  return tally.record(std::move(out));
}

}  // namespace strongroom::capture::sms
