// A vault's segment as a crash, a faulty disk or a stranger left it: it opens, and what is read has its name's digest.
// Whatever is stored then comes back. Input: the first segment, then the last.
// Limits: -max_len=16384 -timeout=5 -rss_limit_mb=512
#include "archive/vault.h"
#include "base/check.h"
#include "base/fuzz_input.h"
#include "crypto/hash.h"
#include "platform/memory_file_system.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace strongroom;
  FuzzInput input(data, size);
  platform::MemoryFileSystem files;
  CHECK(files.make_directories("vault"));
  CHECK(files.write_loose("vault/0000000000.seg", input.piece()));
  CHECK(files.write_loose("vault/0000000001.seg", input.rest()));
  auto vault = archive::Vault::open(files, "vault");
  if (!vault) return 0;
  const auto visit = [&](const archive::Stored& stored) -> Result<void> {
    if (const auto bytes = (*vault)->read(stored.at, stored.name))
      CHECK(crypto::sha256(*bytes) == stored.name);
    return {};
  };
  CHECK((*vault)->walk({}, visit));
  const Bytes content = copy_of(bytes_of("content"));
  const auto at = (*vault)->append(archive::ObjectKind::body, 0, crypto::sha256(content), content);
  CHECK(at && (*vault)->sync());
  CHECK(*(*vault)->read(*at, crypto::sha256(content)) == content);
  return 0;
}
