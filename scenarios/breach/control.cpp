#include "control.h"

#include <algorithm>
#include <random>
#include <set>

namespace strongroom::breach {
namespace {

std::string canary_name(const Row& row, const Column& column) {
  return row.name + "@" + std::string(column.name);
}

/// Text in which every form differs: a space, a letter beyond ASCII, characters that the base64 alphabets disagree on.
Bytes draw_canary() {
  static std::random_device device;
  static constexpr std::string_view kPlain = "abcdefghijkmnopqrstuvwxyz23456789", kOdd = "?>~";
  std::string text;
  for (int i = 0; i < 6; ++i) text += kPlain[device() % kPlain.size()];
  text += " é";
  for (int i = 0; i < 9; ++i) text += kOdd[device() % kOdd.size()];
  for (int i = 0; i < 3; ++i) text += kPlain[device() % kPlain.size()];
  return copy_of(bytes_of(text));
}

bool unlike_in_every_form(const Bytes& canary) {
  std::set<Bytes> seen;
  return std::ranges::all_of(all_forms(),
                             [&](Form form) { return seen.insert(written_as(form, canary)).second; });
}

bool can_be_a_file_name(const Bytes& bytes) {
  return bytes.size() < 240 &&
         std::ranges::none_of(bytes, [](std::byte b) { return b == std::byte{0} || b == std::byte{'/'}; });
}

Bytes leaked(std::size_t row, const Bytes& canary) {
  const std::size_t forms = all_forms().size();
  return row < forms ? leaked_as(all_forms()[row], canary) : leaked_in(all_packings()[row - forms], canary);
}

}  // namespace

const std::vector<Column>& columns() {
  static const std::vector<Column> columns = {{"memory, heap", kMemory},
                                              {"memory, locked", kMemory},
                                              {"memory, no access", kMemory},
                                              {"environment", kEnvironment},
                                              {"command line", kCommandLine},
                                              {"files", kFiles},
                                              {"file names", kFileNames},
                                              {"SQLite files", kSqliteFiles},
                                              {"SQLite rows", kSqliteRows},
                                              {"SQLite journals", kSqliteJournals},
                                              {"logs", kLogs},
                                              {"traffic, requests", kTraffic},
                                              {"traffic, answers", kTraffic}};
  return columns;
}

std::vector<Row> rows() {
  std::vector<Row> out;
  for (const Form form : all_forms()) out.push_back({std::string(name_of(form)), std::string(name_of(form))});
  for (const Packing packing : all_packings())
    out.push_back({"in " + std::string(name_of(packing)), std::string(name_of(packing)) + "/raw"});
  return out;
}

Plant make_plant(std::size_t row, const Column& column) {
  Plant plant{canary_name(rows().at(row), column), {}, {}};
  for (int tries = 0; tries < 2000; ++tries) {
    plant.canary = draw_canary();
    if (!unlike_in_every_form(plant.canary)) continue;
    plant.leaked = leaked(row, plant.canary);
    if (column.kind != kFileNames || can_be_a_file_name(plant.leaked)) return plant;
  }
  plant.leaked.clear();
  return plant;
}

std::vector<Cell> judge(const std::vector<Canary>& canaries, const std::vector<Finding>& findings) {
  std::vector<Cell> out;
  for (const Row& row : rows()) {
    for (const Column& column : columns()) {
      const std::string name = canary_name(row, column);
      const bool planted = std::ranges::any_of(canaries, [&](const Canary& c) { return c.name == name; });
      const bool found = std::ranges::any_of(findings, [&](const Finding& finding) {
        return canaries[finding.canary].name == name && finding.kind == column.kind &&
               finding.form == row.found;
      });
      out.push_back({row.name, std::string(column.name),
                     !planted ? CellState::cannot_stand
                     : found  ? CellState::found
                              : CellState::missed});
    }
  }
  return out;
}

}  // namespace strongroom::breach
