/// Searches what the thief has taken: files, trees of files, SQLite databases row by row, images of memory. Test code only.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "searcher.h"
#include "streams.h"

namespace strongroom::breach {

/// Kinds of place, as the report names them. A tree yields several.
inline constexpr std::string_view kMemory = "memory", kEnvironment = "environment",
                                  kCommandLine = "command line", kFiles = "files", kFileNames = "file names",
                                  kSqliteFiles = "SQLite files", kSqliteRows = "SQLite rows",
                                  kSqliteJournals = "SQLite journals", kLogs = "logs", kTraffic = "traffic";

/// One thing to be searched. An image of memory has its list of mappings beside it: `path`.maps.
struct Place {
  std::string kind;  ///< memory, environment, command line, files, logs, traffic
  std::string label;  ///< when and whose: "during an import: strongroomd"
  std::string path;  ///< a file, or a directory to be searched whole
};
/// Lines of `kind TAB label TAB path`.
std::vector<Place> read_places(const std::string& path);

struct Searched {
  std::uint64_t pieces = 0, bytes = 0, streams = 0, stream_bytes = 0;
};
struct Finding {
  std::string kind, label, where, form;  ///< form: "raw", or "zstd/gzip/raw" inside streams
  std::size_t canary = 0;
  std::uint64_t count = 1;
};

class Thief {
 public:
  explicit Thief(const std::vector<Canary>& canaries) : canaries_(canaries), searcher_(canaries) {}
  /// Throws std::runtime_error if something cannot be read: what was not searched must not look clean.
  void search(const Place& place);

  /// By (kind, label).
  const std::map<std::pair<std::string, std::string>, Searched>& searched() const { return searched_; }
  std::vector<Finding> findings() const;
  const std::vector<Canary>& canaries() const { return canaries_; }
  std::size_t patterns() const { return searcher_.patterns(); }

 private:
  struct Spot {
    std::string_view kind;
    const std::string& label;
    std::string where;
    const std::vector<std::pair<std::uint64_t, std::string>>* mappings = nullptr;
  };
  static constexpr std::size_t kDepthMax = 3;  ///< streams inside streams
  void search_file(const Place& place, std::string_view kind, const std::string& path,
                   const std::string& shown);
  void search_rows(const Place& place, const std::string& path, const std::string& shown);
  void search_bytes(BytesView bytes, const Spot& spot);
  void look(BytesView bytes, const Spot& spot, const std::string& inside, std::size_t depth,
            std::size_t base);

  const std::vector<Canary>& canaries_;
  Searcher searcher_;
  Streams streams_[kDepthMax];
  std::map<std::pair<std::string, std::string>, Searched> searched_;
  std::map<std::tuple<std::string, std::string, std::size_t, std::string>, Finding> findings_;
};

}  // namespace strongroom::breach
