/// What the tests of this connector share. Test code only.
#pragma once

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "capture/collecting_sink.h"
#include "capture/whatsapp/parser.h"

namespace strongroom::capture::whatsapp {

/// Files of a test, owned.
struct Material {
  std::vector<std::pair<std::string, std::string>> owned;
  std::vector<InputFile> files() const {
    std::vector<InputFile> out;
    for (const auto& [path, text] : owned) out.push_back({path, bytes_of(text)});
    return out;
  }
};

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

/// What a parse gave, with what every parse must satisfy checked by `sound`.
struct Parsed {
  Outcome outcome;
  CollectingSink sink;
  std::map<std::string, std::size_t> kinds() const {
    std::map<std::string, std::size_t> out;
    for (const auto& r : sink.records) ++out[std::string(record::name_of(r.kind))];
    for (const auto& [r, bytes] : sink.contents) ++out[std::string(record::name_of(r.kind))];
    return out;
  }
  std::string kinds_text() const {
    std::string out;
    for (const auto& [kind, n] : kinds()) out += (out.empty() ? "" : " ") + kind + ":" + std::to_string(n);
    return out;
  }
  bool has_doubt(std::string_view code) const {
    for (const auto& r : sink.records) {
      for (const auto& d : r.doubts) {
        if (d.code == code) return true;
      }
    }
    for (const auto& [r, bytes] : sink.contents) {
      for (const auto& d : r.doubts) {
        if (d.code == code) return true;
      }
    }
    return false;
  }
};

inline Parsed parse_material(const Material& material, const Statement& statement = {},
                             const Limits& limits = {}) {
  Parsed out;
  auto outcome = parser().parse(material.files(), statement, limits, out.sink);
  if (outcome) out.outcome = *outcome;
  return out;
}

inline Parsed parse_text(std::string text, const Statement& statement = {}, std::string name = "_chat.txt") {
  return parse_material({{{std::move(name), std::move(text)}}}, statement);
}

/// Empty if the outcome adds up and the originals of each text file tile it; else what is wrong.
inline std::string unsound(const Material& material, const Parsed& parsed) {
  if (parsed.outcome.found != parsed.outcome.parsed + parsed.outcome.refused) {
    return "found " + std::to_string(parsed.outcome.found) + ", parsed " +
           std::to_string(parsed.outcome.parsed) + ", refused " + std::to_string(parsed.outcome.refused);
  }
  if (parsed.outcome.parsed + parsed.outcome.refused !=
      parsed.sink.records.size() + parsed.sink.contents.size()) {
    return "the sink saw another number";
  }
  for (const auto& [path, text] : material.owned) {
    std::size_t end = 0;
    for (const auto& r : parsed.sink.records) {
      if (r.original.file != path) continue;
      if (r.original.offset != end) return "the originals leave a gap in " + path;
      if (text_of(r.original.bytes) != std::string_view(text).substr(end, r.original.length))
        return "bytes differ";
      end += r.original.length;
      const auto decoded = record::decode(record::encode(r));
      if (!decoded || *decoded != r) return "a record does not survive its encoding";
    }
    if (end != 0 && end != text.size()) return "the originals do not reach the end of " + path;
  }
  return {};
}

}  // namespace strongroom::capture::whatsapp
