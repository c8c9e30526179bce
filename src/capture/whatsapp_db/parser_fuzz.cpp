// A good database of either telephone, or of contacts, with bytes changed, and any bytes at all as an encrypted backup.
// Limits: -max_len=4096 -timeout=20 -rss_limit_mb=1024
#include "capture/parser_fuzz.h"
#include "capture/whatsapp_db/parser.h"
#include "capture/whatsapp_db/test_material.h"

namespace {
using namespace strongroom;

void check(BytesView bytes) {
  const std::vector<capture::InputFile> files{{"a.db", bytes}};
  capture::Statement statement;
  statement.keys = {capture::GivenKey::copy_of(Bytes(32))};
  const capture::Parser& parser = capture::whatsapp_db::parser();
  CHECK(capture::fuzz_parser(parser, files, statement).sink.records ==
        capture::fuzz_parser(parser, files, statement).sink.records);
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Bytes kAndroid = capture::whatsapp_db::android_database();
  static const Bytes kIos = capture::whatsapp_db::ios_database();
  static const Bytes kContacts = capture::whatsapp_db::contact_database();
  const BytesView input(reinterpret_cast<const std::byte*>(data), size);
  check(input);
  for (const Bytes* good : {&kAndroid, &kIos, &kContacts}) {
    Bytes changed = *good;  // the input is a list of (place, byte)
    for (std::size_t i = 0; i + 4 <= input.size(); i += 4)
      changed[(read_be<std::uint32_t>(input.subspan(i)) >> 8) % changed.size()] = input[i + 3];
    check(changed);
  }
  return 0;
}
