#include "capture/json/members.h"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <cmath>

#include "base/utf8.h"

namespace strongroom::capture::json {
namespace {

constexpr boost::json::parse_options kOptions = [] {
  boost::json::parse_options out;
  out.allow_invalid_utf8 = true;
  out.max_depth = 128;
  return out;
}();

std::string repaired(std::string_view text) {
  return utf8::is_valid(text) ? std::string(text) : utf8::repaired(text);
}

const Any* member(const Object& object, std::string_view name) {
  return object.if_contains(boost::json::string_view(name.data(), name.size()));
}

template <class T>
std::optional<T> whole_number(std::string_view text) {
  T value{};
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

template <class T>
std::optional<T> integer_of(const Any* value) {
  if (value == nullptr) return std::nullopt;
  if (value->is_string()) return whole_number<T>({value->get_string().data(), value->get_string().size()});
  if (value->is_int64() && std::in_range<T>(value->get_int64())) return static_cast<T>(value->get_int64());
  if (value->is_uint64() && std::in_range<T>(value->get_uint64())) return static_cast<T>(value->get_uint64());
  if (value->is_double() && std::trunc(value->get_double()) == value->get_double() &&
      std::abs(value->get_double()) < 9e15)
    return std::in_range<T>(static_cast<std::int64_t>(value->get_double()))
               ? std::optional(static_cast<T>(value->get_double()))
               : std::nullopt;
  return std::nullopt;
}

record::Extra extra_of(const Any& value) {
  if (value.is_string()) return repaired({value.get_string().data(), value.get_string().size()});
  if (value.is_bool()) return value.get_bool();
  if (value.is_int64() && value.get_int64() >= 0) return static_cast<std::uint64_t>(value.get_int64());
  if (value.is_int64()) return value.get_int64();
  if (value.is_uint64()) return value.get_uint64();
  return repaired(boost::json::serialize(value));
}

}  // namespace

Result<Any> parse(std::string_view text) {
  boost::system::error_code failed;
  thread_local boost::json::parser parser({}, kOptions);  // its room is kept from one item to the next
  parser.reset();
  const std::size_t used = parser.write(text.data(), text.size(), failed);
  if (failed)
    return fail(ErrorCode::malformed, "this is not JSON: " + failed.message(),
                "byte " + std::to_string(used));
  return parser.release();
}

std::string text(const Object& object, std::string_view name) {
  const Any* value = member(object, name);
  if (value == nullptr || !value->is_string()) return {};
  return repaired({value->get_string().data(), value->get_string().size()});
}

std::string text_or_number(const Object& object, std::string_view name) {
  const Any* value = member(object, name);
  if (value == nullptr || value->is_null() || value->is_structured()) return {};
  return value->is_string() ? text(object, name) : boost::json::serialize(*value);
}

std::optional<std::int64_t> integer(const Object& object, std::string_view name) {
  return integer_of<std::int64_t>(member(object, name));
}
std::optional<std::uint64_t> unsigned_integer(const Object& object, std::string_view name) {
  return integer_of<std::uint64_t>(member(object, name));
}

std::optional<double> number(const Object& object, std::string_view name) {
  const Any* value = member(object, name);
  if (value == nullptr || !value->is_number()) return std::nullopt;
  return value->to_number<double>();
}

std::string text_of_value(const Any& value) {
  return value.is_string() ? repaired({value.get_string().data(), value.get_string().size()}) : std::string();
}

std::string written(const Object& object, std::string_view name) {
  const Any* value = member(object, name);
  return value == nullptr ? std::string() : repaired(boost::json::serialize(*value));
}

bool boolean(const Object& object, std::string_view name) {
  const Any* value = member(object, name);
  return value != nullptr && value->is_bool() && value->get_bool();
}

const Object* object(const Object& object, std::string_view name) {
  const Any* value = member(object, name);
  return value == nullptr ? nullptr : value->if_object();
}

const Array* array(const Object& object, std::string_view name) {
  const Any* value = member(object, name);
  return value == nullptr ? nullptr : value->if_array();
}

void keep_rest(record::Record& record, const Object& object, std::initializer_list<std::string_view> known,
               std::string_view prefix) {
  for (const auto& [key, value] : object) {
    const std::string_view name(key.data(), key.size());
    if (value.is_null() || std::ranges::find(known, name) != known.end()) continue;
    record.extra.insert_or_assign(std::string(prefix) + repaired(name), extra_of(value));
  }
}

}  // namespace strongroom::capture::json
