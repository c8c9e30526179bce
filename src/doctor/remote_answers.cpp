#include "doctor/remote_answers.h"

namespace strongroom::doctor {
namespace {

constexpr std::string_view kTodo =
    "let only the machines that need it reach this port, or put it behind a VPN";

Bytes bytes(std::initializer_list<int> values) {
  Bytes out;
  for (const int value : values) out.push_back(static_cast<std::byte>(value));
  return out;
}

Findings one(const Place& place, Severity severity, std::string code, std::string what, std::string todo) {
  About about(place);
  about.say(severity, std::move(code), std::move(what), std::move(todo));
  return about.take();
}

}  // namespace

std::optional<Findings> judge_ssh(const Place& place, std::string_view greeting) {
  if (!greeting.starts_with("SSH-")) return std::nullopt;
  if (greeting.starts_with("SSH-1.") && !greeting.starts_with("SSH-1.99"))
    return one(place, Severity::warning, "ssh-1", "SSH speaks only version 1, which is broken",
               "replace this server");
  return one(place, Severity::advice, "reachable", "SSH answers here: \"" + shown(greeting) + "\"",
             "let in keys only (PasswordAuthentication no), and only from where it is needed");
}

std::optional<Findings> judge_telnet(const Place& place, BytesView greeting) {
  // IAC (255), then WILL, WONT, DO or DONT (RFC 854).
  if (greeting.size() < 3 || greeting[0] != std::byte{255} || std::to_integer<int>(greeting[1]) < 251)
    return std::nullopt;
  return one(place, Severity::warning, "telnet",
             "Telnet answers here: passwords and everything else are readable on the way", "use SSH instead");
}

std::optional<Findings> judge_vnc(const Place& place, std::string_view greeting) {
  if (!greeting.starts_with("RFB ")) return std::nullopt;
  return one(place, Severity::warning, "vnc-reachable", "a screen can be taken over from here (VNC)",
             std::string(kTodo));
}

Bytes smb_negotiate() {
  Bytes message = bytes({0xff, 'S', 'M', 'B', 0x72, 0, 0, 0, 0,    0x18, 0x53, 0xc8, 0, 0, 0, 0,
                         0,    0,   0,   0,   0,    0, 0, 0, 0xff, 0xff, 0xff, 0xfe, 0, 0, 0, 0});
  Bytes dialects;
  for (const std::string_view dialect : {"NT LM 0.12", "SMB 2.002"}) {
    dialects.push_back(std::byte{2});
    append(dialects, bytes_of(dialect));
    dialects.push_back(std::byte{0});
  }
  message.push_back(std::byte{0});  // no parameter words
  message.push_back(static_cast<std::byte>(dialects.size()));
  message.push_back(std::byte{0});
  append(message, dialects);
  Bytes out;
  append_u32(out, static_cast<std::uint32_t>(message.size()));
  append(out, message);
  return out;
}

std::optional<Findings> judge_smb(const Place& place, BytesView answer) {
  if (answer.size() < 8 || text_of(answer.subspan(5, 3)) != "SMB") return std::nullopt;
  if (answer[4] == std::byte{0xff})
    return one(place, Severity::critical, "smb1", "Windows file shares are served in SMB 1, which worms use",
               "turn SMB 1 off, and close the port to the outside");
  if (answer[4] == std::byte{0xfe})
    return one(place, Severity::warning, "smb-reachable", "Windows file shares answer here",
               std::string(kTodo));
  return std::nullopt;
}

Bytes rdp_request() { return bytes({3, 0, 0, 19, 14, 0xe0, 0, 0, 0, 0, 0, 1, 0, 8, 0, 3, 0, 0, 0}); }

std::optional<Findings> judge_rdp(const Place& place, BytesView answer) {
  if (answer.size() < 11 || answer[0] != std::byte{3} || answer[5] != std::byte{0xd0}) return std::nullopt;
  // A negotiation response (type 2) names what was chosen; 2 is CredSSP, where the password comes before the screen.
  const bool first_password = answer.size() >= 19 && answer[11] == std::byte{2} && answer[15] == std::byte{2};
  if (first_password)
    return one(place, Severity::warning, "rdp-reachable", "a screen can be asked for from here (RDP)",
               std::string(kTodo));
  return one(place, Severity::warning, "rdp-weak",
             "a screen can be asked for from here (RDP), before a password is",
             "demand network level authentication, and put it behind a VPN");
}

}  // namespace strongroom::doctor
