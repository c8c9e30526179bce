#include "doctor/host_list.h"

#include <algorithm>

#include "codec/text.h"

namespace strongroom::doctor {
namespace {

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

Result<std::uint16_t> parse_port(std::string_view text) {
  const std::uint64_t port = TRY(codec::from_decimal(text, 65535));
  if (port == 0) return fail(ErrorCode::malformed, "there is no port 0");
  return static_cast<std::uint16_t>(port);
}

bool names_a_host(std::string_view text) {
  const auto belongs = [](char letter) {
    return (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'z') ||
           (letter >= 'A' && letter <= 'Z') || letter == '-' || letter == '.' || letter == '_';
  };
  return !text.empty() && text.size() <= 253 && text.front() != '-' && std::ranges::all_of(text, belongs);
}

bool names_an_address6(std::string_view text) {
  return text.find(':') != std::string_view::npos && text.size() <= 64 &&
         text.find_first_not_of("0123456789abcdefABCDEF:.") == std::string_view::npos;
}

Result<ListedHost> parse_line(std::string_view line, const std::vector<std::uint16_t>& otherwise) {
  ListedHost listed;
  std::string_view ports;
  if (line.starts_with('[')) {
    const std::size_t end = line.find(']');
    listed.host = line.substr(1, end == std::string_view::npos ? 0 : end - 1);
    std::string_view rest = end == std::string_view::npos ? std::string_view{} : line.substr(end + 1);
    if (!rest.empty() && rest.front() != ':') listed.host.clear();
    if (!rest.empty()) ports = rest.substr(1);
    if (!names_an_address6(listed.host)) return fail(ErrorCode::malformed, "this is no host");
  } else if (std::ranges::count(line, ':') > 1) {
    listed.host = line;
    if (!names_an_address6(listed.host)) return fail(ErrorCode::malformed, "this is no host");
  } else {
    const std::size_t colon = line.find(':');
    listed.host = line.substr(0, colon);
    if (colon != std::string_view::npos) ports = line.substr(colon + 1);
    if (!names_a_host(listed.host)) return fail(ErrorCode::malformed, "this is no host");
  }
  const bool names_ports = line.ends_with(':') || !ports.empty();
  listed.ports = names_ports ? TRY(parse_ports(ports)) : otherwise;
  return listed;
}

Result<void> add(std::vector<ListedHost>& to, ListedHost listed) {
  const auto known = std::ranges::find(to, listed.host, &ListedHost::host);
  if (known == to.end()) {
    if (to.size() == kHostsMax) return fail(ErrorCode::limit_exceeded, "the list has more than 1024 hosts");
    to.push_back(std::move(listed));
    return {};
  }
  std::vector<std::uint16_t> both;
  std::ranges::set_union(known->ports, listed.ports, std::back_inserter(both));
  if (both.size() > kPortsOfHostMax)
    return fail(ErrorCode::limit_exceeded, "more than 4096 ports of one host");
  known->ports = std::move(both);
  return {};
}

}  // namespace

const std::vector<std::uint16_t>& usual_ports() {
  static const std::vector<std::uint16_t> ports{
      21,   22,   23,   25,   80,   110,  111,  135,  139,  143,   389,   443,   445,  465,  587,
      636,  873,  993,  995,  1433, 1521, 2049, 2375, 2376, 3000,  3306,  3389,  4369, 5000, 5432,
      5601, 5672, 5900, 5984, 5985, 6379, 6443, 8000, 8008, 8080,  8081,  8086,  8088, 8443, 8500,
      8600, 8888, 9000, 9042, 9090, 9092, 9100, 9200, 9300, 10250, 11211, 15672, 27017};
  return ports;
}

Result<std::vector<std::uint16_t>> parse_ports(std::string_view text) {
  std::vector<std::uint16_t> out;
  while (true) {
    const std::size_t comma = text.find(',');
    const std::string_view part = trimmed(text.substr(0, comma));
    const std::size_t dash = part.find('-');
    const std::uint16_t first = TRY(parse_port(part.substr(0, dash)));
    const std::uint16_t last =
        dash == std::string_view::npos ? first : TRY(parse_port(part.substr(dash + 1)));
    if (last < first) return fail(ErrorCode::malformed, "a range of ports goes from the lower to the higher");
    if (last - first + 1u > kPortsOfHostMax - std::min(out.size(), kPortsOfHostMax))
      return fail(ErrorCode::limit_exceeded, "more than 4096 ports of one host");
    for (std::uint32_t port = first; port <= last; ++port) out.push_back(static_cast<std::uint16_t>(port));
    if (comma == std::string_view::npos) break;
    text.remove_prefix(comma + 1);
  }
  std::ranges::sort(out);
  out.erase(std::ranges::unique(out).begin(), out.end());
  return out;
}

Result<std::vector<ListedHost>> parse_host_list(std::string_view text,
                                                const std::vector<std::uint16_t>& otherwise) {
  if (text.size() > kHostListBytesMax)
    return fail(ErrorCode::limit_exceeded, "the list of hosts is too long");
  std::vector<ListedHost> out;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = text.find('\n');
    const std::string_view line = trimmed(text.substr(0, end).substr(0, text.substr(0, end).find('#')));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.empty()) continue;
    const std::string place = "line " + std::to_string(number);
    auto listed = parse_line(line, otherwise);
    if (!listed) {
      listed.error().hint =
          "one host a line, and ports if you like: mail.example.org:25,8000-8010; no networks";
      return std::unexpected(std::move(listed).error().in(place));
    }
    TRY_IN(place, add(out, std::move(*listed)));
  }
  if (out.empty())
    return fail(ErrorCode::not_found, "the list names no host", {},
                "write the hosts you answer for into it, one a line");
  return out;
}

}  // namespace strongroom::doctor
