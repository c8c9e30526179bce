/// What `inspect` gathers while records pass, and how it says it.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "agent/refusal_list.h"
#include "capture/parser.h"

namespace strongroom::agent {

class InspectReport {
 public:
  void add(const record::Record& record);
  /// {"summary":{...}} and a newline.
  std::string summary_line(const capture::Outcome& outcome) const;
  /// For people: conversations, kinds, days, doubts with what they mean, refused items with where they lie.
  std::string table(const capture::Outcome& outcome, const std::string& path) const;

 private:
  struct Conversation {
    std::string title;
    std::uint64_t records = 0;
    std::int64_t first_ms = 0, last_ms = 0;
  };
  struct DoubtCount {
    std::uint64_t count = 0;
    std::string example;
  };
  std::map<record::Kind, std::uint64_t> by_kind_;
  std::map<std::string, Conversation> conversations_;
  std::map<std::string, DoubtCount> doubts_;
  RefusalList refusals_;
};

}  // namespace strongroom::agent
