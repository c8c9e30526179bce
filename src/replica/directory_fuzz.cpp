// A kept copy of the register, as a disk or a stranger left it: it opens with heads that the witnesses signed and a
// register that gives them, or not at all. Input: the heads, then register.log.
// Limits: -max_len=65536 -timeout=10 -rss_limit_mb=1024
#include "base/check.h"
#include "base/fuzz_input.h"
#include "platform/memory_file_system.h"
#include "replica/replica.h"
#include "roster/test_organisation.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace strongroom;
  static const roster::testing::TestOrganisation organisation;
  FuzzInput input(data, size);
  platform::MemoryFileSystem files;
  CHECK(files.make_directories("replica"));
  CHECK(files.write_loose("replica/heads", input.piece()));
  CHECK(files.write_loose("replica/register.log", input.rest()));
  const auto replica = replica::Replica::open(files, "replica", {organisation.archive(), "server:1", {}});
  if (!replica) return 0;
  CHECK(replica->register_head());
  CHECK(replica->register_head()->checkpoint().size.value == replica->leaves().size());
  CHECK(replica->register_head()->checkpoint().root == replica->state().head().root);
  return 0;
}
