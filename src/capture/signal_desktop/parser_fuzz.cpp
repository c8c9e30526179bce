// Any bytes as a sealed database, and as the JSON of a message in one that is sound.
// Limits: -max_len=16384 -timeout=10 -rss_limit_mb=1024
// Dictionary: src/capture/signal_desktop/parser_fuzz.dict
#include <string>

#include "base/check.h"
#include "capture/collecting_sink.h"
#include "capture/signal_desktop/parser.h"
#include "capture/signal_desktop/sealed_material.h"

namespace {
using namespace strongroom;
namespace desktop = capture::signal_desktop;

Bytes database_of(std::string_view json) {
  std::string hex = codec::hex(bytes_of(json));
  return desktop::material::database_with_room(
      "CREATE TABLE conversations(id TEXT, json TEXT);"
      "CREATE TABLE messages(id TEXT, json TEXT, sent_at INTEGER, type TEXT);"
      "INSERT INTO conversations VALUES('c', CAST(x'" +
      hex +
      "' AS TEXT));"
      "INSERT INTO messages VALUES('m', CAST(x'" +
      hex + "' AS TEXT), 1710000000000, 'incoming');");
}

void check(BytesView file, BytesView wal) {
  capture::Statement statement;
  statement.keys = {capture::GivenKey::copy_of(bytes_of(desktop::material::kKeyHex))};
  const std::vector<capture::InputFile> files{{"db.sqlite", file}, {"db.sqlite-wal", wal}};
  (void)desktop::parser().detect(files);
  capture::CollectingSink sink;
  CHECK(desktop::parser().parse(files, statement, {}, sink));
  CHECK(desktop::parser().count(files, statement, {}));
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  check(bytes_of(input), bytes_of(input));
  Bytes plain = database_of(input);
  if (size > 8) {  // a database that is sealed, and not sound inside
    for (std::size_t i = 0; i < 8; ++i) {
      const std::size_t at = (static_cast<std::size_t>(data[i]) << 7) % plain.size();
      if (size % 3 == 0) plain[at] ^= static_cast<std::byte>(data[i + 1]);
    }
  }
  check(desktop::material::sealed(plain), bytes_of(input));
  return 0;
}
