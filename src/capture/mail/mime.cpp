#include "capture/mail/mime.h"

#include <gmime/gmime.h>

#include <algorithm>
#include <cstring>
#include <memory>

#include "base/utf8.h"
#include "capture/mail/boundary_lines.h"
#include "capture/mail/fields.h"

namespace strongroom::capture::mail {
namespace {

constexpr std::size_t kFieldMax = 64u << 10;

struct Unref {
  void operator()(void* object) const { g_object_unref(object); }
};
template <class T>
using Owned = std::unique_ptr<T, Unref>;

void say_nothing(const gchar*, GLogLevelFlags, const gchar*, gpointer) {}
GLogWriterOutput write_nothing(GLogLevelFlags, const GLogField*, gsize, gpointer) {
  return G_LOG_WRITER_HANDLED;
}

/// Once a process. GLib's complaints about odd mails go nowhere: where they would go is a call the cage forbids.
GMimeParserOptions* options() {
  static GMimeParserOptions* const kOptions = [] {
    g_log_set_default_handler(say_nothing, nullptr);
    g_log_set_writer_func(write_nothing, nullptr, nullptr);
    g_mime_init();
    GMimeParserOptions* made = g_mime_parser_options_new();
    // Charsets are ours to convert (charset.h): whatever reaches GMime is UTF-8.
    const char* fallback[] = {"utf-8", nullptr};
    g_mime_parser_options_set_fallback_charsets(made, fallback);
    g_mime_parser_options_set_allow_addresses_without_domain(made, TRUE);
    return made;
  }();
  return kOptions;
}

std::string field_of(GMimeObject* object, const char* name) {
  GMimeHeader* header = g_mime_header_list_get_header(g_mime_object_get_header_list(object), name);
  const char* raw = header == nullptr ? nullptr : g_mime_header_get_raw_value(header);
  return raw == nullptr ? std::string() : std::string(raw, strnlen(raw, kFieldMax));
}

std::string type_of(GMimeObject* object) {
  GMimeContentType* type = g_mime_object_get_content_type(object);
  if (type == nullptr) return "text/plain";
  const char* main = g_mime_content_type_get_media_type(type);
  const char* sub = g_mime_content_type_get_media_subtype(type);
  return lower(std::string(main == nullptr ? "text" : main) + "/" + (sub == nullptr ? "plain" : sub));
}

/// Walks what GMime made.
class Walk {
 public:
  Walk(BytesView mail, const MimeLimits& limits) : mail_(mail), limits_(limits) {}

  void visit(GMimeObject* object, const std::string& path, std::size_t depth, const std::string& within,
             std::size_t index) {
    if (tree.parts.size() >= limits_.parts_max) {
      tree.too_many = true;
      return;
    }
    if (depth > limits_.depth_max) {
      tree.too_deep = true;
      return;
    }
    Part part;
    part.path = path;
    part.depth = depth;
    part.within = within;
    part.index = index;
    part.type = type_of(object);
    part.content_type = field_of(object, "Content-Type");
    part.disposition = field_of(object, "Content-Disposition");
    part.content_id = field_of(object, "Content-Id");
    part.description = field_of(object, "Content-Description");
    part.begin = begin_of(object);
    if (GMIME_IS_MULTIPART(object)) {
      visit_multipart(GMIME_MULTIPART(object), std::move(part));
    } else if (GMIME_IS_MESSAGE_PART(object)) {
      part.kind = PartKind::message;
      part.raw = embedded(g_mime_message_part_get_message(GMIME_MESSAGE_PART(object)));
      if (!part.raw.empty()) part.begin = std::min(part.begin, place_of(part.raw));
      tree.parts.push_back(std::move(part));
    } else {
      if (GMIME_IS_PART(object)) set_content(GMIME_PART(object), part);
      tree.parts.push_back(std::move(part));
    }
  }

  MimeTree tree;

 private:
  void visit_multipart(GMimeMultipart* multipart, Part part) {
    part.kind = PartKind::multipart;
    const char* boundary = g_mime_multipart_get_boundary(multipart);
    part.boundary = "--" + std::string(boundary == nullptr ? "" : boundary);
    boundaries_.push_back(part.boundary);
    const std::string type = part.type, path = part.path;
    const std::size_t depth = part.depth;
    tree.parts.push_back(std::move(part));
    const int count = g_mime_multipart_get_count(multipart);
    for (int i = 0; i < count && !tree.too_many; ++i) {
      const std::string number = std::to_string(i + 1);
      visit(g_mime_multipart_get_part(multipart, i), path.empty() ? number : path + "." + number, depth + 1,
            type, static_cast<std::size_t>(i));
    }
    boundaries_.pop_back();
  }

  void set_content(GMimePart* object, Part& part) {
    GMimeDataWrapper* content = g_mime_part_get_content(object);
    GMimeStream* stream = content == nullptr ? nullptr : g_mime_data_wrapper_get_stream(content);
    if (stream != nullptr) part.raw = range(stream->bound_start, stream->bound_end);
    switch (g_mime_part_get_content_encoding(object)) {
      case GMIME_CONTENT_ENCODING_BASE64: part.encoding = Encoding::base64; break;
      case GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE: part.encoding = Encoding::quoted_printable; break;
      case GMIME_CONTENT_ENCODING_UUENCODE: part.encoding = Encoding::uuencode; break;
      default: break;
    }
  }

  BytesView range(gint64 start, gint64 end) const {
    const auto size = static_cast<gint64>(mail_.size());
    if (end < 0 || end > size) end = size;
    start = std::clamp<gint64>(start, 0, end);
    return mail_.subspan(static_cast<std::size_t>(start), static_cast<std::size_t>(end - start));
  }

  /// Where the first of its fields begins; beyond the mail if it has none. GMime keeps the Content-... fields of a
  /// message with its text, and only the others with the message.
  gint64 first_field(GMimeObject* object) const {
    GMimeHeaderList* fields = object == nullptr ? nullptr : g_mime_object_get_header_list(object);
    gint64 first = static_cast<gint64>(mail_.size()) + 1;
    if (fields != nullptr && g_mime_header_list_get_count(fields) > 0) {
      const gint64 at = g_mime_header_get_offset(g_mime_header_list_get_header_at(fields, 0));
      if (at >= 0) first = at;
    }
    return first;
  }

  std::size_t place_of(BytesView part) const { return static_cast<std::size_t>(part.data() - mail_.data()); }

  std::size_t begin_of(GMimeObject* object) const {
    const gint64 field = first_field(object);
    if (field <= static_cast<gint64>(mail_.size())) return static_cast<std::size_t>(field);
    GMimeDataWrapper* content = GMIME_IS_PART(object) ? g_mime_part_get_content(GMIME_PART(object)) : nullptr;
    GMimeStream* stream = content == nullptr ? nullptr : g_mime_data_wrapper_get_stream(content);
    return stream == nullptr ? mail_.size() : place_of(range(stream->bound_start, stream->bound_end));
  }

  /// A text that is called a message.
  BytesView without_fields(GMimeMessage* message) const {
    GMimeObject* text = g_mime_message_get_mime_part(message);
    GMimeDataWrapper* content =
        text != nullptr && GMIME_IS_PART(text) ? g_mime_part_get_content(GMIME_PART(text)) : nullptr;
    GMimeStream* stream = content == nullptr ? nullptr : g_mime_data_wrapper_get_stream(content);
    return stream == nullptr ? BytesView() : range(stream->bound_start, stream->bound_end);
  }

  /// From the first field of the message within to the next line that is a boundary of a part around it.
  BytesView embedded(GMimeMessage* message) const {
    if (message == nullptr) return {};
    const gint64 start =
        std::min(first_field(GMIME_OBJECT(message)), first_field(g_mime_message_get_mime_part(message)));
    if (start < 0 || start > static_cast<gint64>(mail_.size())) return without_fields(message);
    const std::string_view rest = text_of(mail_).substr(static_cast<std::size_t>(start));
    std::size_t end = rest.size();
    for (std::size_t at = rest.find("\n--"); at != std::string_view::npos; at = rest.find("\n--", at + 1)) {
      if (!is_boundary(rest.substr(at + 1))) continue;
      end = at > 0 && rest[at - 1] == '\r' ? at - 1 : at;
      break;
    }
    return mail_.subspan(static_cast<std::size_t>(start), end);
  }

  /// The line is a boundary of a part around this one, or its last.
  bool is_boundary(std::string_view line) const {
    return std::ranges::any_of(boundaries_, [&](const std::string& boundary) {
      return boundary_line(line, boundary) != BoundaryLine::none;
    });
  }

  BytesView mail_;
  const MimeLimits& limits_;
  std::vector<std::string> boundaries_;
};

/// A bomb is seen before GMime makes an object of each of its lines.
bool within_limits(std::string_view mail, const MimeLimits& limits) {
  std::size_t lines = 0, boundaries = 0;
  const char* at = mail.data();
  const char* const end = at + mail.size();
  while (at < end && (at = static_cast<const char*>(
                          std::memchr(at, '\n', static_cast<std::size_t>(end - at)))) != nullptr) {
    ++at;
    ++lines;
    if (end - at > 2 && at[0] == '-' && at[1] == '-') ++boundaries;
  }
  return lines <= limits.lines_max && boundaries <= limits.boundary_lines_max;
}

/// GMime looks for the end of every encoded word ("=?") in all that is left of its field: what that comes to.
std::size_t steps_for_words(std::string_view mail) {
  constexpr std::size_t npos = std::string_view::npos;
  std::size_t steps = 0, field_end = 0, word_end = 0;
  for (std::size_t at = mail.find("=?"); at != npos; at = mail.find("=?", at + 2)) {
    if (at >= field_end) {
      field_end = mail.find('\n', at);
      while (field_end != npos && field_end + 1 < mail.size() &&
             (mail[field_end + 1] == ' ' || mail[field_end + 1] == '\t'))
        field_end = mail.find('\n', field_end + 1);
      field_end = std::min(field_end, mail.size());
    }
    if (at + 2 > word_end) word_end = std::min(mail.find("?=", at + 2), mail.size());
    steps += std::min(word_end, field_end) - at;
  }
  return steps;
}

}  // namespace

void start_mime_library() { (void)options(); }

MimeTree read_mime(BytesView mail, const MimeLimits& limits) {
  if (!within_limits(text_of(mail), limits) || steps_for_words(text_of(mail)) > limits.word_steps_max)
    return {.parts = {}, .too_many = true, .too_deep = false, .doubts = {}};
  GMimeParserOptions* const how = options();
  // GMime reads the mail where it lies: the array is not its own.
  GByteArray array{reinterpret_cast<guint8*>(const_cast<std::byte*>(mail.data())),
                   static_cast<guint>(mail.size())};
  const Owned<GMimeStream> stream(g_mime_stream_mem_new_with_byte_array(&array));
  g_mime_stream_mem_set_owner(GMIME_STREAM_MEM(stream.get()), FALSE);
  const Owned<GMimeParser> parser(g_mime_parser_new_with_stream(stream.get()));
  g_mime_parser_set_persist_stream(parser.get(), TRUE);
  const Owned<GMimeMessage> message(g_mime_parser_construct_message(parser.get(), how));
  Walk walk(mail, limits);
  if (message != nullptr) {
    GMimeObject* root = g_mime_message_get_mime_part(message.get());
    if (root != nullptr) walk.visit(root, "", 0, "", 0);
  }
  add_what_boundaries_show(text_of(mail), limits, walk.tree);
  return std::move(walk.tree);
}

BytesView decoded(const Part& part, Bytes& holder) {
  if (part.encoding == Encoding::none) return part.raw;
  GMimeEncoding state;
  g_mime_encoding_init_decode(&state, part.encoding == Encoding::base64 ? GMIME_CONTENT_ENCODING_BASE64
                                      : part.encoding == Encoding::uuencode
                                          ? GMIME_CONTENT_ENCODING_UUENCODE
                                          : GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
  holder.resize(g_mime_encoding_outlen(&state, part.raw.size()));
  const std::size_t size = g_mime_encoding_flush(&state, reinterpret_cast<const char*>(part.raw.data()),
                                                 part.raw.size(), reinterpret_cast<char*>(holder.data()));
  holder.resize(std::min(size, holder.size()));
  return holder;
}

namespace {

std::string text_from(const char* text) { return text == nullptr ? std::string() : utf8::repaired(text); }

void add_addresses(InternetAddressList* list, const std::string& group, std::size_t limit, std::size_t depth,
                   std::vector<Address>& out) {
  const int count = list == nullptr ? 0 : internet_address_list_length(list);
  for (int i = 0; i < count && out.size() < limit; ++i) {
    InternetAddress* entry = internet_address_list_get_address(list, i);
    const std::string name = text_from(internet_address_get_name(entry));
    if (INTERNET_ADDRESS_IS_GROUP(entry)) {
      InternetAddressList* members = internet_address_group_get_members(INTERNET_ADDRESS_GROUP(entry));
      if (members == nullptr || internet_address_list_length(members) == 0) out.push_back({{}, {}, name});
      if (depth < 4) add_addresses(members, name, limit, depth + 1, out);
    } else {
      out.push_back(
          {name, text_from(internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(entry))), group});
    }
  }
}

}  // namespace

std::vector<Address> read_addresses(const std::string& field, std::size_t limit) {
  std::vector<Address> out;
  if (field.empty()) return out;
  const Owned<InternetAddressList> list(internet_address_list_parse(options(), field.c_str()));
  add_addresses(list.get(), {}, limit, 0, out);
  return out;
}

std::optional<std::int64_t> read_date(const std::string& field) {
  (void)options();
  const std::unique_ptr<GDateTime, decltype(&g_date_time_unref)> time(
      g_mime_utils_header_decode_date(field.c_str()), g_date_time_unref);
  if (time == nullptr) return std::nullopt;
  return g_date_time_to_unix(time.get()) * 1000;
}

}  // namespace strongroom::capture::mail
