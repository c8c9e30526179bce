/// The tags of a text that is nearly XML or HTML, one after the other, as views into the mapped file: values are not
/// copied, whatever their size. No document type, no entity but the five of XML and numbers, and no trust.
///
/// Why not expat: SMS Backup & Restore writes the halves of a surrogate pair as two character references, which no XML
/// parser may accept; one value may be 100 MB, which expat would buffer twice; one damaged tag must not cost the rest;
/// and Google Voice writes HTML.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace strongroom::capture::telephone {

struct Attribute {
  std::string_view name;
  std::string_view raw;  ///< between the quotes, references unresolved
};

struct Tag {
  enum class Kind {
    open,
    empty,  ///< <a/>
    close,  ///< </a>
    broken,  ///< from a "<" to before the next one: no tag
    stray,  ///< text between tags, not blank
  };
  Kind kind = Kind::stray;
  std::string_view name;
  std::string_view text;  ///< the bytes, from "<" to ">"
  std::vector<Attribute> attributes;

  /// The raw value; nullopt if there is none, or the word "null", which is this writer's nothing.
  std::optional<std::string_view> raw(std::string_view attribute) const;
};

/// A value with its references resolved; valid UTF-8.
struct Unescaped {
  std::string text;
  bool repaired = false;  ///< something in it was no character
};
Unescaped unescaped(std::string_view raw);

class Tags {
 public:
  /// Borrows; skips a byte order mark.
  explicit Tags(std::string_view text) : text_(text), at_(text.starts_with("\xEF\xBB\xBF") ? 3 : 0) {}
  /// The next tag into `out`, which is reused; false at the end. Comments, declarations and instructions are skipped.
  bool next(Tag& out);
  /// Where the next tag is looked for; may be set back to give one again.
  std::size_t at() const { return at_; }
  void set_at(std::size_t at) { at_ = at; }

 private:
  bool skip_markup(std::size_t open);
  void read_tag(std::size_t open, Tag& out);

  std::string_view text_;
  std::size_t at_;
  std::array<bool, 3> endless_{};  ///< comments, instructions, declarations from here on have no end
};

}  // namespace strongroom::capture::telephone
