#include "capture/mail/parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/utf8.h"
#include "capture/beside.h"
#include "capture/mail/count.h"
#include "capture/mail/detect.h"
#include "capture/mail/header_text.h"
#include "capture/mail/journal.h"
#include "capture/mail/letter.h"
#include "capture/mail/maildir.h"
#include "capture/mail/mbox.h"
#include "capture/mail/mime.h"

namespace strongroom::capture::mail {
namespace {

constexpr std::string_view kSource = "mail";
constexpr std::uint64_t kParserVersion = 1;
constexpr std::size_t kPostmarkMax = 512;

/// One parse.
class Import {
 public:
  Import(const Statement& statement, const Limits& limits, Sink& sink)
      : statement_(statement), limits_(limits), tally_(sink, kSource, kParserVersion) {}

  Result<Outcome> run(const std::vector<InputFile>& files) {
    std::set<std::size_t> mails;
    for (std::size_t i = 0; i < files.size(); ++i) {
      const FileKind kind = kind_of(files[i]);
      if (kind == FileKind::other) continue;
      mails.insert(i);
      TRY(kind == FileKind::mbox ? mbox(files[i]) : eml(files[i]));
    }
    TRY(FilesBeside(files, mails).hand_over(tally_));
    return tally_.outcome();
  }

 private:
  Result<void> eml(const InputFile& file) {
    const std::size_t blank = blank_before(text_of(file.bytes));
    Place place{file.path, blank, file.bytes.subspan(blank), {}, {}};
    if (blank > 0) place.extra["preceded_by"] = std::string(text_of(file.bytes.first(blank)));
    if (auto maildir = maildir_place(file.path)) {
      place.extra = std::move(maildir->extra);
      place.delivered_ms = maildir->delivered_ms;
    } else {
      place.extra["container"] = "eml";
    }
    return mail(place, FromLines::as_they_are);
  }

  Result<void> mbox(const InputFile& file) {
    MboxMails mails(text_of(file.bytes));
    const FromLines from_lines = mails.believes_lengths() ? FromLines::as_they_are : FromLines::unquoted;
    while (const auto found = mails.next()) {
      Place place{file.path, found->offset, bytes_of(found->raw), {}, postmark_date(found->postmark)};
      place.extra["container"] = "mbox";
      place.extra["postmark"] = utf8::repaired(found->postmark.substr(0, kPostmarkMax));
      if (found->spans_from_lines) place.extra["spans_from_lines"] = true;
      TRY(mail(place, from_lines));
    }
    return {};
  }

  /// "ana@example.org Fri Feb 22 17:06:23 2008": the postman's clock.
  static std::optional<std::int64_t> postmark_date(std::string_view postmark) {
    const std::size_t space = postmark.find(' ');
    if (space == std::string_view::npos) return std::nullopt;
    return read_date(std::string(trimmed(postmark.substr(space, kPostmarkMax))));
  }

  Result<void> mail(const Place& place, FromLines from_lines) {
    if (!TRY(tally_.begin(place.file, place.offset)))
      return tally_.refuse({place.file, place.offset, place.raw, "killed-its-reader",
                            "reading this mail ended the program that read it; its bytes are kept whole"});
    return hand_over(letter_of(place, from_lines), place, statement_, tally_);
  }

  Letter letter_of(const Place& place, FromLines from_lines) {
    const Header header = read_header(text_of(place.raw));
    Letter letter;
    if (place.raw.size() > limits_.item_bytes_max) {
      read_fields(header, charsets_, {}, letter);
      letter.doubt(
          "too-large-to-open",
          fmt::format("the mail has {} bytes: its header was read, and all of it is kept", place.raw.size()));
    } else if (header.first("X-MS-Journal-Report")) {
      MimeTree tree = read_mime(place.raw, {});
      if (auto journaled = read_journal_report(place.raw, header, tree, charsets_))
        return *std::move(journaled);
      read_fields(header, charsets_, {}, letter);
      letter.doubt("journal-report", "the mail says it is a journal report and has not the form of one");
      (void)read_body(place.raw, header, charsets_, from_lines, letter);
    } else {
      const auto type = header.first("Content-Type");
      const ParameterValue parameters = type ? read_parameters(*type, charsets_, {}) : ParameterValue();
      read_fields(header, charsets_, parameters.parameter("charset"), letter);
      (void)read_body(place.raw, header, charsets_, from_lines, letter);
    }
    if (place.extra.contains("spans_from_lines"))
      letter.doubt("spans-from-lines",
                   "the length this mail states was believed; lines within it could begin other mails");
    return letter;
  }

  const Statement& statement_;
  const Limits& limits_;
  Tally tally_;
  Charsets charsets_;
};

int detect(const std::vector<InputFile>& files) {
  int best = 0;
  for (const InputFile& file : files) best = std::max(best, sureness(file));
  return best;
}

Result<Outcome> parse(const std::vector<InputFile>& files, const Statement& statement, const Limits& limits,
                      Sink& sink) {
  return Import(statement, limits, sink).run(files);
}

Result<std::uint64_t> count(const std::vector<InputFile>& files, const Statement&, const Limits&) {
  std::uint64_t found = 0;
  for (const InputFile& file : files) found += kind_of(file) == FileKind::mbox ? count_mbox(file.bytes) : 1;
  return found;
}

}  // namespace

void prepare() { start_mime_library(); }

const Parser& parser() {
  static constexpr Parser kParser{kSource, detect, parse, count};
  return kParser;
}

}  // namespace strongroom::capture::mail
