/// The structure of a mail, by GMime: the only file that names that library is mime.cpp. Views are of the mail's bytes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "capture/mail/header_text.h"
#include "record/record.h"

namespace strongroom::capture::mail {

enum class PartKind { multipart, leaf, message };
enum class Encoding { none, base64, quoted_printable, uuencode };

/// One part, as written: the values of its fields are raw.
struct Part {
  PartKind kind = PartKind::leaf;
  std::string path;  ///< "1.2": the second child of the first; empty for the whole mail
  std::size_t depth = 0;
  std::string type;  ///< "text/plain", lower case, as GMime understood it
  std::string within;  ///< type of the part around it
  std::size_t index = 0;  ///< among the children of the part around it, from 0
  std::string content_type, disposition, content_id, description;
  Encoding encoding = Encoding::none;
  BytesView raw;  ///< of a leaf: its content, still encoded; of a message: the message
  std::size_t begin = 0;  ///< where its first field lies in the mail, or what it holds
  std::string boundary;  ///< of a multipart, with "--" before it
};

struct MimeTree {
  std::vector<Part> parts;  ///< in the order of the mail, containers before what they hold
  bool too_many = false;  ///< there are more than are read
  bool too_deep = false;
  std::vector<record::Doubt> doubts;  ///< of parts that were not as they should be
};

struct MimeLimits {
  std::size_t parts_max = 10'000;
  std::size_t depth_max = 100;
  std::size_t boundary_lines_max = 100'000;  ///< lines that begin with "--"
  std::size_t lines_max = 3'500'000;
  std::size_t word_steps_max = 300'000'000;  ///< spent on looking for the ends of encoded words
};

/// Starts GMime if it has not been.
void start_mime_library();

/// Embedded messages are parts, and are not looked into. A mail beyond the limits gives no part and `too_many`.
MimeTree read_mime(BytesView mail, const MimeLimits& limits);

/// The content of a leaf; `holder` keeps it if it had to be decoded. Never longer than the raw bytes.
BytesView decoded(const Part& part, Bytes& holder);

struct Address {
  std::string name, address;
  std::string
      group;  ///< "undisclosed-recipients:;" is a group without members: name and address are then empty
};
/// The addresses of a field whose words are UTF-8 (`with_utf8_words`), at most `limit`.
std::vector<Address> read_addresses(const std::string& field, std::size_t limit);

/// The instant of a Date or Received field; nullopt if nobody can tell. Wrong only where the field is: two-digit years
/// and zone names are read as RFC 5322 §4.3 says, a missing zone as UTC.
std::optional<std::int64_t> read_date(const std::string& field);

}  // namespace strongroom::capture::mail
