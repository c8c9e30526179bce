// Reading other applications' material: the whole of it - the caged worker, its pipe and the records as they arrive -
// against the underlying library alone on the same file in this process, and mail against the indexers that scan it.
#include <expat.h>
#include <fcntl.h>
#include <gmime/gmime.h>
#include <spawn.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <boost/json.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "agent/parse_process.h"
#include "comparison.h"
#include "figures.h"
#include "machine.h"
#include "must.h"
#include "parsing_material.h"

namespace strongroom::bench {
namespace {

/// The worker may use no more than this of its own, whatever the size of the file.
constexpr std::uint64_t kMemoryBytes = 256u << 20;
constexpr std::size_t kPieceBytes = 1u << 20;

std::size_t scaled(std::size_t count) {
  const char* times = std::getenv("STRONGROOM_BENCH_SCALE");
  return count * (times == nullptr ? 1 : std::max(1ul, std::strtoul(times, nullptr, 10)));
}

class Counting final : public capture::Sink {
 public:
  Result<void> record(record::Record&&) override { return {}; }
  Result<void> content(record::Record&&, BytesView) override { return {}; }
};

void parse_with_ours(const std::string& path, std::uint64_t expected) {
  agent::ParseJob job;
  job.worker_program = program_directory() + "/strongroom-parse";
  job.bounds.memory_bytes_max = kMemoryBytes;
  Counting sink;
  const capture::Outcome outcome = agent::total_of(must(agent::parse_paths({path}, job, sink)));
  if (outcome.refused != 0 || outcome.parsed < expected || outcome.found != outcome.parsed)
    give_up({ErrorCode::conflict,
             fmt::format("{}: {} parsed, {} refused, {} expected", outcome.source, outcome.parsed,
                         outcome.refused, expected),
             path,
             {}});
}

template <class Take>
void for_each_piece(const std::string& path, Take take) {
  std::ifstream in(path, std::ios::binary);
  std::string piece(kPieceBytes, '\0');
  while (in.read(piece.data(), static_cast<std::streamsize>(piece.size())) || in.gcount() > 0)
    take(std::string_view(piece).substr(0, static_cast<std::size_t>(in.gcount())));
}

/// Every line, or the whole document, into Boost.JSON's tree.
void boost_json_lines(const std::string& path) {
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) benchmark::DoNotOptimize(boost::json::parse(line));
}
void boost_json_document(const std::string& path) {
  boost::json::stream_parser parser;
  for_each_piece(path, [&](std::string_view piece) { parser.write(piece.data(), piece.size()); });
  parser.finish();
  benchmark::DoNotOptimize(parser.release());
}

/// Events counted, nothing kept. The surrogate references of these files are no well-formed XML: they are made spaces.
void expat_document(const std::string& path) {
  const std::unique_ptr<XML_ParserStruct, decltype(&XML_ParserFree)> parser(XML_ParserCreate("UTF-8"),
                                                                            XML_ParserFree);
  std::uint64_t elements = 0;
  XML_SetUserData(parser.get(), &elements);
  XML_SetElementHandler(
      parser.get(), [](void* count, const char*, const char**) { ++*static_cast<std::uint64_t*>(count); },
      [](void*, const char*) {});
  std::string text;
  for_each_piece(path, [&](std::string_view piece) { text += piece; });
  for (std::size_t at = text.find("&#55357;&#56832;"); at != std::string::npos;
       at = text.find("&#55357;&#56832;", at))
    text.replace(at, 16, 16, ' ');
  if (XML_Parse(parser.get(), text.data(), static_cast<int>(text.size()), 1) != XML_STATUS_OK)
    give_up({ErrorCode::malformed, "expat refuses the benchmark's material", path, {}});
  benchmark::DoNotOptimize(elements);
}

/// Every message constructed and thrown away.
void gmime_mbox(const std::string& path) {
  static const bool ready = (g_mime_init(), true);
  benchmark::DoNotOptimize(ready);
  GMimeStream* stream = g_mime_stream_fs_open(path.c_str(), 0, 0, nullptr);
  GMimeParser* parser = g_mime_parser_new_with_stream(stream);
  g_mime_parser_set_format(parser, GMIME_FORMAT_MBOX);
  while (g_mime_parser_eos(parser) == 0) {
    GMimeMessage* message = g_mime_parser_construct_message(parser, nullptr);
    if (message == nullptr) break;
    benchmark::DoNotOptimize(g_mime_message_get_subject(message));
    g_object_unref(message);
  }
  g_object_unref(parser);
  g_object_unref(stream);
}

/// Every column of every message.
void sqlite_rows(const std::string& path) {
  sqlite3* database = nullptr;
  sqlite3_stmt* rows = nullptr;
  if (sqlite3_open_v2(path.c_str(), &database, SQLITE_OPEN_READONLY, nullptr) != SQLITE_OK ||
      sqlite3_prepare_v2(database, "SELECT * FROM message ORDER BY date", -1, &rows, nullptr) != SQLITE_OK)
    give_up({ErrorCode::io, "the benchmark's database cannot be read", path, {}});
  while (sqlite3_step(rows) == SQLITE_ROW) {
    for (int i = 0; i < sqlite3_column_count(rows); ++i)
      benchmark::DoNotOptimize(sqlite3_column_bytes(rows, i));
  }
  sqlite3_finalize(rows);
  sqlite3_close(database);
}

/// Where a program is found, or nothing.
std::string found_in_path(const std::string& program) {
  const char* path = std::getenv("PATH");
  std::istringstream directories(path == nullptr ? "" : path);
  for (std::string directory; std::getline(directories, directory, ':');) {
    if (std::filesystem::exists(directory + "/" + program)) return directory + "/" + program;
  }
  return {};
}

/// Somebody else's program, without a shell and with its output nowhere; the benchmark ends if it fails.
void run(std::vector<std::string> words, std::vector<std::string> environment) {
  const std::string program = found_in_path(words.front());
  std::vector<char*> arguments, variables;
  for (std::string& word : words) arguments.push_back(word.data());
  for (std::string& variable : environment) variables.push_back(variable.data());
  arguments.push_back(nullptr);
  variables.push_back(nullptr);
  posix_spawn_file_actions_t nowhere;
  posix_spawn_file_actions_init(&nowhere);
  for (const int stream : {STDOUT_FILENO, STDERR_FILENO})
    posix_spawn_file_actions_addopen(&nowhere, stream, "/dev/null", O_WRONLY, 0);
  pid_t child = 0;
  int status = posix_spawn(&child, program.c_str(), &nowhere, nullptr, arguments.data(), variables.data());
  posix_spawn_file_actions_destroy(&nowhere);
  if (status != 0 || waitpid(child, &status, 0) != child || status != 0)
    give_up({ErrorCode::unavailable, "another program failed", program, {}});
}

using Write = std::uint64_t (*)(const std::string&, std::size_t);
using Alone = void (*)(const std::string&);

struct Figure {
  const char* name;
  const char* library;
  std::size_t messages;
  Write write;
  Alone alone;
};

void register_figure(const Figure& figure) {
  register_comparison({std::string("parse/") + figure.name,
                       std::string("bytes/s, wall, the whole worker; limit: ") + figure.library,
                       Clock::wall,
                       {.ratio_least = 0.25}},
                      [figure] {
                        const auto place =
                            std::make_shared<ScratchDirectory>(std::string("parsing-") + figure.name);
                        const std::string path = place->path() + "/material";
                        const std::size_t messages = scaled(figure.messages);
                        const std::uint64_t bytes = figure.write(path, messages);
                        return Pair{[=] { parse_with_ours(place->path(), messages); },
                                    [=] { figure.alone(path); }, static_cast<double>(bytes)};
                      });
}

/// A maildir read by us, and scanned by an indexer into an empty index.
void register_indexer(const std::string& name, const char* package,
                      std::function<void(const std::string& place)> scan) {
  if (found_in_path(name).empty()) {
    fmt::print(stderr, "parse/maildir-{} is left out: to measure it, install the package {}\n", name,
               package);
    return;
  }
  constexpr std::size_t kMails = 10'000;
  register_comparison({"parse/maildir-" + name,
                       "mails/s, wall, nothing sealed or indexed; rival: " + name + ", which indexes",
                       Clock::wall,
                       {.ratio_least = 1}},
                      [name, scan = std::move(scan)] {
                        const auto place = std::make_shared<ScratchDirectory>(std::string("maildir-") + name);
                        write_maildir(place->path() + "/mail", kMails);
                        return Pair{[=] { parse_with_ours(place->path() + "/mail", kMails); },
                                    [=] { scan(place->path()); }, static_cast<double>(kMails)};
                      });
}

void mu_index(const std::string& place) {
  std::filesystem::remove_all(place + "/index");
  run({"mu", "init", "--muhome=" + place + "/index", "--maildir=" + place + "/mail"}, {"HOME=" + place});
  run({"mu", "index", "--muhome=" + place + "/index"}, {"HOME=" + place});
}

void notmuch_new(const std::string& place) {
  std::filesystem::remove_all(place + "/mail/.notmuch");
  std::ofstream(place + "/config") << "[database]\npath=" << place
                                   << "/mail\n[user]\nname=b\nprimary_email=b@example.org\n";
  run({"notmuch", "new"}, {"HOME=" + place, "NOTMUCH_CONFIG=" + place + "/config"});
  std::filesystem::remove_all(place + "/mail/.notmuch");
}

}  // namespace

void register_parsing() {
  constexpr std::array kFigures{
      Figure{"jsonl", "Boost.JSON, a tree a line", 200'000, write_json_lines, boost_json_lines},
      Figure{"signal", "protobuf, a tree a frame", 200'000, write_signal, protobuf_frames},
      Figure{"signal-cli", "Boost.JSON, a tree a line", 150'000, write_signal_cli, boost_json_lines},
      Figure{"telegram", "Boost.JSON, one tree", 150'000, write_telegram, boost_json_document},
      Figure{"wecom", "Boost.JSON, a tree a line", 150'000, write_wecom, boost_json_lines},
      Figure{"matrix", "Boost.JSON, a tree a line", 150'000, write_matrix, boost_json_lines},
      Figure{"slack", "Boost.JSON, one tree", 150'000, write_slack, boost_json_document},
      Figure{"discord", "Boost.JSON, one tree", 150'000, write_discord, boost_json_document},
      Figure{"teams", "Boost.JSON, one tree", 150'000, write_teams, boost_json_document},
      Figure{"mattermost", "Boost.JSON, a tree a line", 150'000, write_mattermost, boost_json_lines},
      Figure{"sms", "expat, events counted", 150'000, write_sms, expat_document},
      Figure{"mbox", "GMime, messages constructed", 60'000, write_mbox, gmime_mbox},
      Figure{"imessage", "SQLite, all columns of all rows", 150'000, write_imessage, sqlite_rows},
  };
  for (const Figure& figure : kFigures) register_figure(figure);
  register_indexer("mu", "maildir-utils", mu_index);
  register_indexer("notmuch", "notmuch", notmuch_new);
}

}  // namespace strongroom::bench
