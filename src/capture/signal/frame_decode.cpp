#include "capture/signal/frame_decode.h"

#include <fmt/format.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/unknown_field_set.h>
#include <google/protobuf/util/json_util.h>

#include <climits>
#include <unordered_map>

namespace strongroom::capture::signal {
namespace {

namespace pb = google::protobuf;

constexpr std::size_t kUnknownReportedMax = 16;
constexpr int kDepthMax = 100;  ///< what the protobuf parser itself allows

/// What the schema says of a type of message, by field number: enough to see on the wire that nothing is unknown.
/// Asking the reflection of every message costs more than parsing it.
struct Known {
  struct Field {
    int wire_type = -1;  ///< none: not in the schema, or not looked at here
    const pb::EnumDescriptor* values = nullptr;
    const Known* inner = nullptr;
  };
  std::vector<Field> fields;
};

constexpr int kVarint = 0, kFixed64 = 1, kDelimited = 2, kFixed32 = 5;
constexpr int kFieldsMax = 256;

int wire_type_of(const pb::FieldDescriptor& field) {
  using Field = pb::FieldDescriptor;
  switch (field.type()) {
    case Field::TYPE_DOUBLE:
    case Field::TYPE_FIXED64:
    case Field::TYPE_SFIXED64: return kFixed64;
    case Field::TYPE_FLOAT:
    case Field::TYPE_FIXED32:
    case Field::TYPE_SFIXED32: return kFixed32;
    case Field::TYPE_STRING:
    case Field::TYPE_BYTES:
    case Field::TYPE_MESSAGE: return kDelimited;
    case Field::TYPE_GROUP: return -1;
    default: return field.is_packed() ? -1 : kVarint;
  }
}

const Known& known_of(const pb::Descriptor& type) {
  thread_local std::unordered_map<const pb::Descriptor*, Known> all;
  const auto [at, is_new] = all.try_emplace(&type);
  Known& out = at->second;  // stays where it is when others are added
  for (int i = 0; is_new && i < type.field_count(); ++i) {
    const pb::FieldDescriptor& field = *type.field(i);
    if (field.number() >= kFieldsMax) continue;
    const auto number = static_cast<std::size_t>(field.number());
    if (number >= out.fields.size()) out.fields.resize(number + 1);
    const bool is_message = field.cpp_type() == pb::FieldDescriptor::CPPTYPE_MESSAGE;
    out.fields[number] = {wire_type_of(field), field.enum_type(),
                          is_message ? &known_of(*field.message_type()) : nullptr};
  }
  return out;
}

/// True only if `report_unknown` would find nothing in the message that was read from these bytes. False for every
/// rarer way to write a field, too.
bool is_all_known(pb::io::CodedInputStream& in, const Known& type) {
  while (const std::uint32_t tag = in.ReadTag()) {
    const std::size_t number = tag >> 3;
    if (number >= type.fields.size()) return false;
    const Known::Field& field = type.fields[number];
    if (static_cast<int>(tag & 7) != field.wire_type) return false;
    std::uint64_t value = 0;
    std::uint32_t size = field.wire_type == kFixed64 ? 8 : 4;
    if (field.wire_type == kVarint) {
      if (!in.ReadVarint64(&value)) return false;
      if (field.values != nullptr &&
          (value > INT_MAX || field.values->FindValueByNumber(static_cast<int>(value)) == nullptr))
        return false;
      continue;
    }
    if (field.wire_type == kDelimited && !in.ReadVarint32(&size)) return false;
    if (size > INT_MAX) return false;
    if (field.inner == nullptr) {
      if (!in.Skip(static_cast<int>(size))) return false;
      continue;
    }
    const auto limit = in.PushLimit(static_cast<int>(size));
    if (!is_all_known(in, *field.inner)) return false;
    in.PopLimit(limit);
  }
  return in.ConsumedEntireMessage();
}

void report_unknown(const pb::Message& message, std::vector<record::Doubt>& doubts, int depth) {
  if (depth > kDepthMax || doubts.size() >= kUnknownReportedMax) return;
  const pb::Reflection& reflection = *message.GetReflection();
  const pb::UnknownFieldSet& unknown = reflection.GetUnknownFields(message);
  for (int i = 0; i < unknown.field_count() && doubts.size() < kUnknownReportedMax; ++i)
    doubts.push_back(
        {"unknown-field", fmt::format("field {} of {} is not in the schema this program knows",
                                      unknown.field(i).number(), message.GetDescriptor()->name())});
  std::vector<const pb::FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const pb::FieldDescriptor* field : fields) {
    if (field->cpp_type() != pb::FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (!field->is_repeated()) {
      report_unknown(reflection.GetMessage(message, field), doubts, depth + 1);
      continue;
    }
    for (int i = 0; i < reflection.FieldSize(message, field); ++i)
      report_unknown(reflection.GetRepeatedMessage(message, field, i), doubts, depth + 1);
  }
}

}  // namespace

bool decode_binary(BytesView bytes, pb::Message& message, std::vector<record::Doubt>& doubts) {
  if (bytes.size() > INT_MAX) return false;
  if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return false;
  pb::io::CodedInputStream in(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                              static_cast<int>(bytes.size()));
  if (!is_all_known(in, known_of(*message.GetDescriptor()))) report_unknown(message, doubts, 0);
  return true;
}

bool decode_json(std::string_view json, pb::Message& message, std::vector<record::Doubt>& doubts) {
  const pb::StringPiece text(json.data(), json.size());
  pb::util::JsonParseOptions options;
  if (pb::util::JsonStringToMessage(text, &message, options).ok()) return true;
  message.Clear();
  options.ignore_unknown_fields = true;
  if (!pb::util::JsonStringToMessage(text, &message, options).ok()) return false;
  doubts.push_back(
      {"unknown-field", "a member of this line, or a value of one, is not in the schema this program knows"});
  return true;
}

}  // namespace strongroom::capture::signal
