/// What a check found, as a list that people and programs can read.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"

namespace strongroom::verify {

enum class Weight {
  note,     ///< worth knowing
  warning,  ///< to be explained by somebody, but nothing sealed is in doubt: a late sign of life
  serious,  ///< something is missing, altered, or cannot be relied on
};
std::string_view name_of(Weight weight);

struct Finding {
  Weight weight = Weight::serious;
  std::string code;   ///< stable, kebab-case: "loss", "altered-header", "gap"
  std::string text;   ///< one sentence for people, no final stop
  bool operator==(const Finding&) const = default;
};

class Report {
 public:
  /// `text` is kept on one line, without control characters: it may quote a stranger.
  void add(Weight weight, std::string code, const std::string& text);
  void serious(std::string code, const std::string& text) { add(Weight::serious, std::move(code), text); }
  void warning(std::string code, const std::string& text) { add(Weight::warning, std::move(code), text); }
  void note(std::string code, const std::string& text) { add(Weight::note, std::move(code), text); }
  /// "place: what (where)".
  void serious(std::string code, std::string_view place, const Error& error);
  /// A line of what was looked at: "capture entries", "1204".
  void fact(std::string name, const std::string& value);

  /// Nothing serious was found.
  bool holds() const { return count(Weight::serious) == 0; }
  std::size_t count(Weight weight) const;
  /// How many findings have this code.
  std::size_t count(std::string_view code) const;
  const std::vector<Finding>& findings() const { return findings_; }
  const std::vector<std::pair<std::string, std::string>>& facts() const { return facts_; }

 private:
  std::vector<Finding> findings_;
  std::vector<std::pair<std::string, std::string>> facts_;
};

/// Plain sentences, the serious ones first. `subject` is "The archive", "The package", ...
std::string report_text(std::string_view subject, const Report& report);
/// One JSON object on one line.
std::string report_json(const Report& report);

}  // namespace strongroom::verify
