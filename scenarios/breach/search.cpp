// Searches what was taken for what must not be there. Test code only.
//   breach_search --canaries FILE --places FILE [--json FILE] [--control]
// Exit 0: nothing that must not be found, and everything that must. 1: a leak. 2: usage. 3: void (something could not be
// searched, what must be found was not, or with --control a cell was missed).
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <set>
#include <stdexcept>

#include "codec/json_text.h"
#include "control.h"

namespace strongroom::breach {
namespace {

using codec::json_string;

struct Asked {
  std::string canaries, places, json;
  enum class Which { breach, control } which = Which::breach;
};

Asked parse(int argc, char** argv) {
  Asked asked;
  for (int i = 1; i < argc; ++i) {
    const std::string option = argv[i];
    if (option == "--control")
      asked.which = Asked::Which::control;
    else if (i + 1 == argc)
      throw std::invalid_argument(option);
    else if (option == "--canaries")
      asked.canaries = argv[++i];
    else if (option == "--places")
      asked.places = argv[++i];
    else if (option == "--json")
      asked.json = argv[++i];
    else
      throw std::invalid_argument(option);
  }
  return asked;
}

/// What a server holds by right, and only where: its own private keys in its own files and memory, public keys anywhere.
/// The label of a place ends in whose it is: "3. during an import: strongroomd".
bool by_right(const Canary& canary, const Finding& finding) {
  if (canary.kind == "public" || canary.kind == "control") return true;
  if (canary.kind != "expected" || (finding.kind != kFiles && finding.kind != kMemory)) return false;
  const std::string owner = canary.name.substr(0, canary.name.find(": "));
  return finding.label.substr(finding.label.rfind(": ") + 2).starts_with(owner);
}
bool must_be_found(const Canary& canary) { return canary.kind == "public" || canary.kind == "expected"; }

/// Sums over the moments, by kind of place.
std::map<std::string, Searched> by_kind(const Thief& thief) {
  std::map<std::string, Searched> out;
  for (const auto& [place, searched] : thief.searched()) {
    Searched& sum = out[place.first];
    sum.pieces += searched.pieces;
    sum.bytes += searched.bytes;
    sum.streams += searched.streams;
    sum.stream_bytes += searched.stream_bytes;
  }
  return out;
}

std::string joined(const std::vector<std::string>& items) {
  std::string out;
  for (const std::string& item : items) out += (out.empty() ? "" : ",\n") + item;
  return "[" + out + "]";
}

std::string json_of(const Searched& s) {
  return fmt::format("\"pieces\":{},\"bytes\":{},\"streams\":{},\"stream_bytes\":{}", s.pieces, s.bytes,
                     s.streams, s.stream_bytes);
}

void write_json(const std::string& path, const Thief& thief, const std::vector<Cell>& cells, double seconds) {
  std::map<std::string, std::size_t> kinds;
  for (const Canary& canary : thief.canaries()) ++kinds[canary.kind];
  std::vector<std::string> counted, places, sums, findings, matrix, forms, names;
  for (const auto& [kind, count] : kinds)
    counted.push_back(fmt::format("{{\"kind\":\"{}\",\"count\":{}}}", kind, count));
  for (const auto& [place, s] : thief.searched())
    places.push_back(fmt::format("{{\"kind\":\"{}\",\"label\":{},{}}}", place.first,
                                 json_string(place.second), json_of(s)));
  for (const auto& [kind, s] : by_kind(thief))
    sums.push_back(fmt::format("{{\"kind\":\"{}\",{}}}", kind, json_of(s)));
  for (const Finding& f : thief.findings()) {
    const Canary& canary = thief.canaries()[f.canary];
    if (canary.kind == "control") continue;
    findings.push_back(
        fmt::format("{{\"by_right\":{},\"kind\":\"{}\",\"canary\":{},\"form\":{},\"place\":\"{}\",\"label\":{"
                    "},\"where\":{},\"count\":{}}}",
                    by_right(canary, f), canary.kind, json_string(canary.name), json_string(f.form), f.kind,
                    json_string(f.label), json_string(f.where), f.count));
  }
  for (const Cell& cell : cells) {
    const char* state = cell.state == CellState::found    ? "found"
                        : cell.state == CellState::missed ? "missed"
                                                          : "cannot";
    matrix.push_back(fmt::format("{{\"row\":{},\"column\":{},\"state\":\"{}\"}}", json_string(cell.row),
                                 json_string(cell.column), state));
  }
  for (const Row& row : rows()) forms.push_back(json_string(row.name));
  for (const Canary& canary : thief.canaries())
    if (canary.kind != "control")
      names.push_back(fmt::format("{{\"kind\":\"{}\",\"name\":{}}}", canary.kind, json_string(canary.name)));
  std::ofstream file(path);
  file << fmt::format(
      "{{\"patterns\":{},\"seconds\":{:.1f},\"canaries\":{},\"sums\":{},\"places\":{},\"findings\":{},"
      "\"matrix\":{},"
      "\"forms\":{},\"names\":{}}}\n",
      thief.patterns(), seconds, joined(counted), joined(sums), joined(places), joined(findings),
      joined(matrix), joined(forms), joined(names));
  if (!file.flush()) throw std::runtime_error("cannot write " + path);
}

void print_places(const Thief& thief, double seconds) {
  std::uint64_t bytes = 0;
  fmt::print("  {:<18}{:>8}{:>16}{:>10}{:>16}\n", "place", "pieces", "bytes", "streams", "bytes inside");
  for (const auto& [kind, s] : by_kind(thief)) {
    fmt::print("  {:<18}{:>8}{:>16}{:>10}{:>16}\n", kind, s.pieces, s.bytes, s.streams, s.stream_bytes);
    bytes += s.bytes + s.stream_bytes;
  }
  fmt::print("  {} canaries in {} patterns, {} bytes, {:.1f} s\n", thief.canaries().size(), thief.patterns(),
             bytes, seconds);
}

int judge_breach(const Thief& thief) {
  std::map<std::size_t, std::set<std::string>> held;  // told once a kind of place, not for every moment
  std::uint64_t leaks = 0, missing = 0;
  for (const Finding& f : thief.findings()) {
    const Canary& canary = thief.canaries()[f.canary];
    if (by_right(canary, f)) {
      held[f.canary].insert(f.kind);
      continue;
    }
    ++leaks;
    fmt::print("  LEAK ({}): {}, as {}, in {} ({}): {}\n", canary.kind, canary.name, f.form, f.kind, f.label,
               f.where);
  }
  for (std::size_t i = 0; i < thief.canaries().size(); ++i) {
    if (!must_be_found(thief.canaries()[i])) continue;
    const std::string where = fmt::format("{}", fmt::join(held[i], ", "));
    if (where.empty()) ++missing;
    fmt::print("  held by right: {}: {}\n", thief.canaries()[i].name,
               where.empty() ? "NOT FOUND, so the search is void" : where);
  }
  if (leaks > 0) return 1;
  if (missing > 0 || held.empty()) return 3;
  fmt::print("  nothing that opens a record, names anyone, or logs in as anyone else\n");
  return 0;
}

int judge_control(const std::vector<Cell>& cells) {
  std::size_t found = 0, missed = 0, cannot = 0;
  for (const Cell& cell : cells) {
    if (cell.state == CellState::found) ++found;
    if (cell.state == CellState::cannot_stand) ++cannot;
    if (cell.state == CellState::missed) {
      ++missed;
      fmt::print("  MISSED: {} in {}\n", cell.row, cell.column);
    }
  }
  fmt::print(
      "  control: {} of {} cells found; {} more cannot be (a file name holds no zero byte, no slash)\n",
      found, found + missed, cannot);
  return missed == 0 && found > 0 ? 0 : 3;
}

int run(const Asked& asked) {
  const std::vector<Canary> canaries = read_canaries(asked.canaries);
  Thief thief(canaries);
  const auto began = std::chrono::steady_clock::now();
  for (const Place& place : read_places(asked.places)) thief.search(place);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  const bool control = asked.which == Asked::Which::control;
  const std::vector<Cell> cells = control ? judge(canaries, thief.findings()) : std::vector<Cell>();
  if (!asked.json.empty()) write_json(asked.json, thief, cells, seconds);
  print_places(thief, seconds);
  return control ? judge_control(cells) : judge_breach(thief);
}

}  // namespace
}  // namespace strongroom::breach

int main(int argc, char** argv) {
  try {
    return strongroom::breach::run(strongroom::breach::parse(argc, argv));
  } catch (const std::invalid_argument& wrong) {
    fmt::print(stderr, "breach_search: what is {}?\n", wrong.what());
    return 2;
  } catch (const std::exception& error) {
    fmt::print(stderr, "breach_search: VOID: {}\n", error.what());
    return 3;
  }
}
