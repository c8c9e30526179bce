/// What is common to judging the answers of services that are not ours: lines of text, and a collector of findings.
/// The judges are pure functions of bytes; who asks, and how long it waits, is look.h.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "doctor/finding.h"

namespace strongroom::doctor {

enum class Over { plain, tls };

/// Where an answer came from.
struct Place {
  std::string text;  ///< "mail.example.org:143"
  Over over = Over::plain;
};

/// Findings about one place.
class About {
 public:
  explicit About(const Place& place) : place_(&place) {}
  void say(Severity severity, std::string code, std::string what, std::string todo = {}) {
    findings_.push_back({severity, std::move(code), place_->text, std::move(what), std::move(todo)});
  }
  Over over() const { return place_->over; }
  bool empty() const { return findings_.empty(); }
  Findings take() { return std::move(findings_); }

 private:
  const Place* place_;
  Findings findings_;
};

/// Up to 512 lines, without their ends (LF or CRLF).
std::vector<std::string_view> lines_of(std::string_view text);
/// ASCII letters alike in both cases.
bool begins_with_word(std::string_view line, std::string_view word);
bool mentions(std::string_view text, std::string_view word);

}  // namespace strongroom::doctor
