#include "capture/slack/mrkdwn.h"

#include "base/char_set.h"
#include "base/utf16.h"

namespace strongroom::capture::slack {
namespace {

constexpr CharSet kSpecial("<&");
constexpr CharSet kBrackets("<>");

class Reader {
 public:
  explicit Reader(const Directory& directory) : directory_(directory) {}

  Shown read(std::string_view in) {
    std::size_t at = 0;
    while (at < in.size()) {
      const std::size_t special = kSpecial.first_in(in, at);
      put(in.substr(at, special - at));
      at = special;
      if (at == in.size()) break;
      at += in[at] == '<' ? reference(in.substr(at)) : escape(in.substr(at));
    }
    return std::move(out_);
  }

 private:
  void put(std::string_view text) {
    out_.text += text;
    units_ += utf16::length_of(text);
  }

  std::size_t escape(std::string_view in) {
    static constexpr struct {
      std::string_view written, meant;
    } kEscapes[] = {{"&amp;", "&"}, {"&lt;", "<"}, {"&gt;", ">"}};
    for (const auto& e : kEscapes) {
      if (!in.starts_with(e.written)) continue;
      put(e.meant);
      return e.written.size();
    }
    put("&");
    return 1;
  }

  void put_unescaped(std::string_view text) {
    std::size_t at = 0;
    while (at < text.size()) {
      const std::size_t special = std::min(text.find('&', at), text.size());
      put(text.substr(at, special - at));
      at = special == text.size() ? special : special + escape(text.substr(special));
    }
  }

  /// `in` begins with '<'; returns how much of it was read.
  std::size_t reference(std::string_view in) {
    const std::size_t end = kBrackets.first_in(in, 1);
    if (end == in.size() || end == 1 || in[end] == '<') {
      put("<");
      return 1;
    }
    const std::string_view inside = in.substr(1, end - 1);
    const std::size_t bar = inside.find('|');
    const std::string_view target = inside.substr(0, bar);
    const std::string_view label =
        bar == std::string_view::npos ? std::string_view() : inside.substr(bar + 1);
    if (target.starts_with('@')) {
      person(target.substr(1), label);
    } else if (target.starts_with('#')) {
      channel(target.substr(1), label);
    } else if (target.starts_with('!')) {
      command(target.substr(1), label);
    } else {
      link(target, label);
    }
    return end + 1;
  }

  void person(std::string_view id, std::string_view label) {
    const record::Person known = directory_.person(id);
    std::string name = known.name.empty() ? std::string(label) : known.name;
    if (name.starts_with('@')) name.erase(0, 1);
    mention(known.id, "@", name.empty() ? id : std::string_view(name));
  }

  void channel(std::string_view id, std::string_view label) {
    const std::string known = directory_.name_of_channel(id);
    mention("slack:channel:" + std::string(id), "#", !label.empty() ? label : known.empty() ? id : known);
  }

  /// "!here", "!subteam^S1|@group", "!date^1392734382^{date}|February 18th".
  void command(std::string_view name, std::string_view label) {
    if (name.starts_with("date^")) return put_unescaped(label.empty() ? name : label);
    if (name.starts_with("subteam^")) {
      if (label.starts_with('@')) label.remove_prefix(1);
      const std::string_view id = name.substr(name.find('^') + 1);
      return mention("slack:group:" + std::string(id), "@", label.empty() ? id : label);
    }
    mention("slack:" + std::string(name), "@", label.empty() || label.starts_with('@') ? name : label);
  }

  void link(std::string_view address, std::string_view label) {
    const std::string_view bare = address.starts_with("mailto:") ? address.substr(7) : address;
    if (label.empty() || label == bare) return put_unescaped(bare);
    put_unescaped(label);
    put(" (");
    put_unescaped(address);
    put(")");
  }

  void mention(std::string id, std::string_view mark, std::string_view name) {
    const std::uint64_t start = units_;
    put(mark);
    put_unescaped(name);
    out_.ranges.push_back({start, units_ - start, "mention", std::move(id)});
  }

  const Directory& directory_;
  Shown out_;
  std::uint64_t units_ = 0;
};

}  // namespace

Shown shown(std::string_view mrkdwn, const Directory& directory) { return Reader(directory).read(mrkdwn); }

}  // namespace strongroom::capture::slack
