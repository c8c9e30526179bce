// A server's data directory made up by somebody who knows the format: an auditor's program reads it to the end and
// finds that it does not hold. Input: pieces, each with a byte before it that says what it is.
// Limits: -max_len=32768 -timeout=10 -rss_limit_mb=1024
// Dictionary: src/archive/ledger_files_fuzz.dict
#include "base/check.h"
#include "base/fuzz_input.h"
#include "base/utf8.h"
#include "crypto/hash.h"
#include "platform/memory_file_system.h"
#include "verify/archive_check.h"
#include "verify/archive_files.h"

using namespace strongroom;

/// u32 length ‖ first 8 bytes of the digest ‖ payload (docs/formats/vault.md).
static Bytes frame_of(BytesView payload) {
  Bytes out;
  append_u32(out, static_cast<std::uint32_t>(payload.size()));
  const Hash256 digest = crypto::sha256({BytesView(out), payload});
  append(out, BytesView(digest).first(8));
  append(out, payload);
  return out;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  FuzzInput input(data, size);
  Bytes journals[2], segments[2];
  platform::MemoryFileSystem files;
  for (const char* path : {"srv/register/tile/entries", "srv/register/tile/0", "srv/capture/tile/entries",
                           "srv/capture/tile/0", "srv/vault/register", "srv/vault/capture"})
    CHECK(files.make_directories(path));
  for (int ledger = 0; ledger < 2; ++ledger)
    segments[ledger] = copy_of(bytes_of("strongroom vault segment 1\n"));
  while (!input.empty()) {
    const unsigned kind = input.byte();
    const BytesView piece = input.piece();
    const unsigned which = kind & 1;
    const std::string ledger = which == 0 ? "srv/register/" : "srv/capture/";
    switch (kind >> 1 & 3) {
      case 0: append(journals[which], frame_of(piece)); break;
      case 1: append(segments[which], piece); break;
      case 2: CHECK(files.write_loose(ledger + "witnessed", piece)); break;
      default:
        CHECK(files.write_loose(ledger + ((kind & 8) != 0 ? "tile/entries/000" : "tile/0/000"), piece));
    }
  }
  CHECK(files.write_loose("srv/register/journal-00000000000000000000", journals[0]));
  CHECK(files.write_loose("srv/capture/journal-00000000000000000000", journals[1]));
  CHECK(files.write_loose("srv/vault/register/0000000000.seg", segments[0]));
  CHECK(files.write_loose("srv/vault/capture/0000000000.seg", segments[1]));
  const auto archive = verify::open_server_directory(files, "srv");
  if (!archive) return 0;
  const auto report = verify::check_archive({.archive = {}}, **archive);
  CHECK(!report.holds());
  const std::string told = verify::report_text("The archive", report);
  for (std::size_t at = 0, end = 0; at < told.size(); at = end + 1) {
    end = std::min(told.find('\n', at), told.size());
    CHECK(utf8::is_one_line(std::string_view(told).substr(at, end - at)));
  }
  return 0;
}
