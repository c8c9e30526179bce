#include "capture/whatsapp/detect.h"

#include <algorithm>

#include "capture/whatsapp/chat_text.h"

namespace strongroom::capture::whatsapp {
namespace {

constexpr std::size_t kSampleBytes = 64 * 1024;

/// Log levels stand where an author would, and are nobody's name.
bool is_log_level(std::string_view author) {
  constexpr std::string_view kLevels[] = {"TRACE", "DEBUG", "INFO", "NOTICE",   "WARN",  "WARNING",
                                          "ERROR", "FATAL", "ERR",  "CRITICAL", "ALERT", "EMERGENCY"};
  std::string upper(author.substr(0, std::min<std::size_t>(author.size(), 128)));
  for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  for (const std::string_view level : kLevels) {
    const std::size_t at = upper.find(level);
    if (at == std::string::npos) continue;
    const auto edge = [&](std::size_t i) {
      return i >= upper.size() || !(upper[i] >= 'A' && upper[i] <= 'Z');
    };
    if (edge(at + level.size()) && (at == 0 || edge(at - 1))) return true;
  }
  return false;
}

/// Machines write "module.function", "[pid]", "<nick>" and paths there.
bool is_machine(std::string_view rest) {
  return rest.empty() || rest[0] == '[' || rest[0] == '<' || rest[0] == '{' || rest[0] == '/' ||
         rest[0] == '#';
}

int sureness(std::string_view text, const PhraseBook& book) {
  text = text.substr(0, kSampleBytes);
  if (!looks_like_chat(text)) return 0;
  std::size_t headers = 0, good = 0, levels = 0, lines = 0, before = 0;
  for_each_line(text, [&](std::size_t, std::string_view line) {
    if (!cleaned(line.substr(0, 8)).empty()) ++lines;
    const auto header = recognise_header(line);
    if (!header) return Walk::on;
    if (headers++ == 0) before = lines - 1;
    const std::string_view rest = line.substr(header->rest);
    const auto length = author_length(rest);
    if (length && is_log_level(rest.substr(0, *length))) {
      ++levels;
    } else if (length && !is_machine(rest)) {
      ++good;
    } else if (header->stamp.frame != Frame::colon &&
               book.find(Place::system, cleaned(rest.substr(0, 600)))) {
      ++good;
    }
    return Walk::on;
  });
  if (levels > 0 && levels * 20 >= headers) return 0;
  if (good * 2 < headers || good == 0) return 0;
  if (before > 0 && good < 3) return 0;  // exports begin with a header; a mail may well hold one
  return good >= 3 ? 95 : good == 2 ? 80 : 60;
}

bool named_text(std::string_view name) {
  return name.size() >= 4 && (name.ends_with(".txt") || name.ends_with(".TXT"));
}

}  // namespace

int detect(const std::vector<InputFile>& files) {
  const PhraseBook book;
  int best = 0;
  for (const InputFile& file : files) {
    if (best >= 95) break;
    if (named_text(file.path) || files.size() == 1) {
      best = std::max(best, sureness(text_of(file.bytes), book));
    }
  }
  return best;
}

}  // namespace strongroom::capture::whatsapp
