/// The forms in which a secret can leak, and how each is written. The searcher looks for all of them; the control of the
/// breach test plants every one of them. Test code only. Page: docs/breach-test.md.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace strongroom::breach {

/// What can be found as a run of bytes.
enum class Form {
  raw,
  utf16le,
  utf16be,
  base64_0,  ///< standard alphabet, the secret begins at byte 0, 1 or 2 of a group of three
  base64_1,
  base64_2,
  base64url_0,
  base64url_1,
  base64url_2,
  hex_lower,
  hex_upper,
  percent_upper,  ///< every byte as %XX
  percent_lower,
  percent_text_upper,  ///< letters, digits and -._~ as they are (RFC 3986 §2.3), the rest as %XX
  percent_text_lower,
  percent_form,  ///< as percent_text_upper, a space as + (HTML forms)
};
const std::vector<Form>& all_forms();
std::string_view name_of(Form form);

/// The bytes that stand wherever `secret` stands in this form, whatever surrounds it. Text (valid UTF-8) becomes real
/// UTF-16; other bytes are widened one by one.
Bytes written_as(Form form, BytesView secret);
/// One occurrence as a careless program would write it: base64 with bytes before and after the secret, in its alignment.
Bytes leaked_as(Form form, BytesView secret);

/// Compressed streams, looked for everywhere and searched inside.
enum class Packing { zlib, gzip, zstd, zip, gzip_in_zstd };
const std::vector<Packing>& all_packings();
std::string_view name_of(Packing packing);
/// A whole stream that holds `secret` between other words.
Bytes leaked_in(Packing packing, BytesView secret);

}  // namespace strongroom::breach
