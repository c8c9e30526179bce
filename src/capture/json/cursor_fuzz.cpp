// Any text: the walk ends, and what it hands over lies in the text, in order.
// Limits: -max_len=16384 -timeout=5 -rss_limit_mb=512
// Dictionary: src/record/json_line_fuzz.dict
#include "base/bytes.h"
#include "base/check.h"
#include "capture/json/cursor.h"
#include "capture/json/members.h"

using namespace strongroom::capture;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  json::Cursor at(text);
  std::size_t last = 0;
  const auto take = [&] {
    const auto value = at.take();
    if (!value) return false;
    CHECK(value->offset >= last && value->offset + value->text.size() <= text.size() && !value->text.empty());
    last = value->offset + value->text.size();
    strongroom::record::Record record;
    const auto parsed = json::parse(value->text);
    if (parsed && parsed->is_object()) json::keep_rest(record, parsed->get_object(), {});
    return true;
  };
  if (at.enter_object()) {
    for (auto name = at.next_member(); name && *name; name = at.next_member()) {
      if (!take()) break;
    }
  } else if (at.enter_array()) {
    for (auto more = at.next_element(); more && *more; more = at.next_element()) {
      if (!take()) break;
    }
  } else {
    take();
  }
  return 0;
}
