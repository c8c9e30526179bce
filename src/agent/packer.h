/// From records to sealed entries: duplicates left out, folders opened by class and month, batches filled, the spool
/// synced (protocol §3.1, §3.5, §3.7, §3.10).
#pragma once

#include <map>

#include "agent/shortages.h"
#include "agent/spool.h"
#include "platform/clock.h"
#include "platform/entropy.h"
#include "record/record.h"
#include "replica/replica.h"
#include "roster/register_objects.h"
#include "seal/seal.h"

namespace strongroom::agent {

/// Content larger than this travels as chunk records of exactly this size, the last one shorter (§3.6, §3.7).
inline constexpr std::size_t kChunkBytes = 512 * 1024;

/// One record split so that every piece fits a batch: the record itself, or chunk records of its bytes and then the
/// record that names them by SHA-256. Chunk records carry `extra` "chunk", "chunks" and "last".
std::vector<record::Record> with_content(record::Record described, BytesView content);

/// How the packer recognises a record or a chunk it has sealed before.
Hash256 packed_identity(const record::Record& record);

/// What became of the records of one source.
struct SourceCounts {
  std::uint64_t stored = 0, duplicate = 0, refused = 0;
};

struct PackCounts {
  std::uint64_t stored = 0;  ///< records newly sealed, unparsed originals left out
  std::uint64_t duplicate = 0;  ///< known already, unparsed originals left out
  std::uint64_t refused = 0;  ///< unparsed originals (sealed as such, or known already)
  std::map<std::string, SourceCounts, std::less<>> by_source;  ///< the three above, divided
  std::uint64_t chunks = 0;  ///< chunk records sealed besides
  std::uint64_t folders = 0, batches = 0;
  std::vector<std::string> alarms;  ///< lot keys missing (§2.5); complete after `finish`
};

/// What of a record is too long for one batch is cut, and the doubt "cut-to-fit" says so: its original carries all. One
/// that cannot be cut (thousands of attachments, a name of a megabyte) becomes an unparsed original,
/// "parsed-form-too-large".
void cut_to_fit(record::Record& record);

/// One import's sealing. The spool is synced by `finish` and by `pause`.
class Packer {
 public:
  Packer(Spool& spool, seal::Chain& chain, const replica::Replica& replica,
         const roster::Enrolment& enrolment, std::uint32_t retention_class, platform::Entropy& entropy,
         platform::Clock& clock);

  /// Takes one record (`cut_to_fit` was there before); seals a batch when one is full.
  Result<void> add(record::Record&& record);
  /// Takes an attachment's content (or the bytes of an original too large for one record).
  Result<void> add_content(record::Record&& described, BytesView content);
  /// Seals what is pending, closes every folder, syncs the spool.
  Result<void> finish();
  /// Seals what is pending and syncs, folders stay open.
  Result<void> pause();

  const PackCounts& counts() const { return counts_; }

 private:
  struct Pending {
    seal::Folder folder;
    std::vector<Bytes> records;
    std::vector<Hash256> identities;
    std::size_t bytes = 0;
  };
  Result<Pending*> folder_for(const record::Record& record);
  Result<void> open_folder(std::uint32_t month);
  enum class Counted { as_record, as_chunk };
  Result<void> seal_one(record::Record&& record, Counted counted);
  Result<void> flush(Pending& pending);
  std::uint32_t today() { return static_cast<std::uint32_t>(clock_.now_ms() / 86'400'000); }

  Spool& spool_;
  seal::Chain& chain_;
  const replica::Replica& replica_;
  const roster::Enrolment& enrolment_;
  std::uint32_t class_;
  platform::Entropy& entropy_;
  platform::Clock& clock_;
  Result<void> flush_all();

  std::map<std::uint32_t, Pending> folders_;  ///< by month
  std::unordered_set<Hash256, DigestHash> pending_identities_;
  std::size_t pending_bytes_ = 0;
  PackCounts counts_;
  Shortages shortages_;
};

/// Closes folders that an interruption left open (their keys are public: nothing was lost).
Result<void> close_left_open(Spool& spool, seal::Chain& chain);

}  // namespace strongroom::agent
