/// Text of any charset as UTF-8. ICU's tables are linked in: in the cage no table can be loaded from disk, so that the
/// C library's iconv would know nothing but UTF-8.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

struct UConverter;

namespace strongroom::capture::mail {

enum class Certainty {
  stated,  ///< the charset was named, known, and fits
  guessed,  ///< none was named or none of that name exists: UTF-8 if it fits, else windows-1252
  damaged,  ///< some bytes are none of that charset; U+FFFD stands for them
};

struct Decoded {
  std::string text;  ///< valid UTF-8
  Certainty certainty = Certainty::stated;
};

/// Converters are kept open; used by one parse.
class Charsets {
 public:
  Charsets();
  ~Charsets();
  Charsets(const Charsets&) = delete;
  Charsets& operator=(const Charsets&) = delete;

  /// `name` as a mail writes it ("ISO-8859-1", "cp-850", "unknown-8bit", ""). Names that programs use wrongly are read
  /// as they mean them: gb2312 as GB 18030, iso-8859-1 and us-ascii as windows-1252 (WHATWG Encoding).
  Decoded to_utf8(std::string_view bytes, std::string_view name);

 private:
  UConverter* converter(const std::string& name);
  struct Closer {
    void operator()(UConverter* converter) const;
  };
  std::map<std::string, std::unique_ptr<UConverter, Closer>, std::less<>> open_;
};

}  // namespace strongroom::capture::mail
