// An archive from anywhere: what comes out stays below the limits, and is counted by what its directory says.
// Limits: -max_len=16384 -timeout=10 -rss_limit_mb=1024
// Seeds: samples/whatsapp
#include "base/check.h"
#include "capture/whatsapp/zip_archive.h"
#include "capture/whatsapp/zone.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace strongroom;
  using namespace strongroom::capture;
  const BytesView bytes = std::as_bytes(std::span(data, size));
  Limits limits;
  limits.unpacked_bytes_max = 1u << 20;
  limits.files_max = 64;
  if (const auto zip = whatsapp::ZipArchive::open(bytes, limits)) {
    CHECK(zip->members().size() <= limits.files_max);
    std::uint64_t unpacked = 0;
    std::size_t visited = 0;
    const auto visit = [&](std::size_t member, Result<BytesView> content) -> Result<void> {
      CHECK(member < zip->members().size());
      if (content) unpacked += content->size();
      ++visited;
      return {};
    };
    static_cast<void>(zip->read(limits, [](std::size_t) { return true; }, visit));
    CHECK(unpacked <= limits.unpacked_bytes_max && visited <= zip->members().size());
  }
  if (size <= 64)
    if (auto zone = whatsapp::Zone::named(text_of(bytes))) zone->instant_of({});
  return 0;
}
