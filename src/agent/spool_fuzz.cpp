// A device's spool as a crash, a faulty disk or a stranger left it: it opens with whole entries that follow its state,
// or says why not; opened again it is the same. Input: state, stored, then spool.
// Limits: -max_len=65536 -timeout=5 -rss_limit_mb=1024
#include "agent/spool.h"
#include "base/check.h"
#include "base/fuzz_input.h"
#include "platform/memory_file_system.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace strongroom;
  FuzzInput input(data, size);
  platform::MemoryFileSystem files;
  platform::NoStepHook steps;
  CHECK(files.make_directories("spool"));
  if (const BytesView state = input.piece(); !state.empty()) CHECK(files.write_loose("spool/state", state));
  CHECK(files.write_loose("spool/stored", input.piece()));
  CHECK(files.write_loose("spool/spool", input.rest()));
  auto spool = agent::Spool::open(files, "spool", {}, steps);
  if (!spool) return 0;
  for (std::size_t i = 0; i < spool->waiting(); ++i) CHECK(spool->read(i));
  const auto again = agent::Spool::open(files, "spool", {}, steps);
  CHECK(again && again->set_aside_bytes() == 0 && again->waiting() == spool->waiting());
  CHECK(again->waiting_bytes() == spool->waiting_bytes());
  CHECK(seal::encode(again->chain()) == seal::encode(spool->chain()));
  return 0;
}
