// What a witness keeps of a log: what is accepted is written back to the same bytes. Its directory, with a list of logs
// from anywhere, is read or refused.
// Limits: -max_len=16384 -timeout=2 -rss_limit_mb=512
#include "base/check.h"
#include "platform/memory_file_system.h"
#include "witness/witness_directory.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace strongroom;
  const BytesView bytes = std::as_bytes(std::span(data, size));
  if (const auto state = witness::decode_state(bytes)) CHECK(equal(witness::encode(*state), bytes));
  platform::MemoryFileSystem files;
  CHECK(files.make_directories("witness/logs"));
  CHECK(files.write_loose("witness/logs/" + std::string(64, 'a'), bytes));
  CHECK(files.write_loose("witness/name", bytes));
  CHECK(files.write_loose("witness/key", Bytes(32)));
  const witness::WitnessDirectory directory(files, "witness");
  if (const auto logs = directory.logs()) CHECK(logs->size() == 1);
  if (size < 1024) static_cast<void>(directory.signer());
  return 0;
}
