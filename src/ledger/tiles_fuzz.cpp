// The files of a ledger from somebody who lies about one of them: it is found out unless the bytes are the true ones.
// The first byte chooses the file, the rest is its content. And the stored states of trees and tiles.
// Limits: -max_len=16384 -timeout=5 -rss_limit_mb=512
#include <map>

#include "base/check.h"
#include "base/fuzz_input.h"
#include "ledger/authenticated_tiles.h"

using namespace strongroom;
using namespace strongroom::ledger;

namespace {

class Files final : public TileReader {
 public:
  Files() {
    std::vector<Bytes> entries;
    for (int i = 0; i < 300; ++i) entries.push_back(copy_of(bytes_of("entry " + std::to_string(i))));
    auto growth = *grow({}, entries);
    frontier = growth.next;
    for (TileFile& file : growth.files) files[file.path] = std::move(file.bytes);
  }
  Result<Bytes> read_tile(const TileId& tile) override { return read(path_of(tile)); }
  Result<Bytes> read_bundle(const BundleId& bundle) override { return read(path_of(bundle)); }

  TileFrontier frontier;
  std::map<std::string, Bytes> files;
  std::string replaced;
  BytesView content;

 private:
  Result<Bytes> read(const std::string& path) {
    if (path == replaced) return copy_of(content);
    const auto found = files.find(path);
    if (found == files.end()) return fail(ErrorCode::not_found, "no such file", path);
    return found->second;
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Files files;
  FuzzInput input(data, size);
  const unsigned which = input.byte();
  const BytesView bytes = input.rest();
  if (const auto tree = CompactTree::decode(bytes)) CHECK(equal(tree->encode(), bytes));
  if (const auto tile = parse_tile(bytes, which + 1)) CHECK(equal(encode_tile(*tile), bytes));
  const auto file = std::next(files.files.begin(), static_cast<std::ptrdiff_t>(which % files.files.size()));
  files.replaced = file->first;
  files.content = bytes;
  const auto counts = verify_all_tiles(files.frontier.size, files.frontier.root(), files);
  CHECK(!counts || equal(file->second, bytes));
  if (const auto frontier = load_frontier(files.frontier.size, files.frontier.root(), files))
    CHECK(*frontier == files.frontier);
  return 0;
}
