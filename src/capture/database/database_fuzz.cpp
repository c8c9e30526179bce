// Any bytes at all behind a SQLite header, with and without a log: every table is read to its end or its damage. Any
// text: replayed or refused.
// Limits: -max_len=65536 -timeout=10 -rss_limit_mb=1024
#include <string>

#include "base/bytes.h"
#include "capture/database/database.h"
#include "capture/database/test_database.h"

namespace {
using namespace strongroom;
namespace database = capture::database;

database::Limits small() {
  return {
      .value_bytes_max = 1u << 20, .steps_base = 200'000, .steps_per_byte = 1, .scratch_bytes_max = 1u << 22};
}

void read_all(BytesView bytes, BytesView wal) {
  const auto opened = database::Database::open(bytes, wal, small());
  if (!opened) return;
  for (const char* sql : {"SELECT name, sql FROM sqlite_schema", "SELECT * FROM message ORDER BY rowid",
                          "SELECT rowid, * FROM side WHERE message_row_id = 1"}) {
    auto rows = opened->query(sql);
    if (!rows) continue;
    while (rows->next().value_or(false)) {
      for (int i = 0; i < rows->columns(); ++i) {
        (void)rows->text(i);
        (void)rows->bytes(i);
        (void)rows->integer(i);
      }
    }
  }
  (void)opened->has_column("message", "text");
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const BytesView input(reinterpret_cast<const std::byte*>(data), size);
  static const Bytes kGood = database::test_database();
  read_all(input, {});
  read_all(kGood, input);
  Bytes patched = kGood;  // the input is a list of (offset, byte)
  for (std::size_t i = 0; i + 3 <= input.size(); i += 3)
    patched[read_be<std::uint16_t>(input.subspan(i)) % patched.size()] = input[i + 2];
  read_all(patched, {});
  auto scratch = database::Scratch::make(small());
  if (!scratch) return 0;
  std::string_view text = text_of(input);
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    (void)scratch->replay(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  (void)std::move(*scratch).finish();
  return 0;
}
