// An auditor's copy of an archive in which somebody replaced one file: it is found out, unless only the checkpoints'
// further signatures differ. The first byte chooses the file, the rest is its content.
// Limits: -max_len=32768 -timeout=10 -rss_limit_mb=1024
#include "base/check.h"
#include "base/fuzz_input.h"
#include "base/utf8.h"
#include "verify/archive_check.h"
#include "verify/test_archive.h"

using namespace strongroom;

namespace {

struct Mirror {
  Mirror() {
    archive.write(files, "mirror");
    walk("mirror");
  }
  void walk(const std::string& directory) {
    for (const std::string& name : *files.list(directory)) {
      const std::string path = directory + "/" + name;
      if (files.list(path) && !files.read(path, 1u << 24)) {
        walk(path);
      } else {
        paths.push_back(path);
      }
    }
  }
  verify::testing::TestArchive archive;
  platform::MemoryFileSystem files;
  std::vector<std::string> paths;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Mirror mirror;
  FuzzInput input(data, size);
  const std::string& path = mirror.paths[input.byte() % mirror.paths.size()];
  const Bytes good = *mirror.files.read(path, 1u << 24);
  CHECK(mirror.files.write_loose(path, input.rest()));
  const auto files = verify::open_mirror(mirror.files, "mirror");
  const auto report = verify::check_archive({.archive = mirror.archive.org.archive()}, *files);
  CHECK(!report.holds() || equal(good, input.rest()) || path.ends_with("/checkpoint"));
  const std::string told = verify::report_text("The archive", report);
  for (std::size_t at = 0, end = 0; at < told.size(); at = end + 1) {
    end = std::min(told.find('\n', at), told.size());
    CHECK(utf8::is_one_line(std::string_view(told).substr(at, end - at)));
  }
  CHECK(mirror.files.write_loose(path, good));
  return 0;
}
