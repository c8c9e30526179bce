// Submissions as devices send them: anything may come, and what is taken points into the request and nowhere else.
// Limits: -max_len=65536 -timeout=5 -rss_limit_mb=512
#include <cstddef>
#include <cstdint>

#include "archive/entry_check.h"
#include "base/check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace archive = strongroom::archive;
  const strongroom::BytesView request = std::as_bytes(std::span(data, size));
  const auto entries = archive::decode_submission(request);
  if (!entries) return 0;
  CHECK(!entries->empty() && entries->size() <= archive::kSubmissionEntriesMax);
  std::size_t bytes = 0;
  for (const archive::SubmittedEntry& entry : *entries) {
    bytes += entry.header.size() + entry.body.value_or(strongroom::BytesView()).size();
    static_cast<void>(strongroom::envelope::decode_signed_header(entry.header));
  }
  CHECK(bytes <= size);
  return 0;
}
