// The journal and the cell as a crash, or a faulty disk, left them: whole frames are read, and what is accepted has
// one form only.
// Limits: -max_len=32768 -timeout=5 -rss_limit_mb=512
#include <cstddef>
#include <cstdint>

#include "archive/framed_log.h"
#include "archive/sequencer_files.h"
#include "base/check.h"
#include "platform/memory_file_system.h"

using namespace strongroom;

static void read_frame(BytesView frame) {
  if (const auto cell = archive::decode_cell(frame)) CHECK(equal(encode(*cell), frame));
  if (const auto batch = archive::decode_staged_batch(frame)) CHECK(equal(encode(*batch), frame));
  if (const auto start = archive::decode_journal_start(frame)) {
    CHECK(equal(encode(*start), frame));
    CHECK(start->tree.root() == start->frontier.root());
    if (const auto growth = ledger::grow(start->frontier, {Bytes(3)})) {
      ledger::CompactTree tree = start->tree;
      tree.append(ledger::leaf_hash(Bytes(3)));
      CHECK(growth->next.root() == tree.root());
    }
  }
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const BytesView input = std::as_bytes(std::span(data, size));
  read_frame(input);
  platform::MemoryFileSystem files;
  CHECK(files.write_loose("journal", input));
  const auto read = archive::read_frames(files, "journal");
  CHECK(read && read->good_bytes <= size);
  Bytes again;
  for (const Bytes& frame : read->frames) {
    append(again, archive::encode_frame(frame));
    read_frame(frame);
  }
  CHECK(equal(again, input.first(read->good_bytes)));
  return 0;
}
