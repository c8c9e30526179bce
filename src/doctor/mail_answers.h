/// What mail and file servers say to somebody who has not logged in: IMAP (RFC 9051), POP3 (RFC 1939, 2449), SMTP
/// (RFC 5321), FTP (RFC 959). Each struct holds what was heard after each thing said; empty where nothing came.
#pragma once

#include "doctor/answers.h"

namespace strongroom::doctor {

/// After: nothing; "a1 CAPABILITY"; "a2 LIST "" *"; "a3 EXAMINE INBOX".
struct ImapHeard {
  std::string greeting, capability, list, examine;
};
Findings judge_imap(const Place& place, const ImapHeard& heard);

/// After: nothing; CAPA; STAT; USER with a name nobody has, said only where CAPA is not understood.
struct Pop3Heard {
  std::string greeting, capa, stat, user;
};
Findings judge_pop3(const Place& place, const Pop3Heard& heard);

/// After: nothing; EHLO; MAIL FROM:<>; RCPT TO a stranger's address elsewhere. RSET follows; nothing is ever sent.
struct SmtpHeard {
  std::string greeting, ehlo, mail, rcpt;
};
Findings judge_smtp(const Place& place, const SmtpHeard& heard);

/// After: nothing; FEAT; USER anonymous; PASS, said only if it was asked for.
struct FtpHeard {
  std::string greeting, feat, user, pass;
};
Findings judge_ftp(const Place& place, const FtpHeard& heard);

/// Whether the last line of an SMTP or FTP reply has come ("250 ok", not "250-more").
bool reply_is_whole(std::string_view reply);

}  // namespace strongroom::doctor
