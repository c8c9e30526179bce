/// The evidence package: names of its files and its manifest. Format page: docs/formats/package.md.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"

namespace strongroom::verify {

inline constexpr std::string_view kManifestName = "manifest.json";
inline constexpr std::size_t kManifestBytesMax = 256u << 20;
inline constexpr std::size_t kPackageFilesMax = 1u << 21;

/// Where a record stands: its batch's leaf in the capture ledger, and its number in the batch.
struct RecordPlace {
  std::uint64_t leaf = 0, index = 0;
  auto operator<=>(const RecordPlace&) const = default;
};
std::string header_file(const Hash256& header);         ///< "headers/<sha256>"
std::string body_file(const Hash256& body);             ///< "bodies/<sha256>"
std::string proof_file(std::uint64_t leaf);             ///< "proofs/<leaf, 20 digits>.tlog-proof"
std::string franking_file(const RecordPlace& at);  ///< "franking/<leaf, 20 digits>-<index, 10 digits>.cbor"
std::string original_file(const Hash256& content);  ///< "originals/<sha256>"
/// Nothing if `path` is not one that proof_file (franking_file) makes.
std::optional<std::uint64_t> leaf_of_proof_file(std::string_view path);
std::optional<RecordPlace> place_of_franking_file(std::string_view path);

struct PackageFile {
  std::string path;
  std::uint64_t bytes = 0;
  Hash256 sha256{};
  bool operator==(const PackageFile&) const = default;
};
struct Manifest {
  Hash256 archive{}, commitment{};
  std::string generated_by;
  std::uint64_t made_s = 0;
  std::uint64_t devices = 0, entries = 0, records = 0;
  std::vector<std::string> missing;  ///< sentences
  std::vector<PackageFile> files;  ///< every file but the manifest, ascending
  bool operator==(const Manifest&) const = default;
};
/// One way to write each manifest: JSON with its members in a fixed order, one file a line.
std::string format_manifest(const Manifest& manifest);
/// `malformed` for anything that format_manifest would not write; paths are of the package and cannot leave it.
Result<Manifest> parse_manifest(std::string_view text);

/// One item of the register as a replica keeps it: u32 length ‖ leaf ‖ u32 length ‖ object.
struct RegisterItem {
  BytesView leaf, object;
};
/// The items, borrowed from `log`; `malformed` if it does not end with a whole one.
Result<std::vector<RegisterItem>> parse_register_log(BytesView log);

}  // namespace strongroom::verify
