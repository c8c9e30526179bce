#include "platform/passphrase_source.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <termios.h>

#include <array>
#include <csignal>

#include "platform/descriptor.h"

namespace strongroom::platform {
namespace {

/// Bytes up to the end or the first newline. One byte at a time: what follows the line belongs to someone
/// else.
Result<SecretBytes> read_line(int descriptor, const std::string& where) {
  SecretBytes buffer(kPassphraseBytesMax + 1);
  const MutableBytes room = buffer.reveal_mutable();
  std::size_t used = 0;
  while (true) {
    const ssize_t n = retry_interrupted([&] { return ::read(descriptor, &room[used], 1); });
    if (n < 0) return fail_errno("the passphrase cannot be read", where);
    if (n == 0 || room[used] == std::byte{'\n'}) break;
    if (++used > kPassphraseBytesMax)
      return fail(ErrorCode::limit_exceeded, "the passphrase is too long", where);
  }
  if (used == 0)
    return fail(ErrorCode::refused, "the passphrase is empty", where, "give one of several words");
  return SecretBytes::copy_of(buffer.reveal().first(used));
}

/// Switches the terminal's echo off, and on again however the function is left.
class SilentTerminal {
 public:
  explicit SilentTerminal(int descriptor) : descriptor_(descriptor) {
    if (::tcgetattr(descriptor_, &before_) != 0) return;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO | ECHOE | ECHOK | ECHONL);
    is_silent_ = ::tcsetattr(descriptor_, TCSAFLUSH, &silent) == 0;
  }
  SilentTerminal(const SilentTerminal&) = delete;
  SilentTerminal& operator=(const SilentTerminal&) = delete;
  ~SilentTerminal() {
    if (is_silent_) ::tcsetattr(descriptor_, TCSAFLUSH, &before_);
  }
  bool is_silent() const { return is_silent_; }

 private:
  int descriptor_;
  termios before_{};
  bool is_silent_ = false;
};

/// Holds back the signals that would end or stop the program, until the terminal's echo is on again.
class HeldSignals {
 public:
  HeldSignals() {
    sigset_t held;
    sigemptyset(&held);
    for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP}) sigaddset(&held, number);
    ::pthread_sigmask(SIG_BLOCK, &held, &before_);
    arrived_ = Descriptor(::signalfd(-1, &held, SFD_CLOEXEC));
  }
  HeldSignals(const HeldSignals&) = delete;
  HeldSignals& operator=(const HeldSignals&) = delete;
  ~HeldSignals() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

  /// Waits for a line on the terminal; false if a signal came instead.
  bool wait_for_line(int terminal) const {
    std::array<pollfd, 2> watched{pollfd{.fd = arrived_.get(), .events = POLLIN, .revents = 0},
                                  pollfd{.fd = terminal, .events = POLLIN, .revents = 0}};
    retry_interrupted([&] { return ::poll(watched.data(), watched.size(), -1); });
    return watched[0].revents == 0;
  }

 private:
  sigset_t before_{};
  Descriptor arrived_;
};

Result<SecretBytes> ask(const std::string& prompt) {
  const Descriptor terminal(
      retry_interrupted([] { return ::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY); }));
  if (!terminal.is_open()) {
    return fail(ErrorCode::refused, "there is no terminal to ask for the passphrase on", "/dev/tty",
                "use --passphrase-file, or run this in a terminal");
  }
  const HeldSignals signals;
  const SilentTerminal silence(terminal.get());
  if (!silence.is_silent()) return fail_errno("the terminal's echo cannot be switched off", "/dev/tty");
  static_cast<void>(::write(terminal.get(), prompt.data(), prompt.size()) < 0);
  if (!signals.wait_for_line(terminal.get())) return fail(ErrorCode::refused, "the question was interrupted");
  auto passphrase = read_line(terminal.get(), "the terminal");
  static_cast<void>(::write(terminal.get(), "\n", 1) < 0);
  return passphrase;
}

Result<SecretBytes> read_file(const std::string& path) {
  const Descriptor file(
      retry_interrupted([&] { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY); }));
  if (!file.is_open()) return fail_errno("the passphrase file cannot be opened", path);
  struct stat status{};
  if (::fstat(file.get(), &status) != 0) return fail_errno("the passphrase file cannot be examined", path);
  if (S_ISREG(status.st_mode) && (status.st_mode & 077) != 0) {
    return fail(ErrorCode::refused, "other users may open the passphrase file", path, "chmod 600 " + path);
  }
  return read_line(file.get(), path);
}

}  // namespace

Result<SecretBytes> read_passphrase(const PassphraseSource& source) {
  if (const auto* terminal = std::get_if<FromTerminal>(&source)) return ask(terminal->prompt);
  if (const auto* file = std::get_if<FromFile>(&source)) return read_file(file->path);
  const int descriptor = std::get<FromDescriptor>(source).descriptor;
  return read_line(descriptor, "descriptor " + std::to_string(descriptor));
}

Result<SecretBytes> read_new_passphrase(const PassphraseSource& source) {
  auto first = TRY(read_passphrase(source));
  if (!std::holds_alternative<FromTerminal>(source)) return first;
  const SecretBytes second = TRY(ask("The same again: "));
  if (!equal_constant_time(first.reveal(), second.reveal())) {
    return fail(ErrorCode::refused, "the two passphrases differ", {}, "try again");
  }
  return first;
}

}  // namespace strongroom::platform
