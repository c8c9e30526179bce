// A program that leaks: every form of the control in every place where a thief looks. Test code only.
//   leaking_double plan CANARIES PLAN        draws the canaries, and what is to be leaked where
//   leaking_double leak PLAN DIR RELAY       leaks it, says when it is ready, waits to be killed
// The plan's bytes are turned over (every bit), so that the plan itself leaks nothing into this program's memory; each leak
// is turned back where it is to stand. A zero byte ends an argument or a variable: the next piece is the next one.
#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sqlite3.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <stdexcept>
#include <thread>

#include "base/secret.h"
#include "codec/text.h"
#include "control.h"

namespace strongroom::breach {
namespace {

namespace fs = std::filesystem;

using Plan = std::map<std::string, std::vector<Bytes>>;  // column → leaks, turned over

Bytes turned(BytesView bytes) {
  Bytes out;
  for (const std::byte b : bytes) out.push_back(~b);
  return out;
}

void require(bool good, std::string_view what) {
  if (!good) throw std::runtime_error(std::string(what));
}

void make_plan(const std::string& canaries_path, const std::string& plan_path) {
  std::ofstream canaries(canaries_path), plan(plan_path);
  for (std::size_t row = 0; row < rows().size(); ++row) {
    for (const Column& column : columns()) {
      const Plant plant = make_plant(row, column);
      if (plant.leaked.empty()) continue;
      canaries << "control\t" << plant.canary_name << '\t' << codec::hex(plant.canary) << '\n';
      plan << column.name << '\t' << codec::hex(turned(plant.leaked)) << '\n';
    }
  }
  require(canaries.flush() && plan.flush(), "cannot write the plan");
}

Plan read_plan(const std::string& path) {
  Plan plan;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    const std::size_t tab = line.find('\t');
    const auto bytes = codec::from_hex(line.substr(tab + 1));
    require(bytes.has_value(), "the plan is damaged");
    plan[line.substr(0, tab)].push_back(*bytes);
  }
  return plan;
}

/// All leaks of a column, turned back, with words between them.
Bytes together(const Plan& plan, const std::string& column) {
  Bytes out;
  for (const Bytes& leak : plan.at(column)) {
    append(out, bytes_of("\nleak: "));
    append(out, turned(leak));
  }
  append(out, bytes_of("\nend\n"));
  return out;
}

void write_file(const fs::path& path, BytesView bytes) {
  std::ofstream file(path, std::ios::binary);
  file << text_of(bytes);
  require(static_cast<bool>(file.flush()), "cannot write " + path.string());
}

void execute(sqlite3* database, const char* sql) {
  require(sqlite3_exec(database, sql, nullptr, nullptr, nullptr) == SQLITE_OK, sqlite3_errmsg(database));
}

/// A database with a row for each leak; `before` bytes before it. Left open: its journal would go with the last connection.
void leak_rows(const fs::path& path, const char* pragmas, const std::vector<Bytes>& leaks,
               std::size_t before) {
  sqlite3* database = nullptr;
  require(sqlite3_open(path.c_str(), &database) == SQLITE_OK, "SQLite cannot open a database");
  execute(database, pragmas);
  execute(database, "CREATE TABLE leaks (leak BLOB)");
  if (std::string_view(pragmas).find("WAL") != std::string_view::npos)
    execute(database, "PRAGMA wal_checkpoint(TRUNCATE)");
  sqlite3_stmt* insert = nullptr;
  require(sqlite3_prepare_v2(database, "INSERT INTO leaks VALUES (?)", -1, &insert, nullptr) == SQLITE_OK,
          "SQLite cannot insert");
  for (const Bytes& leak : leaks) {
    Bytes value(before, std::byte{'.'});
    append(value, turned(leak));
    append(value, bytes_of("."));
    sqlite3_bind_blob(insert, 1, value.data(), static_cast<int>(value.size()), SQLITE_TRANSIENT);
    require(sqlite3_step(insert) == SQLITE_DONE, "SQLite cannot insert");
    sqlite3_reset(insert);
  }
  sqlite3_finalize(insert);
}

void leak_files(const Plan& plan, const fs::path& directory) {
  const fs::path data = directory / "data";
  fs::create_directories(data / "names");
  write_file(data / "segment", together(plan, "files"));
  write_file(directory / "log", together(plan, "logs"));
  for (const Bytes& leak : plan.at("file names")) write_file(data / "names" / text_of(turned(leak)), {});
  leak_rows(data / "whole.sqlite", "PRAGMA journal_mode = DELETE", plan.at("SQLite files"), 0);
  // Pages of 512 bytes: with 400 bytes before it, a leak of 40 bytes or more lies on two of them.
  leak_rows(data / "pages.sqlite", "PRAGMA page_size = 512", plan.at("SQLite rows"), 400);
  leak_rows(data / "journal.sqlite", "PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0",
            plan.at("SQLite journals"), 0);
}

/// Where the memory ends up is left to the end of the process.
void leak_memory(const Plan& plan) {
  const auto place = [&](const std::string& column, std::byte* at) {
    for (const Bytes& leak : plan.at(column)) {
      for (const std::byte b : leak) *at++ = ~b;
      *at++ = std::byte{0};
    }
  };
  constexpr std::size_t kRoom = 64 * 1024;
  place("memory, heap", static_cast<std::byte*>(std::calloc(1, kRoom)));
  place("memory, locked", detail::allocate_locked(8 * 1024));
  auto* shut = static_cast<std::byte*>(
      ::mmap(nullptr, kRoom, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  place("memory, no access", shut);
  require(::mprotect(shut, kRoom, PROT_NONE) == 0, "mprotect");
}

void send_all(int to, BytesView bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(to, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    require(sent > 0, "cannot send");
    bytes = bytes.subspan(static_cast<std::size_t>(sent));
  }
  ::shutdown(to, SHUT_WR);
}

void receive_all(int from) {
  char buffer[4096];
  while (::recv(from, buffer, sizeof buffer, 0) > 0) {}
}

/// Both ends of a conversation through the relay.
void leak_traffic(const Plan& plan, const fs::path& directory, const std::string& relay) {
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof at;
  const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
  require(::bind(listener, reinterpret_cast<sockaddr*>(&at), size) == 0 && ::listen(listener, 1) == 0 &&
              ::getsockname(listener, reinterpret_cast<sockaddr*>(&at), &size) == 0,
          "cannot listen");
  std::ofstream(directory / "relay.target") << "127.0.0.1:" << ntohs(at.sin_port) << std::endl;
  std::thread server([&] {
    const int client = ::accept(listener, nullptr, nullptr);
    receive_all(client);
    send_all(client, together(plan, "traffic, answers"));
  });
  at.sin_port = htons(static_cast<std::uint16_t>(std::stoul(relay.substr(relay.rfind(':') + 1))));
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  require(::connect(socket, reinterpret_cast<sockaddr*>(&at), size) == 0, "cannot reach the relay");
  send_all(socket, together(plan, "traffic, requests"));
  receive_all(socket);
  server.join();
}

/// As separate strings: the kernel puts them one behind the other, with the zero bytes between.
std::vector<std::string> as_strings(const Bytes& bytes) {
  std::vector<std::string> out(1);
  for (const std::byte b : bytes) {
    if (b == std::byte{0})
      out.emplace_back();
    else
      out.back() += static_cast<char>(b);
  }
  return out;
}

std::vector<char*> pointers(std::vector<std::string>& strings) {
  std::vector<char*> out;
  for (std::string& string : strings) out.push_back(string.data());
  out.push_back(nullptr);
  return out;
}

void begin_again_with_leaks(const Plan& plan, char** argv) {
  std::vector<std::string> arguments = {argv[0], "hold", argv[2], argv[3], argv[4]};
  for (std::string& string : as_strings(together(plan, "command line")))
    arguments.push_back(std::move(string));
  std::vector<std::string> variables = as_strings(together(plan, "environment"));
  ::execve(argv[0], pointers(arguments).data(), pointers(variables).data());
  throw std::runtime_error("cannot run " + std::string(argv[0]));
}

}  // namespace

int run(int argc, char** argv) {
  const std::string act = argc > 1 ? argv[1] : "";
  if (act == "plan" && argc == 4) {
    make_plan(argv[2], argv[3]);
    return 0;
  }
  if (argc < 5 || (act != "leak" && act != "hold")) return 2;
  const Plan plan = read_plan(argv[2]);
  if (act == "leak") begin_again_with_leaks(plan, argv);
  leak_files(plan, argv[3]);
  leak_traffic(plan, argv[3], argv[4]);
  leak_memory(plan);
  fmt::print("{{\"ready\": true}}\n");
  std::fflush(stdout);
  for (;;) ::pause();
}

}  // namespace strongroom::breach

int main(int argc, char** argv) {
  try {
    return strongroom::breach::run(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "leaking_double: {}\n", error.what());
    return 3;
  }
}
