// The structure of other people's mails, as other libraries' tests expect it: MimeKit's summaries and offsets of
// mailboxes, mime4j's trees. Where we differ for a reason, oracle_differences.txt gives it.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "base/shared_corpus.h"
#include "capture/collecting_sink.h"
#include "capture/mail/fields.h"
#include "capture/mail/mbox.h"
#include "capture/mail/mime.h"
#include "capture/mail/parser.h"

namespace strongroom::capture::mail {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::string out{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  return out;
}

/// The lines that only one of two texts has.
std::size_t lines_apart(const std::string& ours, const std::string& expected) {
  std::map<std::string, int> balance;
  std::istringstream a(ours), b(expected);
  for (std::string line; std::getline(a, line);) ++balance[line];
  for (std::string line; std::getline(b, line);) --balance[line];
  std::size_t out = 0;
  for (const auto& [line, times] : balance) out += static_cast<std::size_t>(std::abs(times));
  return out;
}

/// Lines of oracle_differences.txt: a file of the corpus, in how many lines what we read differs from what is expected,
/// and why; with tabs between.
class Differences {
 public:
  explicit Differences(const std::string& oracle) {
    std::istringstream lines(read_file(STRONGROOM_SOURCE_DIR "/src/capture/mail/oracle_differences.txt"));
    for (std::string line; std::getline(lines, line);) {
      const std::size_t tab = line.find('\t');
      if (line.starts_with(oracle + "/") && tab != std::string::npos)
        allowed_[line.substr(0, tab)] = std::stoul(line.substr(tab + 1));
    }
  }
  ~Differences() {
    for (const auto& [file, lines] : allowed_)
      EXPECT_TRUE(met_.contains(file)) << file << " does not differ: take it out of oracle_differences.txt";
  }
  Differences(const Differences&) = delete;
  Differences& operator=(const Differences&) = delete;

  void compare(const std::string& file, const std::string& ours, const std::string& expected) {
    if (ours == expected) return;
    met_.insert(file);
    const auto allowed = allowed_.find(file);
    const std::size_t apart = lines_apart(ours, expected);
    if (allowed != allowed_.end() && allowed->second == apart) return;
    EXPECT_EQ(ours, expected) << file << ": " << apart
                              << " lines differ; where that is right, say why in the table";
  }
  /// The corpus has the expectation, and not the mails.
  void absent(const std::string& file) {
    met_.insert(file);
    EXPECT_TRUE(allowed_.contains(file)) << file << " is not in the corpus, and no reason is given";
  }

 private:
  std::map<std::string, std::size_t> allowed_;
  std::set<std::string> met_;
};

// MimeKit

/// "Content-Type: multipart/mixed", and what it holds three columns further in; mails within as their own parts.
void add_types(BytesView mail, std::size_t depth, std::string& out) {
  for (const Part& part : read_mime(mail, {}).parts) {
    out += fmt::format("{:{}}Content-Type: {}\n", "", 3 * (depth + part.depth), part.type);
    if (part.kind == PartKind::message) add_types(part.raw, depth + part.depth + 1, out);
  }
}

std::string shown(const record::Person& person) {
  const std::string address = person.addresses.empty() ? "" : person.addresses[0].substr(7);
  return person.name.empty() ? address : fmt::format("\"{}\" <{}>", person.name, address);
}

std::string people(const std::string& name, const record::Record& record, bool with_author,
                   std::string_view role) {
  std::string out;
  if (with_author && record.author) out = shown(*record.author);
  for (const record::Person& p : record.people) {
    if (p.role == role) out += (out.empty() ? "" : ", ") + shown(p);
  }
  return out.empty() ? out : name + ": " + out + "\n";
}

/// A mailbox as MimeKit's tests sum it up; dates as instants.
std::string summary_of(const std::string& mailbox) {
  const std::vector<InputFile> input{{"mailbox", bytes_of(mailbox)}};
  CollectingSink sink;
  EXPECT_TRUE(parser().parse(input, {}, {}, sink));
  MboxMails mails{mailbox};
  std::string out;
  for (const record::Record& r : sink.records) {
    const auto mail = mails.next();
    if (!mail) return out + "more records than mails";
    const auto subject = r.extra.find("subject");
    out += fmt::format("From {}\n", mail->postmark) + people("From", r, true, "from") +
           people("To", r, false, "to");
    out +=
        fmt::format("Subject: {}\n", subject == r.extra.end() ? "" : std::get<std::string>(subject->second));
    out += fmt::format("Date: {}\n", r.sent_at.unix_ms / 1000);
    add_types(bytes_of(mail->raw), 0, out);
    out += "\n";
  }
  return out;
}

/// "Fri, 26 Sep 2025 10:18:40 -0700" in seconds since 1970.
std::int64_t seconds_of(const std::string& date) {
  std::istringstream in(date);
  std::chrono::sys_seconds out;
  int day = 0, year = 0, hour = 0, minute = 0, second = 0;
  char month[4] = "", sign = '+';
  int zone = 0;
  if (std::sscanf(date.c_str(), "%*3s, %d %3s %d %d:%d:%d %c%d", &day, month, &year, &hour, &minute, &second,
                  &sign, &zone) != 8)
    return -1;
  const std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";
  const auto days =
      std::chrono::sys_days{std::chrono::year{year} / static_cast<int>(months.find(month) / 3 + 1) / day};
  const int east = (zone / 100 * 60 + zone % 100) * 60 * (sign == '-' ? -1 : 1);
  out = days + std::chrono::hours{hour} + std::chrono::minutes{minute} + std::chrono::seconds{second - east};
  return out.time_since_epoch().count();
}

std::string with_instants(const std::string& summary) {
  std::istringstream lines(summary);
  std::string out;
  for (std::string line; std::getline(lines, line);) {
    if (line.ends_with('\r')) line.pop_back();
    out += line.starts_with("Date: ") ? fmt::format("Date: {}\n", seconds_of(line.substr(6))) : line + "\n";
  }
  return out;
}

/// Calls `with` for each mailbox of which the tests have the file `ending`.
template <class With>
std::size_t each_mailbox(const fs::path& root, const std::string& ending, const std::string& oracle,
                         With with) {
  Differences differences(oracle);
  std::size_t compared = 0;
  for (const auto& entry : fs::directory_iterator(root)) {
    const std::string name = entry.path().filename().string();
    if (!name.ends_with(ending)) continue;
    const std::string base = name.substr(0, name.size() - ending.size());
    const std::string file = oracle + "/" + base + ".mbox.txt",
                      mailbox = read_file(root / (base + ".mbox.txt"));
    if (mailbox.empty()) {
      differences.absent(file);
      continue;
    }
    with(differences, file, mailbox, read_file(entry.path()));
    ++compared;
  }
  return compared;
}

TEST(MailOracle, MailboxesAreWhatMimeKitSumsUp) {
  STRONGROOM_CORPUS(root, "samples/email/jstedfast__MimeKit/UnitTests/TestData/mbox");
  EXPECT_GE(each_mailbox(root, "-summary.txt", "mimekit",
                         [](Differences& differences, const std::string& file, const std::string& mailbox,
                            const std::string& summary) {
                           differences.compare(file, summary_of(mailbox), with_instants(summary));
                         }),
            1u);
}

/// Where a mail and its parts begin and end. `base`: where the bytes given to the reader lie in the mailbox.
void add_offsets(BytesView mail, std::size_t base, std::size_t depth, std::string& out) {
  for (const Part& part : read_mime(mail, {}).parts) {
    out += fmt::format("{:{}}{}", "", depth + part.depth, part.type);
    const auto start =
        base + (part.raw.empty() ? 0 : static_cast<std::size_t>(part.raw.data() - mail.data()));
    if (part.kind == PartKind::leaf && !part.raw.empty())
      out += fmt::format(" {}-{}", start, start + part.raw.size());
    out += "\n";
    if (part.kind == PartKind::message) add_offsets(part.raw, start, depth + part.depth + 1, out);
  }
}

void add_expected(const json::object& entity, std::size_t depth, std::string& out) {
  out += fmt::format("{:{}}{}", "", depth, entity.at("mimeType").as_string().c_str());
  const auto from = entity.at("headersEndOffset").to_number<std::uint64_t>(),
             to = entity.at("endOffset").to_number<std::uint64_t>();
  const bool leaf = !entity.contains("children") && !entity.contains("message") &&
                    !std::string_view(entity.at("mimeType").as_string()).starts_with("multipart/");
  if (leaf && from < to) out += fmt::format(" {}-{}", from, to);
  out += "\n";
  if (const json::value* children = entity.if_contains("children")) {
    for (const json::value& child : children->as_array()) add_expected(child.as_object(), depth + 1, out);
  }
  if (const json::value* message = entity.if_contains("message"))
    add_expected(message->as_object().at("body").as_object(), depth + 1, out);
}

TEST(MailOracle, PartsOfMailboxesLieWhereMimeKitFindsThem) {
  STRONGROOM_CORPUS(root, "samples/email/jstedfast__MimeKit/UnitTests/TestData/mbox");
  EXPECT_GE(each_mailbox(root, ".unix-offsets.json", "mimekit-offsets",
                         [](Differences& differences, const std::string& file, const std::string& mailbox,
                            const std::string& offsets) {
                           const json::value tree = json::parse(offsets);
                           std::string ours, expected;
                           MboxMails mails{mailbox};
                           while (const auto mail = mails.next()) {
                             ours += fmt::format("mail {} {}\n", mail->begin, mail->offset);
                             add_offsets(bytes_of(mail->raw), mail->offset, 0, ours);
                           }
                           for (const json::value& value : tree.as_array()) {
                             const json::object& mail = value.as_object();
                             expected += fmt::format("mail {} {}\n",
                                                     mail.at("mboxMarkerOffset").to_number<std::uint64_t>(),
                                                     mail.at("beginOffset").to_number<std::uint64_t>());
                             add_expected(mail.at("body").as_object(), 0, expected);
                           }
                           differences.compare(file, ours, expected);
                         }),
            1u);
}

// mime4j

std::string plain(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c > ' ' && c < 0x7f) out.push_back(c);
  }
  return out;
}

std::string unescaped(std::string text) {
  for (const auto& [from, to] : {std::pair{"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&amp;", "&"}}) {
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + 1))
      text.replace(at, std::string_view(from).size(), to);
  }
  return text;
}

void add_fields(const Header& header, const std::string& indent, std::string& out) {
  for (const Field& f : header.fields) out += indent + "  " + plain(f.name) + ":" + plain(f.value) + "\n";
}

/// A message with its fields, its parts and the messages within; of a part the Content-Type.
void add_message(BytesView mail, std::size_t depth, std::string& out) {
  out += std::string(depth, ' ') + "message\n";
  add_fields(read_header(text_of(mail)), std::string(depth, ' '), out);
  for (const Part& part : read_mime(mail, {}).parts) {
    const std::string indent(depth + part.depth, ' ');
    const bool root = part.path.empty();
    const char* kind = part.kind == PartKind::multipart ? "multipart"
                       : part.kind == PartKind::leaf    ? "body"
                                                        : "holds";
    if (!root) out += indent + "part " + plain(part.content_type) + "\n";
    if (part.kind == PartKind::message)
      add_message(part.raw, depth + part.depth + 1, out);
    else
      out += indent + kind + "\n";
  }
}

/// The same from mime4j's tree.
class Tree {
 public:
  explicit Tree(const std::string& xml) : xml_(xml) {}
  std::string run() {
    for (std::size_t at = xml_.find('<'); at != std::string::npos; at = xml_.find('<', at + 1)) {
      const std::size_t end = xml_.find('>', at);
      tag(std::string_view(xml_).substr(at + 1, end - at - 1), end + 1);
    }
    return std::move(out_);
  }

 private:
  enum class Of { message, part };
  void tag(std::string_view name, std::size_t after) {
    const std::string indent(depth_, ' ');
    if (name == "message") {
      if (!open_.empty()) ++depth_;
      open_.push_back(Of::message);
      out_ += std::string(depth_, ' ') + "message\n";
    } else if (name == "/message") {
      open_.pop_back();
      if (!open_.empty()) --depth_;
    } else if (name == "body-part") {
      open_.push_back(Of::part);
      ++depth_;
      type_.clear();
    } else if (name == "/body-part") {
      open_.pop_back();
      --depth_;
    } else if (name == "field") {
      field(unescaped(xml_.substr(after, xml_.find('<', after) - after)), indent);
    } else if (name == "/header" && open_.back() == Of::part) {
      out_ += indent + "part " + type_ + "\n";
    } else if (name == "multipart" || name == "body") {
      out_ += indent + std::string(name) + "\n";
    }
  }
  void field(const std::string& text, const std::string& indent) {
    const std::size_t colon = text.find(':');
    const std::string field_name = plain(text.substr(0, colon)), value = plain(text.substr(colon + 1));
    if (open_.back() == Of::message)
      out_ += indent + "  " + field_name + ":" + value + "\n";
    else if (same_name(field_name, "Content-Type") && type_.empty())
      type_ = value;
  }
  const std::string& xml_;
  std::string out_, type_;
  std::vector<Of> open_;
  std::size_t depth_ = 0;
};

TEST(MailOracle, MailsHaveTheFieldsAndPartsThatMime4jFinds) {
  STRONGROOM_CORPUS(root, "samples/email/apache__james-mime4j/core/src/test/resources");
  Differences differences("mime4j");
  std::size_t mails = 0;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    const std::string name = entry.path().string();
    if (!name.ends_with(".xml") || name.ends_with("_decoded.xml")) continue;
    const std::string mail = read_file(name.substr(0, name.size() - 4) + ".msg");
    ASSERT_FALSE(mail.empty()) << name;
    std::string ours;
    add_message(bytes_of(mail), 0, ours);
    differences.compare("mime4j/" + entry.path().stem().string(), ours, Tree(read_file(name)).run());
    ++mails;
  }
  EXPECT_EQ(mails, 80u);
}

}  // namespace
}  // namespace strongroom::capture::mail
