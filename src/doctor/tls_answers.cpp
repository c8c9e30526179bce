#include "doctor/tls_answers.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace strongroom::doctor {
namespace {

constexpr std::int64_t kDayS = 86400;

std::string day_of(std::int64_t s) {
  return fmt::format("{:%Y-%m-%d}", fmt::gmtime(static_cast<std::time_t>(s)));
}

void judge_certificate(About& about, std::int64_t ends_s, std::int64_t now_s) {
  constexpr std::string_view kRenew = "renew it, and let something renew it by itself";
  if (ends_s < now_s)
    about.say(Severity::warning, "tls-certificate-expired", "the certificate expired on " + day_of(ends_s),
              std::string(kRenew));
  else if (ends_s - now_s < 14 * kDayS)
    about.say(Severity::warning, "tls-certificate-expires", "the certificate expires on " + day_of(ends_s),
              std::string(kRenew));
}

}  // namespace

Findings judge_tls(const Place& place, const TlsHeard& heard, std::int64_t now_s) {
  About about(place);
  const wire::ForeignTlsSeen& best = heard.best;
  std::string spoken = best.version;
  if (!best.group.empty()) spoken += ", " + best.group;
  spoken += ", " + best.cipher;
  if (best.ends_s && *best.ends_s < 253402300799) spoken += ", certificate until " + day_of(*best.ends_s);
  about.say(Severity::advice, "tls", "TLS answers here: " + shown(spoken, 160),
            "leave it reachable only for those who need it");
  if (best.ends_s) judge_certificate(about, *best.ends_s, now_s);
  if (heard.up_to_11)
    about.say(Severity::warning, "tls-old", *heard.up_to_11 + " is accepted, which is withdrawn (RFC 8996)",
              "accept TLS 1.3, and 1.2 only for those who have nothing newer");
  else if (heard.up_to_12)
    about.say(Severity::advice, "tls-1.2",
              "TLS 1.2 is accepted: who records it may read it once quantum computers can",
              "accept TLS 1.3 only, if everybody who connects can");
  return about.take();
}

Findings judge_own_tls(const Place& place, const TlsHeard& heard) {
  About about(place);
  if (heard.up_to_12 || heard.up_to_11 || heard.best.version != "TLSv1.3" ||
      heard.best.group != "X25519MLKEM768")
    about.say(Severity::critical, "own-tls-weak",
              "the key of our server answers with less than TLS 1.3 and X25519MLKEM768: something else holds "
              "this key",
              "stop that machine; who has its key can play the server (docs/operating/emergencies.md)");
  else
    about.say(Severity::ok, "ours", "our server: its key is pinned; TLS 1.3, X25519MLKEM768, nothing older");
  return about.take();
}

}  // namespace strongroom::doctor
