#include "capture/unpack/archives.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/utf8.h"
#include "capture/beside.h"

namespace strongroom::capture {
namespace {

using namespace std::string_view_literals;

/// Unpacked text is kept in memory; the worker has 3 GiB of it.
constexpr std::uint64_t kKeptBytesMax = 2ull << 30;
/// One member stands in memory whole, and as it grows for a moment twice.
constexpr std::uint64_t kMemberBytesMax = 1ull << 30;

/// Pictures, sound, film and paper begin with these and hold no messages: they need not be unpacked to be looked at.
bool is_media(BytesView first) {
  static constexpr std::array kBeginnings{
      "\xFF\xD8\xFF"sv, "\x89PNG\r\n"sv, "GIF8"sv, "RIFF"sv,  "OggS"sv,
      "ID3"sv,          "%PDF-"sv,       "fLaC"sv, "#!AMR"sv, "\x1A\x45\xDF\xA3"sv};
  const std::string_view text = text_of(first);
  return std::ranges::any_of(kBeginnings, [&](std::string_view b) { return text.starts_with(b); }) ||
         (text.size() >= 12 && text.substr(4, 4) == "ftyp");
}

std::string_view directory_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash + 1);
}

}  // namespace

struct Archives::Member final : Packed {
  Member(ZipArchive* of, std::size_t number, Allowance* archives_own, std::optional<std::uint64_t> bytes)
      : zip(of), index(number), allowance(archives_own), counted(bytes) {}
  std::uint64_t size() const override { return zip->members()[index].stated_bytes; }
  Result<Bytes> unpack() const override {
    const std::uint64_t most = counted.value_or(std::min(allowance->bytes, kMemberBytesMax));
    auto bytes = TRY(zip->take(index, most, [](BytesView) { return true; }));
    if (!counted) allowance->bytes -= bytes->size();
    counted = bytes->size();
    return std::move(*bytes);
  }
  BytesView raw() const override { return zip->members()[index].raw; }
  ZipArchive* zip;
  std::size_t index;
  Allowance* allowance;
  mutable std::optional<std::uint64_t> counted;  ///< its bytes, once they are off the allowance
};

bool Archives::is_attachment(const InputFile& archive, const std::vector<InputFile>& loose) {
  const std::string_view name = std::string_view(archive.path).substr(archive.path.rfind('/') + 1);
  return std::ranges::any_of(loose, [&](const InputFile& text) {
    return !ZipArchive::is_zip(text.bytes) && archive.path.starts_with(directory_of(text.path)) &&
           text_of(text.bytes).find(name) != std::string_view::npos && claims_(text);
  });
}

/// What one archive was found to hold.
struct Archives::Look {
  Look(ZipArchive archive, Allowance& left)
      : zip(std::make_unique<ZipArchive>(std::move(archive))), allowance(left) {}
  std::unique_ptr<ZipArchive> zip;
  Allowance& allowance;
  std::vector<InputFile> members, archives;
  std::vector<std::unique_ptr<Packed>> packed;
  std::vector<std::unique_ptr<Bytes>> kept;
  std::size_t damaged = 0;
  std::string damage;  ///< of the first member that cannot be unpacked
  bool claimed = false;
};

/// One member: kept if it is claimed or an archive itself, left packed otherwise.
void Archives::look_at(Look& look, std::size_t index, const std::string& archive) {
  InputFile member{archive + "/" + utf8::repaired(look.zip->members()[index].name), {}};
  const std::uint64_t left = kKeptBytesMax - std::min(kept_bytes_, kKeptBytesMax);
  auto bytes = look.zip->take(index, std::min({left, look.allowance.bytes, kMemberBytesMax}),
                              [](BytesView first) { return !is_media(first); });
  if (!bytes) {
    if (look.damaged++ == 0) look.damage = member.path + ": " + bytes.error().what;
    return;
  }
  std::optional<std::uint64_t> counted;
  if (bytes->has_value()) {
    counted = (*bytes)->size();
    look.allowance.bytes -= *counted;
    member.bytes = **bytes;
    const bool is_claimed = claims_(member);
    if (is_claimed || ZipArchive::is_zip(member.bytes)) {
      look.kept.push_back(std::make_unique<Bytes>(std::move(**bytes)));
      member.bytes = *look.kept.back();
      kept_bytes_ += member.bytes.size();
      look.claimed = look.claimed || is_claimed;
      (is_claimed ? look.members : look.archives).push_back(member);
      if (is_claimed) return;
    }
    member.bytes = {};
  }
  look.packed.push_back(std::make_unique<Member>(look.zip.get(), index, &look.allowance, counted));
  member.packed = look.packed.back().get();
  look.members.push_back(std::move(member));
}

/// False, and nothing in `out`, if the archive stays a file.
bool Archives::look_into(const InputFile& file, Nested nested, Allowance& allowance,
                         std::vector<InputFile>& out) {
  Limits limits = limits_;
  limits.files_max = allowance.members;
  auto opened = ZipArchive::open(file.bytes, limits);
  if (!opened) return false;
  Look look(std::move(*opened), allowance);
  allowance.members -= look.zip->members().size();
  for (std::size_t i = 0; i < look.zip->members().size(); ++i) look_at(look, i, file.path);
  bool found = look.claimed;
  for (const InputFile& archive : look.archives) {
    if (look.claimed || nested == Nested::stays_whole) break;
    if (!look_into(archive, Nested::stays_whole, allowance, look.members)) continue;
    found = true;
    std::erase_if(look.members, [&](const InputFile& m) { return m.path == archive.path; });
  }
  if (look.damaged > 0)
    refused_.push_back({file.path, 0, file.bytes, "archive-damaged",
                        fmt::format("{} of {} members cannot be unpacked; the first is {}", look.damaged,
                                    look.zip->members().size(), look.damage)});
  if (found) {
    std::ranges::move(look.members, std::back_inserter(out));
    std::ranges::move(look.packed, std::back_inserter(packed_));
    std::ranges::move(look.kept, std::back_inserter(kept_));
    open_.push_back(std::move(look.zip));
  } else {
    for (const auto& bytes : look.kept) kept_bytes_ -= bytes->size();
  }
  return found || look.damaged > 0;
}

std::vector<InputFile> Archives::walk(const std::vector<InputFile>& files) {
  std::vector<InputFile> out;
  for (const InputFile& file : files) {
    if (!ZipArchive::is_zip(file.bytes) || is_attachment(file, files)) {
      out.push_back(file);
      continue;
    }
    allowances_.push_back(
        std::make_unique<Allowance>(Allowance{limits_.unpacked_bytes_max, limits_.files_max}));
    if (!look_into(file, Nested::may_be_looked_into, *allowances_.back(), out)) out.push_back(file);
  }
  return out;
}

}  // namespace strongroom::capture
