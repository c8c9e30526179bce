/// The records of a package: each with its franking proof, and the readable files beside them. Private to src/verify.
#pragma once

#include <map>
#include <set>

#include "envelope/header.h"
#include "verify/message_proof.h"
#include "verify/package_files.h"

namespace strongroom::verify {

class RecordFiles {
 public:
  /// `batches`: signed headers of granted folders' batches that are in the ledger, by leaf.
  RecordFiles(const PackageFiles& files, const std::map<std::uint64_t, envelope::SignedHeader>& batches,
              Report& report)
      : files_(files), batches_(batches), report_(report) {}

  /// Verifies every franking proof, compares records.jsonl line by line, and every original with the records.
  void check();
  std::uint64_t count() const { return count_; }
  /// How many records of the batch at this leaf are proved.
  std::uint64_t count_of(std::uint64_t leaf) const;

 private:
  Result<record::Record> prove(const std::string& path);
  void compare_line(std::string_view& rest, const record::Record& record, const std::string& path);
  void note_original(const record::Original& original);
  void check_originals();

  const PackageFiles& files_;
  const std::map<std::uint64_t, envelope::SignedHeader>& batches_;
  Report& report_;
  std::uint64_t count_ = 0;
  std::map<std::uint64_t, std::uint64_t> counts_;
  std::set<Hash256> whole_, chunked_;  ///< contents that records hold, or hold a chunk of
};

}  // namespace strongroom::verify
