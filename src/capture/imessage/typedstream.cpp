#include "capture/imessage/typedstream.h"

#include <optional>
#include <string_view>
#include <utility>
#include <variant>

#include "base/utf8.h"

namespace strongroom::capture::imessage {
namespace {

constexpr std::uint8_t kTwoBytes = 0x81, kFourBytes = 0x82, kReal = 0x83, kNew = 0x84, kNil = 0x85,
                       kEnd = 0x86;
constexpr std::int64_t kFirstReference = -110;  // 0x92
constexpr std::size_t kDepthMax = 64, kObjectsMax = 200'000;
constexpr std::size_t kStretchesMax = 10'000, kAttributesMax = 64;
constexpr std::size_t kNone = static_cast<std::size_t>(-1);

struct ObjectIndex {
  std::size_t index = kNone;
};
using Value = std::variant<std::monostate, std::int64_t, std::string_view, ObjectIndex>;

struct Object {
  std::string_view class_name;
  std::vector<Value> values;
};

/// Reads the whole stream into objects that refer to each other by number.
class Reader {
 public:
  explicit Reader(BytesView bytes) : rest_(bytes) {}

  Result<std::size_t> root() {
    if (rest_.size() < 13 || rest_[0] != std::byte{4} || rest_[1] != std::byte{11} ||
        text_of(rest_.subspan(2, 11)) != "streamtyped")
      return bad("the header is none");
    rest_ = rest_.subspan(13);
    TRY(integer());  // the version of the system
    std::vector<Value> values;
    TRY(typed_values(values, 0));
    for (const Value& value : values) {
      if (const auto* object = std::get_if<ObjectIndex>(&value); object != nullptr && object->index != kNone)
        return object->index;
    }
    return bad("there is no object");
  }
  const std::vector<Object>& objects() const { return objects_; }

 private:
  static std::unexpected<Error> bad(std::string_view why) {
    return fail(ErrorCode::malformed, "typedstream: " + std::string(why));
  }

  Result<std::uint8_t> byte() {
    if (rest_.empty()) return bad("it ends early");
    const auto out = std::to_integer<std::uint8_t>(rest_.front());
    rest_ = rest_.subspan(1);
    return out;
  }
  Result<std::string_view> bytes(std::uint64_t count) {
    if (count > rest_.size()) return bad("it ends early");
    const std::string_view out = text_of(rest_.first(count));
    rest_ = rest_.subspan(count);
    return out;
  }
  /// Little-endian, `count` bytes, signed.
  Result<std::int64_t> fixed(std::size_t count) {
    const std::string_view raw = TRY(bytes(count));
    std::uint64_t value = 0;
    for (std::size_t i = count; i-- > 0;) value = (value << 8) | static_cast<unsigned char>(raw[i]);
    return count == 2 ? static_cast<std::int16_t>(value) : static_cast<std::int32_t>(value);
  }
  Result<std::int64_t> integer_of(std::uint8_t head) {
    if (head == kTwoBytes) return fixed(2);
    if (head == kFourBytes) return fixed(4);
    return static_cast<std::int8_t>(head);
  }
  Result<std::int64_t> integer() { return integer_of(TRY(byte())); }
  Result<std::string_view> counted() {
    const std::int64_t length = TRY(integer());
    // Lengths are written as signed bytes and words, and meant without sign.
    return bytes(length < 0 ? static_cast<std::uint64_t>(length & 0xFFFF)
                            : static_cast<std::uint64_t>(length));
  }

  /// A string of which each is written once and then referred to; nullopt for nil.
  Result<std::optional<std::string_view>> shared() {
    const std::uint8_t head = TRY(byte());
    if (head == kNil) return std::nullopt;
    if (head == kNew) {
      strings_.push_back(TRY(counted()));
      return strings_.back();
    }
    const std::int64_t index = TRY(integer_of(head)) - kFirstReference;
    if (index < 0 || static_cast<std::size_t>(index) >= strings_.size()) return bad("it refers to no string");
    return strings_[static_cast<std::size_t>(index)];
  }

  Result<std::size_t> referred(std::uint8_t head) {
    const std::int64_t index = TRY(integer_of(head)) - kFirstReference;
    if (index < 0 || static_cast<std::size_t>(index) >= objects_.size()) return bad("it refers to no object");
    return static_cast<std::size_t>(index);
  }
  Result<std::size_t> new_object() {
    if (objects_.size() >= kObjectsMax)
      return fail(ErrorCode::limit_exceeded, "typedstream: too many objects");
    objects_.emplace_back();
    return objects_.size() - 1;
  }

  /// Classes take a place among the objects; the chain of a class ends with nil or one that was there before.
  Result<std::string_view> class_chain() {
    std::string_view name;
    for (bool is_first = true;; is_first = false) {
      const std::uint8_t head = TRY(byte());
      if (head == kNil) return name;
      if (head != kNew) {
        const std::size_t known = TRY(referred(head));
        return is_first ? objects_[known].class_name : name;
      }
      const std::string_view own = TRY(shared()).value_or("");
      TRY(integer());  // version
      objects_[TRY(new_object())].class_name = own;
      if (is_first) name = own;
    }
  }

  Result<std::size_t> object(std::size_t depth) {
    const std::uint8_t head = TRY(byte());
    if (head == kNil) return kNone;
    if (head != kNew) return referred(head);
    if (depth > kDepthMax) return fail(ErrorCode::limit_exceeded, "typedstream: nested too deeply");
    const std::size_t index = TRY(new_object());
    const std::string_view name = TRY(class_chain());
    std::vector<Value> values;
    while (true) {
      if (rest_.empty()) return bad("it ends early");
      if (std::to_integer<std::uint8_t>(rest_.front()) == kEnd) break;
      TRY(typed_values(values, depth + 1));
    }
    rest_ = rest_.subspan(1);
    objects_[index].class_name = name;
    objects_[index].values = std::move(values);
    return index;
  }

  /// "*": a C string, which takes a place among the objects.
  Result<Value> c_string() {
    const std::uint8_t head = TRY(byte());
    if (head == kNil) return Value{};
    if (head != kNew) return Value{ObjectIndex{TRY(referred(head))}};
    const std::size_t index = TRY(new_object());
    const std::string_view text = TRY(shared()).value_or("");
    objects_[index].values = {text};
    return Value{text};
  }

  /// A group of values: first their types as text, then each.
  Result<void> typed_values(std::vector<Value>& out, std::size_t depth) {
    const auto types = TRY(shared());
    if (!types || types->empty()) return bad("values without types");
    if (out.size() > kObjectsMax) return fail(ErrorCode::limit_exceeded, "typedstream: too many values");
    std::string_view rest = *types;
    while (!rest.empty()) out.push_back(TRY(value(rest, depth)));
    return {};
  }

  Result<Value> value(std::string_view& types, std::size_t depth) {
    const char type = types.front();
    types.remove_prefix(1);
    switch (type) {
      case 'c':
      case 'C':
      case 'B': return Value{static_cast<std::int64_t>(static_cast<std::int8_t>(TRY(byte())))};
      case 's':
      case 'S':
      case 'i':
      case 'I':
      case 'l':
      case 'L':
      case 'q':
      case 'Q': return Value{TRY(integer())};
      case 'f':
      case 'd': {
        const std::uint8_t head = TRY(byte());
        if (head != kReal) return Value{TRY(integer_of(head))};
        TRY(bytes(type == 'f' ? 4 : 8));
        return Value{};
      }
      case '@': return Value{ObjectIndex{TRY(object(depth))}};
      case '#': TRY(class_chain()); return Value{};
      case '*': return c_string();
      case ':':
      case '%': return Value{TRY(shared()).value_or("")};
      case '+': return Value{TRY(counted())};
      case '[': return array(types);
      default: return bad("a type nobody knows");
    }
  }

  /// "[12c]": so many bytes.
  Result<Value> array(std::string_view& types) {
    std::uint64_t count = 0;
    while (!types.empty() && types.front() >= '0' && types.front() <= '9' && count < (1ull << 40)) {
      count = count * 10 + static_cast<std::uint64_t>(types.front() - '0');
      types.remove_prefix(1);
    }
    if (types.size() < 2 || (types[0] != 'c' && types[0] != 'C') || types[1] != ']')
      return bad("an array of something else than bytes");
    types.remove_prefix(2);
    return Value{TRY(bytes(count))};
  }

  BytesView rest_;
  std::vector<std::string_view> strings_;
  std::vector<Object> objects_;
};

/// Understands the objects of an attributed string.
class Attributed {
 public:
  explicit Attributed(const std::vector<Object>& objects) : objects_(objects) {}

  AttributedText read(std::size_t root) const {
    AttributedText out;
    const std::vector<Value>& values = objects_[root].values;
    if (values.empty()) return out;
    out.text = utf8::repaired(text_of_value(values[0]));
    std::map<std::int64_t, std::map<std::string, std::string>> dictionaries;
    std::uint64_t start = 0;
    for (std::size_t i = 1; i + 1 < values.size() && out.stretches.size() < kStretchesMax;) {
      const auto* number = std::get_if<std::int64_t>(&values[i]);
      const auto* length = std::get_if<std::int64_t>(&values[i + 1]);
      if (number == nullptr || length == nullptr || *length < 0) break;
      i += 2;
      if (i < values.size() && std::holds_alternative<ObjectIndex>(values[i]))
        dictionaries[*number] = dictionary(std::get<ObjectIndex>(values[i++]).index);
      out.stretches.push_back({start, static_cast<std::uint64_t>(*length), dictionaries[*number]});
      start += static_cast<std::uint64_t>(*length);
    }
    return out;
  }

 private:
  /// A string, a number, or an address of the web as text. Looks into objects one behind the other, a few deep.
  std::string text_of_value(const Value& value, std::size_t depth = 0) const {
    if (const auto* text = std::get_if<std::string_view>(&value)) return std::string(*text);
    if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
    const auto* object = std::get_if<ObjectIndex>(&value);
    if (object == nullptr || object->index == kNone || depth > 4) return {};
    const Object& found = objects_[object->index];
    const bool is_text = found.class_name.ends_with("String") || found.class_name == "NSNumber" ||
                         found.class_name == "NSURL" || found.class_name.empty();
    if (!is_text || found.values.empty()) return {};
    return text_of_value(found.values.back(),
                         depth + 1);  // NSNumber: its type, then itself; NSURL: a flag, then the text
  }

  std::map<std::string, std::string> dictionary(std::size_t index) const {
    std::map<std::string, std::string> out;
    if (index == kNone) return out;
    const std::vector<Value>& values = objects_[index].values;  // the count, then key, value, key, value
    for (std::size_t i = 1; i + 1 < values.size() && out.size() < kAttributesMax; i += 2)
      out[utf8::repaired(text_of_value(values[i]))] = utf8::repaired(text_of_value(values[i + 1]));
    return out;
  }

  const std::vector<Object>& objects_;
};

/// The bytes from the first "+" value to the first end of an object.
std::optional<AttributedText> guessed(std::string_view stream) {
  std::size_t begin = stream.find("\x01+");
  if (begin == std::string_view::npos || begin + 3 >= stream.size()) return std::nullopt;
  const auto head = static_cast<unsigned char>(stream[begin + 2]);
  begin += head == kTwoBytes ? 5 : head == kFourBytes ? 7 : 3;
  const std::size_t end = stream.find("\x86\x84", begin);
  if (end == std::string_view::npos) return std::nullopt;
  return AttributedText{utf8::repaired(stream.substr(begin, end - begin)), {}, true};
}

}  // namespace

Result<AttributedText> read_attributed_text(BytesView stream) {
  Reader reader(stream);
  const auto root = reader.root();
  if (root) return Attributed(reader.objects()).read(*root);
  if (auto guess = guessed(text_of(stream))) return std::move(*guess);
  return std::unexpected(root.error());
}

}  // namespace strongroom::capture::imessage
