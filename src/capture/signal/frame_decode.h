/// The one place that calls the protobuf library's parsers: bytes or a JSON line to a message, and what the
/// schema did not know about it.
#pragma once

#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "record/record.h"

namespace google::protobuf {
class Message;
}  // namespace google::protobuf

namespace strongroom::capture::signal {

/// Fills `message` from its binary form. False if the bytes are not protobuf. Unknown fields, wherever they are
/// nested, are added to `doubts`.
[[nodiscard]] bool decode_binary(BytesView bytes, google::protobuf::Message& message,
                                 std::vector<record::Doubt>& doubts);
/// Fills `message` from protobuf's JSON form; unknown members are skipped and reported in `doubts`.
[[nodiscard]] bool decode_json(std::string_view json, google::protobuf::Message& message,
                               std::vector<record::Doubt>& doubts);

}  // namespace strongroom::capture::signal
