#include "thief.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <stdexcept>

namespace strongroom::breach {
namespace {

namespace fs = std::filesystem;

/// A file's bytes, mapped.
class Mapped {
 public:
  explicit Mapped(const std::string& path) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    struct stat about{};
    if (file < 0 || ::fstat(file, &about) != 0) throw std::runtime_error("cannot read " + path);
    size_ = static_cast<std::size_t>(about.st_size);
    if (size_ > 0) data_ = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, file, 0);
    ::close(file);
    if (size_ > 0 && data_ == MAP_FAILED) throw std::runtime_error("cannot map " + path);
  }
  ~Mapped() {
    if (size_ > 0) ::munmap(data_, size_);
  }
  Mapped(const Mapped&) = delete;
  Mapped& operator=(const Mapped&) = delete;
  BytesView bytes() const { return {static_cast<const std::byte*>(data_), size_}; }

 private:
  void* data_ = nullptr;
  std::size_t size_ = 0;
};

std::vector<std::pair<std::uint64_t, std::string>> read_mappings(const std::string& path) {
  std::vector<std::pair<std::uint64_t, std::string>> out;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::uint64_t offset = 0;
    std::string rest;
    if (words >> offset && std::getline(words, rest)) out.emplace_back(offset, rest.substr(1));
  }
  return out;
}

bool ends_with_any(const std::string& name, std::initializer_list<std::string_view> ends) {
  for (const std::string_view end : ends)
    if (name.ends_with(end)) return true;
  return false;
}

struct CloseDatabase {
  void operator()(sqlite3* database) const { sqlite3_close(database); }
};
struct EndStatement {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Statement = std::unique_ptr<sqlite3_stmt, EndStatement>;

Statement prepared(sqlite3* database, const std::string& sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(database, sql.c_str(), -1, &statement, nullptr) != SQLITE_OK)
    throw std::runtime_error(fmt::format("SQLite: {}", sqlite3_errmsg(database)));
  return Statement(statement);
}

}  // namespace

std::vector<Place> read_places(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path);
  std::vector<Place> out;
  for (std::string line; std::getline(file, line);) {
    const std::size_t first = line.find('\t'), last = line.rfind('\t');
    if (first >= last) throw std::runtime_error(path + ": a place is kind, label and path");
    out.push_back({line.substr(0, first), line.substr(first + 1, last - first - 1), line.substr(last + 1)});
  }
  return out;
}

void Thief::search(const Place& place) {
  if (!fs::is_directory(place.path)) {
    search_file(place, place.kind, place.path, fs::path(place.path).filename().string());
    return;
  }
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(place.path)) {
    const std::string shown = fs::relative(entry.path(), place.path).string();
    search_bytes(bytes_of(shown), {kFileNames, place.label, shown});
    if (entry.is_symlink()) {
      const std::string target = fs::read_symlink(entry.path()).string();
      search_bytes(bytes_of(target), {kFileNames, place.label, shown + " -> "});
    } else if (entry.is_regular_file()) {
      const bool journal = ends_with_any(shown, {"-wal", "-journal", "-shm"});
      search_file(place, journal ? kSqliteJournals : place.kind, entry.path().string(), shown);
    }
  }
}

void Thief::search_file(const Place& place, std::string_view kind, const std::string& path,
                        const std::string& shown) {
  const Mapped file(path);
  const bool database = text_of(file.bytes()).starts_with(std::string_view("SQLite format 3\0", 16));
  const auto mappings = read_mappings(path + ".maps");
  search_bytes(file.bytes(),
               {database ? kSqliteFiles : kind, place.label, shown, mappings.empty() ? nullptr : &mappings});
  if (database) search_rows(place, path, shown);
}

/// A value that lies on several pages is whole only here. Works on a copy: SQLite would write to what was taken.
void Thief::search_rows(const Place& place, const std::string& path, const std::string& shown) {
  const fs::path copy = fs::path(path + ".copy");
  fs::create_directory(copy);
  for (const std::string_view end : {"", "-wal", "-journal"}) {
    const std::string from = path + std::string(end);
    if (fs::exists(from)) fs::copy_file(from, copy / ("db" + std::string(end)));
  }
  {
    sqlite3* opened = nullptr;
    const int status = sqlite3_open_v2((copy / "db").c_str(), &opened, SQLITE_OPEN_READWRITE, nullptr);
    const std::unique_ptr<sqlite3, CloseDatabase> database(opened);
    if (status != SQLITE_OK) throw std::runtime_error("SQLite cannot open " + path);
    const Statement tables = prepared(opened, "SELECT name FROM sqlite_master WHERE type = 'table'");
    while (sqlite3_step(tables.get()) == SQLITE_ROW) {
      const std::string table = reinterpret_cast<const char*>(sqlite3_column_text(tables.get(), 0));
      const Statement rows = prepared(opened, fmt::format("SELECT * FROM \"{}\"", table));
      while (sqlite3_step(rows.get()) == SQLITE_ROW) {
        for (int column = 0; column < sqlite3_column_count(rows.get()); ++column) {
          const auto* data = static_cast<const std::byte*>(sqlite3_column_blob(rows.get(), column));
          const auto size = static_cast<std::size_t>(sqlite3_column_bytes(rows.get(), column));
          search_bytes({data, size}, {kSqliteRows, place.label, fmt::format("{}, table {}", shown, table)});
        }
      }
    }
  }
  fs::remove_all(copy);
}

void Thief::search_bytes(BytesView bytes, const Spot& spot) {
  Searched& searched = searched_[{std::string(spot.kind), spot.label}];
  ++searched.pieces;
  searched.bytes += bytes.size();
  look(bytes, spot, "", 0, 0);
}

void Thief::look(BytesView bytes, const Spot& spot, const std::string& inside, std::size_t depth,
                 std::size_t base) {
  searcher_.search(bytes, [&](const Searcher::Found& found) {
    const std::string form = inside + std::string(name_of(found.form));
    const std::uint64_t offset = depth == 0 ? found.offset : base;
    std::string where = fmt::format("{}, byte {}", spot.where, offset);
    if (spot.mappings != nullptr) {
      for (const auto& [start, name] : *spot.mappings)
        if (start <= offset) where = name;
    }
    const auto key = std::tuple(std::string(spot.kind), spot.label, found.canary, form);
    const auto [at, fresh] =
        findings_.try_emplace(key, Finding{std::string(spot.kind), spot.label, where, form, found.canary});
    if (!fresh) ++at->second.count;
  });
  if (depth == kDepthMax) return;
  streams_[depth].find(bytes, [&](const Streams::Stream& stream) {
    Searched& searched = searched_[{std::string(spot.kind), spot.label}];
    ++searched.streams;
    searched.stream_bytes += stream.content.size();
    look(stream.content, spot, inside + std::string(stream.packing) + "/", depth + 1,
         depth == 0 ? stream.offset : base);
  });
}

std::vector<Finding> Thief::findings() const {
  std::vector<Finding> out;
  for (const auto& [key, finding] : findings_) out.push_back(finding);
  return out;
}

}  // namespace strongroom::breach
