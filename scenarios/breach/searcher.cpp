#include "searcher.h"

#include <algorithm>
#include <fstream>
#include <set>
#include <stdexcept>

#include "base/check.h"
#include "codec/text.h"

namespace strongroom::breach {
namespace {

std::uint32_t first_four(const std::byte* bytes) {
  std::uint32_t four = 0;
  std::memcpy(&four, bytes, sizeof four);
  return four;
}

/// The pieces that are looked for.
std::vector<BytesView> pieces_of(BytesView secret) {
  if (secret.size() < 32) return {secret};
  return {secret.first(secret.size() / 2), secret.subspan(secret.size() / 2)};
}

}  // namespace

std::vector<Canary> read_canaries(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path);
  std::vector<Canary> out;
  for (std::string line; std::getline(file, line);) {
    const std::size_t first = line.find('\t'), last = line.rfind('\t');
    const auto bytes =
        first < last ? codec::from_hex(line.substr(last + 1)) : Result<Bytes>(fail(ErrorCode::malformed, ""));
    if (!bytes || bytes->size() < kCanaryBytesMin)
      throw std::runtime_error(path + ": not a canary of 8 bytes or more: " + line.substr(0, last));
    out.push_back({line.substr(0, first), line.substr(first + 1, last - first - 1), *bytes});
  }
  return out;
}

Searcher::Searcher(const std::vector<Canary>& canaries) {
  for (std::size_t i = 0; i < canaries.size(); ++i) {
    CHECK(canaries[i].bytes.size() >= kCanaryBytesMin);
    for (const BytesView piece : pieces_of(canaries[i].bytes)) {
      std::set<Bytes> seen;  // forms that look alike are looked for once, under the first one's name
      for (const Form form : all_forms()) {
        Bytes pattern = written_as(form, piece);
        if (seen.insert(pattern).second) add(std::move(pattern), i, form);
      }
    }
  }
}

void Searcher::add(Bytes pattern, std::size_t canary, Form form) {
  const std::uint32_t four = first_four(pattern.data());
  const std::uint32_t slot = slot_of(four);
  table_[slot / 64] |= 1ull << (slot % 64);
  by_prefix_[four].push_back(patterns_.size());
  patterns_.push_back({std::move(pattern), canary, form});
}

void Searcher::search(BytesView bytes, const std::function<void(const Found&)>& visit) const {
  if (bytes.size() < kCanaryBytesMin) return;
  const std::size_t last = bytes.size() - 4;
  const std::uint64_t* table = table_.data();
  for (std::size_t i = 0; i <= last; ++i) {
    const std::uint32_t four = first_four(bytes.data() + i);
    const std::uint32_t slot = slot_of(four);
    if ((table[slot / 64] >> (slot % 64) & 1) == 0) [[likely]]
      continue;
    const auto candidates = by_prefix_.find(four);
    if (candidates == by_prefix_.end()) continue;
    for (const std::size_t index : candidates->second) {
      const Pattern& pattern = patterns_[index];
      if (pattern.bytes.size() <= bytes.size() - i &&
          std::memcmp(bytes.data() + i, pattern.bytes.data(), pattern.bytes.size()) == 0)
        visit({pattern.canary, pattern.form, i});
    }
  }
}

}  // namespace strongroom::breach
