#include "capture/signal/frame_decode.h"

#include <fmt/format.h>
#include <google/protobuf/unknown_field_set.h>
#include <google/protobuf/util/json_util.h>

#include <climits>

namespace strongroom::capture::signal {
namespace {

namespace pb = google::protobuf;

constexpr std::size_t kUnknownReportedMax = 16;
constexpr int kDepthMax = 100;  ///< what the protobuf parser itself allows

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
  report_unknown(message, doubts, 0);
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
