// An archive from anywhere: what comes out stays below the limits, and is counted by what its directory says.
// Limits: -max_len=16384 -timeout=10 -rss_limit_mb=1024
// Seeds: samples/whatsapp
#include "base/check.h"
#include "capture/beside.h"
#include "capture/unpack/archives.h"
#include "capture/unpack/zip_archive.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace strongroom;
  using namespace strongroom::capture;
  const BytesView bytes = std::as_bytes(std::span(data, size));
  Limits limits;
  limits.unpacked_bytes_max = 1u << 20;
  limits.files_max = 64;
  if (auto zip = ZipArchive::open(bytes, limits)) {
    CHECK(zip->members().size() <= limits.files_max);
    for (std::size_t i = zip->members().size(); i-- > 0;) {
      const auto content = zip->take(i, limits.unpacked_bytes_max, [](BytesView) { return true; });
      CHECK(!content || (*content)->size() <= limits.unpacked_bytes_max);
    }
  }
  Archives archives(limits, [](const InputFile& file) { return file.path.ends_with("t"); });
  std::size_t whole = 0;
  for (const InputFile& file : archives.walk({{"x.zip", bytes}})) {
    whole += file.path == "x.zip" ? 1u : 0u;
    Bytes holder;
    if (file.packed != nullptr) (void)content_of(file, holder);
  }
  CHECK(whole <= 1 && archives.refused().size() <= 2 + limits.files_max);
  return 0;
}
