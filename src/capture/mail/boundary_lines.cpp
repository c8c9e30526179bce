#include "capture/mail/boundary_lines.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/utf8.h"
#include "capture/mail/fields.h"

namespace strongroom::capture::mail {
namespace {

constexpr std::size_t kNone = std::string_view::npos;

/// What lies between two boundary lines.
struct Section {
  std::size_t around = 0;  ///< index of the multipart in the tree
  std::size_t begin = 0, end = 0;
};

/// Goes through the lines that begin with "--", with the multiparts they may belong to.
class Sections {
 public:
  Sections(std::string_view mail, const std::vector<Part>& parts) : mail_(mail), parts_(parts) {}

  /// Calls `see` for every section that is not blank, in order.
  template <class See>
  void run(See see) {
    for (std::size_t at = mail_.starts_with("--") ? 0 : next(0); at != kNone; at = next(at)) {
      open_before(at);
      const auto level = level_of(at);
      if (!level) continue;
      end_section(at, see);
      const bool begins =
          boundary_line(mail_.substr(at), parts_[open_[*level]].boundary) == BoundaryLine::begins;
      open_.resize(begins ? *level + 1 : *level);
      const std::size_t line_end = mail_.find('\n', at);
      if (begins && line_end != kNone) section_ = {open_.back(), line_end + 1, 0};
    }
    end_section(mail_.size(), see);
  }

 private:
  std::size_t next(std::size_t at) const {
    const std::size_t line = mail_.find("\n--", at);
    return line == kNone ? kNone : line + 1;
  }

  void open_before(std::size_t at) {
    for (; next_part_ < parts_.size() && parts_[next_part_].begin < at; ++next_part_) {
      if (parts_[next_part_].boundary.size() > 2) open_.push_back(next_part_);
    }
  }

  /// The innermost multipart that the line is a boundary of.
  std::optional<std::size_t> level_of(std::size_t at) const {
    for (std::size_t level = open_.size(); level-- > 0;) {
      if (boundary_line(mail_.substr(at), parts_[open_[level]].boundary) != BoundaryLine::none) return level;
    }
    return std::nullopt;
  }

  template <class See>
  void end_section(std::size_t boundary, See see) {
    if (!section_) return;
    std::size_t end = boundary;
    if (boundary < mail_.size()) --end;
    if (boundary < mail_.size() && end > section_->begin && mail_[end - 1] == '\r') --end;
    section_->end = std::max(end, section_->begin);
    const std::string_view text = mail_.substr(section_->begin, section_->end - section_->begin);
    if (text.find_first_not_of(" \t\r\n") != kNone) see(*section_);
    section_.reset();
  }

  std::string_view mail_;
  const std::vector<Part>& parts_;
  std::vector<std::size_t> open_;  ///< indices of multiparts, outermost first
  std::size_t next_part_ = 0;
  std::optional<Section> section_;
};

/// The lines of a section up to the first empty one.
struct Head {
  std::size_t odd = kNone;  ///< where the lines without a field begin that it ends with
  std::size_t body = 0;
  bool any_odd = false;
};

Head head_of(std::string_view section) {
  Head out;
  bool field_seen = false;
  while (out.body < section.size()) {
    const std::size_t at = out.body;
    out.body = std::min(section.find('\n', at), section.size() - 1) + 1;
    const std::string_view line = section.substr(at, out.body - at);
    if (line == "\n" || line == "\r\n") return out;
    if (field_name_length(line) > 0) {
      field_seen = true;
      out.odd = kNone;
    } else if (out.odd == kNone && !(field_seen && (line[0] == ' ' || line[0] == '\t'))) {
      out.odd = at;
      out.any_odd = true;
    }
  }
  return out;
}

bool is_blank(BytesView bytes) { return text_of(bytes).find_first_not_of(" \t\r\n") == kNone; }

std::string type_in(std::string_view content_type) {
  const std::string type = utf8::repaired(lower(trimmed(content_type.substr(0, content_type.find(';')))));
  return type.find('/') == std::string::npos ? "text/plain" : type;
}

Encoding encoding_in(std::string_view field) {
  const std::string name = lower(trimmed(field));
  if (name == "base64") return Encoding::base64;
  if (name == "quoted-printable") return Encoding::quoted_printable;
  return name == "x-uuencode" || name == "uuencode" ? Encoding::uuencode : Encoding::none;
}

Part part_of(std::string_view head, const Part& around, std::size_t number) {
  const Header header = read_header(head);
  const auto field = [&](const char* name) { return std::string(header.first(name).value_or("")); };
  Part out;
  out.path = (around.path.empty() ? "" : around.path + ".") + std::to_string(number);
  out.depth = around.depth + 1;
  out.within = around.type;
  out.content_type = field("Content-Type");
  out.type = type_in(out.content_type);
  out.disposition = field("Content-Disposition");
  out.content_id = field("Content-ID");
  out.description = field("Content-Description");
  out.encoding = encoding_in(field("Content-Transfer-Encoding"));
  return out;
}

/// The tree, with what its boundary lines show.
class Mending {
 public:
  Mending(std::string_view mail, const MimeLimits& limits, MimeTree& tree)
      : mail_(mail), limits_(limits), tree_(tree), children_(tree.parts.size()) {
    for (const Part& part : tree.parts) count_child(part);
  }

  void run() {
    std::vector<Part> known = std::move(tree_.parts);
    tree_.parts.clear();
    Sections(mail_, known).run([&](const Section& section) { take(section, known); });
    take_before(kNone, known);
  }

 private:
  void count_child(const Part& part) {
    while (!above_.empty() && tree_.parts[above_.back()].depth >= part.depth) above_.pop_back();
    if (!above_.empty()) ++children_[above_.back()];
    above_.push_back(static_cast<std::size_t>(&part - tree_.parts.data()));
  }

  void take_before(std::size_t at, std::vector<Part>& known) {
    for (; taken_ < known.size() && known[taken_].begin < at; ++taken_) tree_.parts.push_back(known[taken_]);
  }

  void take(const Section& section, std::vector<Part>& known) {
    take_before(section.begin, known);
    const std::string_view text = mail_.substr(section.begin, section.end - section.begin);
    const Head head = head_of(text);
    const BytesView body = bytes_of(text.substr(head.body));
    const bool ends_odd = head.odd != kNone && is_blank(body);
    const BytesView content = ends_odd ? bytes_of(text.substr(head.odd)) : body;
    Part* part = taken_ < known.size() && known[taken_].begin < section.end ? &known[taken_] : nullptr;
    if (part == nullptr) return add(section, text.substr(0, ends_odd ? head.odd : head.body), content, known);
    if (!head.any_odd) return;
    if (ends_odd && part->kind == PartKind::leaf && is_blank(part->raw)) {
      part->raw = content;
      doubt("part-header-open",
            "no empty line ends a part's header: the lines that are no fields are its content");
    } else {
      doubt("odd-part-header",
            "a part's header has lines that are no fields; they are in the mail's bytes only");
    }
  }

  void add(const Section& section, std::string_view head, BytesView content, const std::vector<Part>& known) {
    if (known.size() + added_ >= limits_.parts_max) {
      tree_.too_many = true;
      return;
    }
    ++added_;
    Part part = part_of(head, known[section.around], ++children_[section.around]);
    part.begin = section.begin;
    part.raw = content;
    tree_.parts.push_back(std::move(part));
    doubt("part-by-boundaries",
          "a part whose header is damaged, or that follows one, was read by its boundary lines");
  }

  void doubt(std::string code, std::string detail) {
    record::Doubt one{std::move(code), std::move(detail)};
    if (std::ranges::find(tree_.doubts, one) == tree_.doubts.end()) tree_.doubts.push_back(std::move(one));
  }

  std::string_view mail_;
  const MimeLimits& limits_;
  MimeTree& tree_;
  std::vector<std::size_t> children_;  ///< of each known part
  std::vector<std::size_t> above_;
  std::size_t taken_ = 0, added_ = 0;
};

}  // namespace

BoundaryLine boundary_line(std::string_view text, std::string_view boundary) {
  if (!text.starts_with(boundary)) return BoundaryLine::none;
  std::string_view rest = text.substr(boundary.size());
  const bool ends = rest.starts_with("--");
  if (ends) rest.remove_prefix(2);
  const std::size_t end = rest.find_first_not_of(" \t\r");
  if (end != kNone && rest[end] != '\n') return BoundaryLine::none;
  return ends ? BoundaryLine::ends : BoundaryLine::begins;
}

void add_what_boundaries_show(std::string_view mail, const MimeLimits& limits, MimeTree& tree) {
  const bool any =
      std::ranges::any_of(tree.parts, [](const Part& p) { return p.kind != PartKind::multipart; });
  if (!any || tree.parts.size() < 2 || tree.too_many || tree.too_deep) return;
  // Of a part without a field or a byte nobody can tell where it begins.
  for (std::size_t i = tree.parts.size() - 1; i > 0; --i)
    tree.parts[i - 1].begin = std::min(tree.parts[i - 1].begin, tree.parts[i].begin);
  Mending(mail, limits, tree).run();
}

}  // namespace strongroom::capture::mail
