// Every judge of foreign answers takes any bytes, and what it says holds none that could write on a terminal.
#include <algorithm>

#include "base/check.h"
#include "doctor/greeting.h"
#include "doctor/host_list.h"
#include "doctor/http_answers.h"
#include "doctor/keeping.h"
#include "doctor/listeners.h"
#include "doctor/mail_answers.h"
#include "doctor/memory_leaks.h"
#include "doctor/own_services.h"
#include "doctor/remote_answers.h"
#include "doctor/store_answers.h"
#include "doctor/timekeeping.h"

namespace {

using namespace strongroom::doctor;

void look_over(const Findings& findings) {
  for (const Finding& finding : findings) {
    CHECK(!finding.code.empty() && !finding.what.empty() && finding.what.size() < 400);
    CHECK(std::ranges::all_of(finding.what, [](char letter) { return letter >= ' ' && letter <= '~'; }));
  }
}
void look_over(const std::optional<Findings>& findings) {
  if (findings) look_over(*findings);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text{reinterpret_cast<const char*>(data), size};
  const strongroom::BytesView bytes = strongroom::bytes_of(text);
  // Up to four answers, divided by zero bytes, for those who hear several.
  std::array<std::string, 4> parts;
  for (std::size_t i = 0, at = 0; i < parts.size() && at <= text.size(); ++i) {
    const std::size_t end = std::min(text.find('\0', at), text.size());
    parts[i] = text.substr(at, end - at);
    at = end + 1;
  }
  for (const Over over : {Over::plain, Over::tls}) {
    const Place place{"host:1", over};
    look_over(judge_imap(place, {parts[0], parts[1], parts[2], parts[3]}));
    look_over(judge_pop3(place, {parts[0], parts[1], parts[2], parts[3]}));
    look_over(judge_smtp(place, {parts[0], parts[1], parts[2], parts[3]}));
    look_over(judge_ftp(place, {parts[0], parts[1], parts[2], parts[3]}));
    if (const auto answer = parse_http(text)) {
      for (const HttpQuestion& question : http_questions()) look_over(judge_http(place, question, *answer));
      look_over({web_server_at(place, *answer)});
    }
    look_over(judge_redis(place, text));
    look_over(judge_memcached(place, text));
    look_over(judge_mongo(place, bytes));
    look_over(judge_postgres(place, bytes));
    look_over(judge_mysql(place, bytes));
    look_over(judge_ssh(place, text));
    look_over(judge_telnet(place, bytes));
    look_over(judge_vnc(place, text));
    look_over(judge_smb(place, bytes));
    look_over(judge_rdp(place, bytes));
  }
  (void)recognise_greeting(bytes);
  (void)reply_is_whole(text);
  const Owners owners{{1, parts[0]}};
  look_over(judge_listeners(parse_listeners(text), owners));
  look_over(judge_running_server({1, parts[0], parts[1], parts[2], 0}));
  (void)parse_swaps(text);
  (void)backup_made_s(text);
  (void)latest_cosignature_s(text);
  if (const auto hosts = parse_host_list(text, usual_ports())) CHECK(!hosts->empty());
  return 0;
}
