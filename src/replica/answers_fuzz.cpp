// Answers of a server that lies: they are read or refused, and no text in them writes on a terminal. The first byte
// chooses the question.
// Limits: -max_len=16384 -timeout=5 -rss_limit_mb=512
#include "base/check.h"
#include "base/fuzz_input.h"
#include "base/utf8.h"
#include "replica/answers.h"

using namespace strongroom;
using namespace strongroom::replica;

static void check_shown(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto c = utf8::next(text, at);
    CHECK(c && *c >= 0x20 && !(*c >= 0x7F && *c <= 0x9F));
  }
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  FuzzInput input(data, size);
  const unsigned which = input.byte();
  const BytesView body = input.rest();
  static_cast<void>(read_chain_head(body));
  static_cast<void>(read_leaf_index(body));
  static_cast<void>(read_blob_name(body));
  static_cast<void>(read_pending(body));
  static_cast<void>(read_register_items(body));
  if (const auto answers = read_entry_answers(body, which % 8)) {
    CHECK(answers->size() == which % 8);
    for (const EntryAnswer& answer : *answers)
      for (const std::string& mark : answer.marks) check_shown(mark);
  }
  if (const auto entries = read_device_entries(body))
    for (const DeviceEntry& entry : *entries)
      for (const std::string& mark : entry.marks) check_shown(mark);
  if (const auto devices = read_device_hearings(body))
    for (const DeviceHearing& device : *devices) check_shown(device.hearing);
  wire::Response response;
  response.status = 300 + which;
  response.body = copy_of(body);
  const Error error = error_of(response, "/target");
  check_shown(error.what);
  check_shown(error.hint);
  return 0;
}
