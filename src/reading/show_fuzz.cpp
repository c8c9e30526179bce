// Messages of any source, shown to a reader: no control character reaches the terminal but the end of a line, whatever
// people wrote or a device claims. Input: a word to search for, then lines of JSON (docs/formats/record-jsonl.md).
// Limits: -max_len=8192 -timeout=5 -rss_limit_mb=512
// Dictionary: src/record/json_line_fuzz.dict
#include "base/check.h"
#include "base/fuzz_input.h"
#include "base/utf8.h"
#include "reading/conversation.h"
#include "reading/folding.h"
#include "reading/search.h"
#include "reading/show.h"

using namespace strongroom;

static void check_shown(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const auto c = utf8::next(text, at);
    CHECK(c && (*c >= 0x20 || *c == '\n') && !(*c >= 0x7F && *c <= 0x9F));
  }
}

/// Nobody's words begin a line as a message does: there are at most as many such lines as messages.
static void check_lines(std::string_view text, std::size_t messages) {
  std::size_t heads = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    if (!line.empty() && !line.starts_with(' ') && !line.starts_with("---- ") && !line.starts_with("==== "))
      ++heads;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  CHECK(heads <= messages);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  FuzzInput input(data, size);
  const std::string word(text_of(input.piece()));
  grant::OpenedCase opened;
  opened.devices.resize(1);
  opened.devices[0].folders.resize(1);
  opened.devices[0].folders[0].batches.resize(1);
  auto& records = opened.devices[0].folders[0].batches[0].records;
  std::string_view rest = text_of(input.rest());
  while (!rest.empty() && records.size() < 64) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    if (auto record = record::from_json_line(rest.substr(0, end))) {
      records.push_back({records.size(), {}, std::move(*record), {}});
      if (records.back().record.order == 0) records.back().record.order = records.size();
    }
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  const reading::Reading reading = reading::read(opened);
  check_shown(reading::missing_text(opened, reading));
  check_shown(reading::list_text(opened, reading));
  for (const auto& conversation : reading.conversations) {
    const std::string text =
        reading::conversation_text(opened, reading, conversation, reading::Numbers::shown);
    check_shown(text);
    check_lines(text, conversation.items.size());
  }
  if (const auto found = reading::search(reading, {word})) check_shown(reading::found_text(reading, *found));
  check_shown(reading::printable(word));
  for (const std::string& line : reading::wrapped(word, 5)) CHECK(reading::length_of(line) <= 5);
  return 0;
}
