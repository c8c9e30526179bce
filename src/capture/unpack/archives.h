/// Archives in the material: looked into where they hold something a connector reads, and left alone as the files they
/// are (a spreadsheet is a .zip too) where they do not. Nothing is written anywhere; names are only names.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "capture/tally.h"
#include "capture/unpack/zip_archive.h"

namespace strongroom::capture {

class Archives {
 public:
  /// Says whether a connector reads this file.
  using Claims = std::function<bool(const InputFile&)>;
  Archives(const Limits& limits, Claims claims) : limits_(limits), claims_(std::move(claims)) {}

  /// The files, with every archive that holds something claimed replaced by its members ("export.zip/inner/name"):
  /// what is claimed is unpacked and stays in memory as long as this object, the rest is unpacked when asked for.
  /// An archive that a claimed text beside or above it names is somebody's attachment and stays whole. An archive in an
  /// archive is looked into where the outer one holds nothing that is claimed, once.
  std::vector<InputFile> walk(const std::vector<InputFile>& files);
  /// Archives of which something could not be unpacked, to be kept whole with the reason. Valid as long as this object.
  const std::vector<Refusal>& refused() const { return refused_; }

 private:
  /// What the members of one archive, and of the archives in it, may still come to.
  struct Allowance {
    std::uint64_t bytes = 0, members = 0;
  };
  struct Member;
  struct Look;
  enum class Nested { may_be_looked_into, stays_whole };
  void look_at(Look& look, std::size_t index, const std::string& archive);
  bool look_into(const InputFile& file, Nested nested, Allowance& allowance, std::vector<InputFile>& out);
  bool is_attachment(const InputFile& archive, const std::vector<InputFile>& loose);

  const Limits& limits_;
  Claims claims_;
  std::uint64_t kept_bytes_ = 0;
  std::vector<std::unique_ptr<Allowance>> allowances_;
  std::vector<std::unique_ptr<ZipArchive>> open_;
  std::vector<std::unique_ptr<Bytes>> kept_;
  std::vector<std::unique_ptr<Packed>> packed_;
  std::vector<Refusal> refused_;
};

}  // namespace strongroom::capture
