#include "doctor/greeting.h"

#include "doctor/answers.h"

namespace strongroom::doctor {

Speaker recognise_greeting(BytesView greeting) {
  const std::string_view text = text_of(greeting);
  if (text.empty()) return Speaker::nobody;
  if (begins_with_word(text, "* OK") || begins_with_word(text, "* PREAUTH") ||
      begins_with_word(text, "* BYE"))
    return Speaker::imap;
  if (text.starts_with("+OK")) return Speaker::pop3;
  if (text.starts_with("220")) {
    if (mentions(text, "SMTP")) return Speaker::smtp;
    return mentions(text, "FTP") ? Speaker::ftp : Speaker::smtp_or_ftp;
  }
  if (text.starts_with("554") || text.starts_with("421")) return Speaker::smtp;
  if (text.starts_with("SSH-")) return Speaker::ssh;
  if (text.starts_with("RFB ")) return Speaker::vnc;
  if (greeting[0] == std::byte{255}) return Speaker::telnet;
  if (greeting.size() > 5 && greeting[3] == std::byte{0} && greeting[4] == std::byte{10})
    return Speaker::mysql;
  return Speaker::other;
}

}  // namespace strongroom::doctor
