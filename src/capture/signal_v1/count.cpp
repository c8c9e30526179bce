#include "capture/signal_v1/count.h"

#include <algorithm>
#include <array>
#include <optional>

#include "capture/signal/wire_walk.h"

namespace strongroom::capture::signal_v1 {
namespace {

constexpr int kDepth = 16;

/// A payload's length: field `number` of the frame, in it field `at`.
struct Announced {
  std::uint32_t number, at;
};
constexpr std::array<Announced, 3> kAnnounced{{{4, 3}, {7, 2}, {8, 2}}};

std::optional<std::uint64_t> number_in(BytesView message, std::uint32_t wanted) {
  signal::WireWalk walk(message);
  std::optional<std::uint64_t> out;
  while (!walk.at_end()) {
    const std::size_t before = walk.offset();
    const auto field = walk.next(kDepth);
    if (!field) return out;
    if (field->number != wanted || field->delimited) continue;
    signal::WireWalk again(message.subspan(before));
    (void)again.varint(5);
    out = again.varint(10);
  }
  return out;
}

std::string_view word(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n\"`['"), text.size()));
  const std::size_t end = std::min(text.find_first_of(" \t\r\n\"`]'("), text.size());
  const std::string_view out = text.substr(0, end);
  text.remove_prefix(end);
  return out;
}

bool is_word(std::string_view text, std::string_view lower) {
  return std::ranges::equal(text, lower,
                            [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b; });
}

/// Rows that are records, and statements that are none of a backup's.
std::uint64_t count_statement(std::string_view sql) {
  const std::string_view first = word(sql), second = word(sql);
  if (is_word(first, "insert") && is_word(second, "into")) {
    const std::string_view table = word(sql);
    for (const std::string_view record :
         {"message", "sms", "mms", "reaction", "call", "thread", "groups", "recipient"})
      if (is_word(table, record)) return 1;
    return 0;
  }
  return is_word(first, "create") ? 0 : 1;
}

}  // namespace

std::uint64_t count_opened(BytesView file, const Header& header, const Keys& keys) {
  SealedFrames frames(file, header, keys);
  std::uint64_t count = 1;
  for (;;) {
    const auto frame = frames.next();
    if (!frame) return count + 1;
    if (!*frame) return count;
    std::optional<std::uint64_t> payload;
    signal::WireWalk walk((*frame)->plain);
    while (const auto field = walk.next(kDepth)) {
      if (!field->delimited) continue;
      for (const Announced& row : kAnnounced)
        if (row.number == field->number) payload = number_in(field->payload, row.at).value_or(0);
      if (field->number != 2) continue;
      signal::WireWalk parts(field->payload);
      std::string_view sql;
      while (const auto part = parts.next(kDepth))
        if (part->number == 1 && part->delimited) sql = text_of(part->payload);
      count += count_statement(sql);
    }
    if (walk.broken()) ++count;
    if (!payload) continue;
    if (!frames.pass(*payload)) return count + 1;
    ++count;
  }
}

std::uint64_t count_backup(BytesView file, const Header& header,
                           const std::vector<SecretBytes>& passphrases) {
  const auto keys = keys_that_fit(file, header, passphrases);
  return keys ? count_opened(file, header, *keys) : 1;
}

}  // namespace strongroom::capture::signal_v1
