/// The first pass over a backup: its rows into a throw-away database, its payloads by where they lie, its account.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <unordered_map>

#include "capture/database/database.h"
#include "capture/signal_v1/sealed_frames.h"
#include "capture/tally.h"

namespace strongroom::capture::signal_v1 {

/// A file inside the backup.
struct Payload {
  Place place;
  std::string what;  ///< "attachment", "sticker", "avatar"
  std::string name;  ///< "attachment 17", for people
  bool sound = false;  ///< its MAC fits
  Hash256 sha256{};
  std::uint64_t size = 0;
};

/// What the rows are of. Tables that become records or say who and where; every other is only counted.
bool is_read(std::string_view table);
/// Of those, the ones whose rows are records of their own.
bool is_record(std::string_view table);

class Replay {
 public:
  /// Fails only if the sink does; everything that cannot be used was refused.
  static Result<Replay> run(const std::string& file, BytesView bytes, SealedFrames& frames, Tally& tally);

  const database::Database& rows() const { return *database_; }
  const std::map<std::string, std::vector<std::string>>& tables() const { return columns_; }
  bool has(std::string_view table, std::string_view column) const;
  /// Where the row's INSERT lies; nullptr if it had no number in its first column.
  const Place* place_of(std::string_view table, std::int64_t first_column) const;
  const std::vector<Payload>& payloads() const { return payloads_; }
  /// The payload of an attachment row; nullptr if the backup has none.
  const Payload* attachment(std::int64_t row, std::int64_t unique) const;
  /// Rows and frames that were only counted, by their table or kind.
  const std::map<std::string, std::uint64_t>& counted() const { return counted_; }
  std::uint32_t database_version() const { return version_; }
  const std::string& own_aci() const { return own_aci_; }
  const std::string& own_number() const { return own_number_; }

 private:
  struct Run;
  std::optional<database::Database> database_;
  std::map<std::string, std::vector<std::string>> columns_;
  std::map<std::string, std::unordered_map<std::int64_t, Place>, std::less<>> places_;
  std::vector<Payload> payloads_;
  std::map<std::pair<std::int64_t, std::int64_t>, std::size_t> attachments_;
  std::map<std::string, std::uint64_t> counted_;
  std::uint32_t version_ = 0;
  std::string own_aci_, own_number_;
};

}  // namespace strongroom::capture::signal_v1
