#include <charconv>
#include <map>
#include <mutex>

#include "archive/witnessing.h"
#include "codec/text.h"
#include "wire/client.h"

namespace strongroom::archive {
namespace {

struct Place {
  std::string address;
  std::uint16_t port = 80;
  std::string prefix;  ///< without a slash at the end
};

/// "http://host:port/prefix/"
Result<Place> parse_url(std::string_view url) {
  constexpr std::string_view scheme = "http://";
  if (!url.starts_with(scheme)) {
    return fail(ErrorCode::unsupported, "a witness is reached at an http:// address", std::string(url));
  }
  url.remove_prefix(scheme.size());
  Place out;
  const std::size_t slash = std::min(url.find('/'), url.size());
  std::string_view host = url.substr(0, slash);
  out.prefix = std::string(url.substr(slash));
  while (out.prefix.ends_with('/')) out.prefix.pop_back();
  const std::size_t colon = host.rfind(':');
  if (colon != std::string_view::npos && host.find(']', colon) == std::string_view::npos) {
    out.port = static_cast<std::uint16_t>(TRY(codec::from_decimal(host.substr(colon + 1), 65535)));
    host = host.substr(0, colon);
  }
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (host.empty()) return fail(ErrorCode::malformed, "a witness address without a host", std::string(url));
  out.address = std::string(host);
  return out;
}

/// Keeps one connection a calling thread is done with, per address.
class HttpWitnessTransport final : public WitnessTransport {
 public:
  Result<ledger::WitnessAnswer> add_checkpoint(const std::string& url, const std::string& body) override {
    const Place place = TRY(parse_url(url));
    wire::Client client = TRY(take(url, place));
    const Bytes content = copy_of(bytes_of(body));
    const wire::Response response = TRY(client.post(place.prefix + "/add-checkpoint", content, "text/plain"));
    give_back(url, std::move(client));
    return ledger::WitnessAnswer{static_cast<int>(response.status), response.content_type,
                                 std::string(text_of(response.body))};
  }

 private:
  Result<wire::Client> take(const std::string& url, const Place& place) {
    {
      const std::lock_guard lock(mutex_);
      if (auto node = idle_.extract(url)) return std::move(node.mapped());
    }
    wire::ClientConfig config;
    config.address = place.address;
    config.port = place.port;
    config.connect_timeout = std::chrono::milliseconds(5000);
    config.exchange_timeout = std::chrono::milliseconds(15000);
    config.limits.body_bytes_max = ledger::kNoteBytesMax;
    return wire::Client::connect_public(config);
  }
  void give_back(const std::string& url, wire::Client client) {
    const std::lock_guard lock(mutex_);
    idle_.emplace(url, std::move(client));
  }

  std::mutex mutex_;
  std::multimap<std::string, wire::Client> idle_;
};

}  // namespace

std::unique_ptr<WitnessTransport> make_http_witness_transport() {
  return std::make_unique<HttpWitnessTransport>();
}

}  // namespace strongroom::archive
