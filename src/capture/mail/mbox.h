/// Mailboxes in one file: "From " lines between mails, in the four dialects (RFC 4155; mboxo, mboxrd, mboxcl, mboxcl2).
#pragma once

#include <optional>
#include <string_view>

namespace strongroom::capture::mail {

/// One mail of a mailbox. Offsets are in the file.
struct MboxMail {
  std::size_t begin = 0;  ///< of the "From " line
  std::string_view postmark;  ///< what that line says after "From "
  std::size_t offset = 0;  ///< of the mail's first byte
  std::string_view raw;  ///< the mail, as it lies there: without the empty line that ends it
  /// The length its header states was believed, and lines that would otherwise end it lie within.
  bool spans_from_lines = false;
};

/// `text` (a file's beginning is enough) begins with a "From " line, byte order marks and empty lines aside.
bool begins_mbox(std::string_view text);

/// Gives one mail after the other, whatever the size of the file. A "From " line ends a mail if it follows an empty
/// line and looks like what programs write there, or what follows it is the header of a mail (docs: FORMAT.md).
class MboxMails {
 public:
  explicit MboxMails(std::string_view text);
  std::optional<MboxMail> next();
  /// Every mail looked at states its length, and a "From " line or the end follows (mboxcl, mboxcl2).
  bool believes_lengths() const { return believes_lengths_; }

 private:
  std::size_t stated_end(std::size_t offset, std::size_t plain_end) const;
  std::size_t next_from_line(std::size_t at) const;
  bool lengths_hold() const;

  std::string_view text_;
  std::size_t at_ = 0;
  bool believes_lengths_ = false;
};

}  // namespace strongroom::capture::mail
