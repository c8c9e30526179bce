/// What a source holds once and is kept twice: the picture inside a mail is in the mail's own bytes, and is handed over
/// by itself as well, so that it can be found and opened.
#pragma once

#include <string>

#include "base/bytes.h"
#include "record/record.h"

namespace strongroom::capture {

/// A Kind::attachment record that points at the record whose original holds it. It is stored like any other, and is
/// not counted: found, parsed, stored and duplicate say how many items the source has.
inline bool is_part(const record::Record& described) {
  return described.kind == record::Kind::attachment && described.target.has_value();
}

/// `bytes` as a file `name` that belongs to `whole`, of whose id it needs to know no more than is set by now.
record::Record part_of(const record::Record& whole, std::string name, std::string media_type,
                       BytesView bytes);

}  // namespace strongroom::capture
