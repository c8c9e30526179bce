/// Reading Boost.JSON objects of sources that promise nothing: a member that is absent, null or of another type reads
/// as empty, and what nobody asked for is kept in `extra`.
#pragma once

#include <boost/json/object.hpp>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "record/record.h"

namespace strongroom::capture::json {

using Object = boost::json::object;
using Array = boost::json::array;
using Any = boost::json::value;

/// Parses one value: `malformed` with the offset. Invalid UTF-8 in strings is taken and must be repaired by the reader
/// (`text` does). Numbers keep their exact text only as far as a double or 64 bits hold them: take ids from strings.
Result<Any> parse(std::string_view text);

/// The string, or "" ; valid UTF-8.
std::string text(const Object& object, std::string_view name);
/// The string, or the number or boolean written out: for ids that are now one, now the other.
std::string text_or_number(const Object& object, std::string_view name);
/// An integer, also one written as a string or as a whole double.
std::optional<std::int64_t> integer(const Object& object, std::string_view name);
std::optional<std::uint64_t> unsigned_integer(const Object& object, std::string_view name);
std::optional<double> number(const Object& object, std::string_view name);
/// The string itself, or "" ; valid UTF-8.
std::string text_of_value(const Any& value);
/// The member as JSON text, valid UTF-8; "" if absent.
std::string written(const Object& object, std::string_view name);
/// False if absent.
bool boolean(const Object& object, std::string_view name);
/// nullptr if absent or of another type.
const Object* object(const Object& object, std::string_view name);
const Array* array(const Object& object, std::string_view name);

/// Puts every member that is neither null nor in `known` into `record.extra` under `prefix` + its name: scalars as they
/// are, objects and arrays as JSON text.
void keep_rest(record::Record& record, const Object& object, std::initializer_list<std::string_view> known,
               std::string_view prefix = {});

}  // namespace strongroom::capture::json
