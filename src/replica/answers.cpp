#include "replica/answers.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/utf8.h"
#include "codec/cbor.h"

namespace strongroom::replica {
namespace {

constexpr std::size_t kMarksMax = 16;
constexpr std::size_t kWordBytesMax = 32;

/// A text member of the server's error object, fit for a terminal; empty if it is not there.
std::string member_of(std::string_view object, std::string_view name) {
  const std::string opening = fmt::format("\"{}\": \"", name);
  std::size_t at = object.find(opening);
  std::string out;
  if (at == object.npos) return out;
  for (at += opening.size(); at < object.size() && object[at] != '"'; ++at) {
    if (object[at] == '\\' && at + 1 < object.size()) ++at;
    out += object[at];
  }
  return utf8::one_line(out);
}

/// A name out of a list of ours ("late", "silent"): what is no such word is not shown to anybody.
Result<std::string> get_word(cbor::Reader& r) {
  const std::string_view word = TRY(r.text());
  const bool plain = std::ranges::all_of(
      word, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
  if (!plain || word.empty() || word.size() > kWordBytesMax)
    return r.error(ErrorCode::malformed, "the server's answer has something else where a word belongs");
  return std::string(word);
}

Result<std::vector<std::string>> get_marks(cbor::Reader& r) {
  const std::size_t count = TRY(r.array());
  if (count > kMarksMax) return r.error(ErrorCode::limit_exceeded, "too many marks");
  std::vector<std::string> marks;
  for (std::size_t i = 0; i < count; ++i) marks.push_back(TRY(get_word(r)));
  return marks;
}

Result<EntryAnswer> get_answer(cbor::Reader& r) {
  TRY(r.array(3));
  EntryAnswer answer;
  const std::uint64_t status = TRY(r.uint());
  if (status < 1 || status > 4) return r.error(ErrorCode::unsupported, "unknown status of an entry");
  answer.status = static_cast<EntryStatus>(status);
  if (!TRY(r.null_next())) answer.leaf = TRY(r.uint());
  answer.marks = TRY(get_marks(r));
  return answer;
}

}  // namespace

Error error_of(const wire::Response& response, std::string_view target) {
  Error error{
      ErrorCode::refused, fmt::format("the server answered {}", response.status), std::string(target), {}};
  if (response.status == 404) error.code = ErrorCode::not_found;
  if (response.status == 401 || response.status == 403) {
    error.code = ErrorCode::unauthenticated;
    error.hint =
        "if it does not know this key: a device must be confirmed by two people, a person be on the roster";
  }
  if (response.status == 409) error.code = ErrorCode::conflict;
  if (response.status >= 500) error.code = ErrorCode::unavailable;
  if (response.body.size() >= 4096) return error;
  const std::string_view object = text_of(response.body);
  if (const std::string what = member_of(object, "what"); !what.empty())
    error.what = "the server says: " + what;
  if (std::string hint = member_of(object, "hint"); !hint.empty()) error.hint = std::move(hint);
  return error;
}

Result<std::vector<EntryAnswer>> read_entry_answers(BytesView body, std::size_t count) {
  cbor::Reader r(body);
  if (TRY(r.array()) != count)
    return r.error(ErrorCode::malformed, "the server answered for another number of entries");
  std::vector<EntryAnswer> answers;
  for (std::size_t i = 0; i < count; ++i) answers.push_back(TRY(get_answer(r)));
  TRY(r.end());
  return answers;
}

Result<ChainHead> read_chain_head(BytesView body) {
  cbor::Reader r(body);
  TRY(r.array(3));
  ChainHead head;
  head.next_sequence = TRY(r.uint());
  head.last = TRY(r.array_bytes<32>());
  head.leaf = TRY(r.uint());
  TRY(r.end());
  return head;
}

Result<std::vector<RegisterItem>> read_register_items(BytesView body) {
  cbor::Reader r(body);
  const std::size_t count = TRY(r.array());
  std::vector<RegisterItem> items;
  for (std::size_t i = 0; i < count; ++i) {
    TRY(r.array(2));
    RegisterItem item;
    item.leaf = copy_of(TRY(r.bytes()));
    item.object = copy_of(TRY(r.bytes()));
    items.push_back(std::move(item));
  }
  TRY(r.end());
  return items;
}

Result<std::uint64_t> read_leaf_index(BytesView body) {
  cbor::Reader r(body);
  TRY(r.array(1));
  const std::uint64_t leaf = TRY(r.uint());
  TRY(r.end());
  return leaf;
}

Result<Hash256> read_blob_name(BytesView body) {
  cbor::Reader r(body);
  TRY(r.array(1));
  const auto name = TRY(r.array_bytes<32>());
  TRY(r.end());
  return name;
}

Result<std::vector<DeviceEntry>> read_device_entries(BytesView body) {
  cbor::Reader r(body);
  const std::size_t count = TRY(r.array());
  std::vector<DeviceEntry> entries;
  for (std::size_t i = 0; i < count; ++i) {
    TRY(r.array(3));
    DeviceEntry entry;
    entry.leaf = TRY(r.uint());
    entry.header = copy_of(TRY(r.bytes()));
    entry.marks = TRY(get_marks(r));
    entries.push_back(std::move(entry));
  }
  TRY(r.end());
  return entries;
}

Result<std::vector<DeviceHearing>> read_device_hearings(BytesView body) {
  cbor::Reader r(body);
  const std::size_t count = TRY(r.array());
  std::vector<DeviceHearing> devices;
  for (std::size_t i = 0; i < count; ++i) {
    TRY(r.array(3));
    DeviceHearing device;
    device.device = TRY(r.array_bytes<16>());
    device.hearing = TRY(get_word(r));
    device.heard_s = TRY(r.uint());
    devices.push_back(std::move(device));
  }
  TRY(r.end());
  return devices;
}

Result<std::vector<std::pair<ByteArray<16>, Bytes>>> read_pending(BytesView body) {
  cbor::Reader r(body);
  const std::size_t count = TRY(r.array());
  std::vector<std::pair<ByteArray<16>, Bytes>> items;
  for (std::size_t i = 0; i < count; ++i) {
    TRY(r.array(2));
    const auto id = TRY(r.array_bytes<16>());
    items.emplace_back(id, copy_of(TRY(r.bytes())));
  }
  TRY(r.end());
  return items;
}

}  // namespace strongroom::replica
