// An evidence package in which somebody replaced one file, with a manifest that agrees: what proves anything cannot be
// another. The first byte chooses the file, the rest is its content.
// Limits: -max_len=32768 -timeout=60 -rss_limit_mb=1024
// Dictionary: src/verify/manifest_fuzz.dict
#include "base/check.h"
#include "base/fuzz_input.h"
#include "base/utf8.h"
#include "exports/test_evidence.h"
#include "verify/package_check.h"
#include "verify/package_format.h"

using namespace strongroom;

namespace {

struct Package : exports::testing::TestEvidence {
  Package() {
    CHECK(write_package("package"));
    manifest_text = *files.read("package/manifest.json", 1u << 24);
    manifest = *verify::parse_manifest(text_of(manifest_text));
    CHECK(verify::check_package(files, "package", archive.org.archive()).holds());
  }
  Bytes manifest_text;
  verify::Manifest manifest;
};

/// Of these some may differ: a checkpoint may bear further signatures, and a package may be without its request.
bool may_differ(const std::string& path) {
  return path.starts_with("proofs/") || path.ends_with("checkpoint") || path == "request";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Package package;
  FuzzInput input(data, size);
  verify::Manifest manifest = package.manifest;
  verify::PackageFile& file = manifest.files[input.byte() % manifest.files.size()];
  const std::string path = "package/" + file.path;
  const Bytes good = *package.files.read(path, 1u << 24);
  file.bytes = input.rest().size();
  file.sha256 = crypto::sha256(input.rest());
  CHECK(package.files.write_loose(path, input.rest()));
  CHECK(package.files.write_loose("package/manifest.json", bytes_of(verify::format_manifest(manifest))));
  const auto report = verify::check_package(package.files, "package", package.archive.org.archive());
  CHECK(!report.holds() || equal(good, input.rest()) || may_differ(file.path));
  const std::string told = verify::report_text("The package", report);
  for (std::size_t at = 0, end = 0; at < told.size(); at = end + 1) {
    end = std::min(told.find('\n', at), told.size());
    CHECK(utf8::is_one_line(std::string_view(told).substr(at, end - at)));
  }
  CHECK(package.files.write_loose(path, good));
  return 0;
}
