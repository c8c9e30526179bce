#include "doctor/listeners.h"

#include <array>
#include <charconv>
#include <cstring>
#include <optional>

#include "doctor/answers.h"

namespace strongroom::doctor {
namespace {

template <class Number>
std::optional<Number> number_in(std::string_view text, int base) {
  Number number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> out;
  while (out.size() < 32) {
    const std::size_t start = line.find_first_not_of(' ');
    if (start == std::string_view::npos) break;
    line.remove_prefix(start);
    const std::size_t end = line.find(' ');
    out.push_back(line.substr(0, end));
    if (end == std::string_view::npos) break;
    line.remove_prefix(end);
  }
  return out;
}

/// One 32-bit word of an address; the kernel writes it as a number of the machine's byte order.
std::array<unsigned char, 4> word_of(std::string_view hex) {
  std::array<unsigned char, 4> out{};
  const auto number = number_in<std::uint32_t>(hex, 16);
  if (number) std::memcpy(out.data(), &*number, sizeof *number);
  return out;
}

/// 127.0.0.0/8, ::1, and the first written as IPv6.
bool is_loopback(std::string_view address) {
  if (address.size() == 8) return word_of(address)[0] == 127;
  if (address.size() != 32 || !address.starts_with("0000000000000000")) return false;
  const auto third = word_of(address.substr(16, 8)), fourth = word_of(address.substr(24));
  if (third == std::array<unsigned char, 4>{0, 0, 0xff, 0xff}) return fourth[0] == 127;
  return third == std::array<unsigned char, 4>{} && fourth == std::array<unsigned char, 4>{0, 0, 0, 1};
}

std::string port_text(std::uint16_t port) { return "port " + std::to_string(port); }

}  // namespace

bool is_own_server(std::string_view process_name) {
  return process_name == "strongroomd" || process_name == "strongroom-witn" ||
         process_name == "strongroom-witness";
}

std::vector<Listener> parse_listeners(std::string_view table) {
  std::vector<Listener> out;
  while (!table.empty() && out.size() < kListenersMax) {
    const std::size_t end = table.find('\n');
    const auto words = words_of(table.substr(0, end));
    table.remove_prefix(end == std::string_view::npos ? table.size() : end + 1);
    if (words.size() < 10 || words[3] != "0A") continue;
    const std::size_t colon = words[1].find(':');
    if (colon == std::string_view::npos) continue;
    const auto port = number_in<std::uint16_t>(words[1].substr(colon + 1), 16);
    const auto inode = number_in<std::uint64_t>(words[9], 10);
    if (!port || !inode) continue;
    const bool near = is_loopback(words[1].substr(0, colon));
    out.push_back({*port, near ? Listener::Reach::this_machine : Listener::Reach::network, *inode});
  }
  return out;
}

Findings judge_listeners(const std::vector<Listener>& listeners, const Owners& owners) {
  Findings out;
  for (const Listener& listener : listeners) {
    const auto found = owners.find(listener.inode);
    const std::string whose = found == owners.end() ? std::string() : shown(found->second, 16);
    const bool near = listener.reach == Listener::Reach::this_machine;
    if (is_own_server(whose)) {
      out.push_back({Severity::ok, "ours", port_text(listener.port), whose + " listens", {}});
    } else if (whose == "sshd") {
      out.push_back({Severity::advice, "ssh", port_text(listener.port), "SSH listens",
                     "let in keys only (PasswordAuthentication no), and only from where it is needed"});
    } else if (whose.empty()) {
      out.push_back({near ? Severity::advice : Severity::warning, "listener-unknown",
                     port_text(listener.port),
                     std::string("something listens") + (near ? ", for this machine only" : "") +
                         ", and this user may not see what it is",
                     "run this as root, or: ss -ltnp"});
    } else {
      out.push_back({near ? Severity::advice : Severity::warning, "listener-not-ours",
                     port_text(listener.port),
                     whose + " listens" + (near ? ", for this machine only" : " to the network"),
                     "a server of Strongroom needs nothing else: stop it, or give it another machine"});
    }
  }
  return out;
}

}  // namespace strongroom::doctor
