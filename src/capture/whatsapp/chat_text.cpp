#include "capture/whatsapp/chat_text.h"

#include <algorithm>
#include <chrono>
#include <functional>
#include <unordered_map>

namespace strongroom::capture::whatsapp {
namespace {

/// A line that has the form of a header.
struct Candidate {
  std::size_t begin = 0, rest = 0;
  std::uint32_t line_bytes = 0;    ///< length of `rest` to the end of the line
  std::uint32_t prefix_bytes = 0;  ///< what stands before ": "; 0 if none
  std::uint32_t prefix = kNoAuthor;
  std::optional<WallSeconds> wall;
};

/// The different prefixes of a file, by their shown form.
struct Prefix {
  std::string shown;
  std::uint64_t lines = 0;
  bool settled = false;  ///< has a line in time order
  std::uint32_t author = kNoAuthor;
};

class Reading {
 public:
  Reading(std::string_view text, const PhraseBook& book) : text_(text), book_(book) {}

  void collect() {
    for_each_line(text_, [&](std::size_t offset, std::string_view line) {
      const auto header = recognise_header(line);
      if (!header) return Walk::on;
      Candidate c;
      c.begin = offset;
      c.rest = offset + header->rest;
      c.line_bytes =
          static_cast<std::uint32_t>(std::min<std::size_t>(line.size() - header->rest, 0xFFFFFFFF));
      const std::string_view rest = line.substr(header->rest);
      if (const auto length = author_length(rest)) {
        c.prefix_bytes = static_cast<std::uint32_t>(*length);
        c.prefix = prefix_of(rest.substr(0, *length));
      }
      candidates_.push_back(c);
      stamps_.push_back(header->stamp);
      return Walk::on;
    });
  }

  ChatText finish(std::optional<DateOrder> stated) {
    const DateOrders orders(stamps_, stated);
    settle(orders);
    ChatText chat;
    chat.text = text_;
    chat.has_marks = text_.find("\xE2\x80\x8E") != std::string_view::npos;
    for (std::size_t shape = 0; shape < 3; ++shape) {
      chat.ambiguous[shape] = orders.decision(static_cast<DateShape>(shape)).ambiguous;
    }
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
      if (taken(i, chat)) {
        take(i, orders, chat);
      } else if (!chat.items.empty()) {
        chat.items.back().holds_header_like = true;
      }
    }
    close(chat);
    return chat;
  }

 private:
  std::uint32_t prefix_of(std::string_view raw) {
    const auto known = by_raw_.find(raw);
    std::uint32_t index = 0;
    if (known != by_raw_.end()) {
      index = known->second;
    } else {
      std::string shown = cleaned(raw);
      const auto [at, fresh] = by_shown_.try_emplace(shown, static_cast<std::uint32_t>(prefixes_.size()));
      if (fresh) prefixes_.push_back({std::move(shown), 0, false, kNoAuthor});
      index = at->second;
      by_raw_.emplace(raw, index);
    }
    ++prefixes_[index].lines;
    return index;
  }

  void settle(const DateOrders& orders) {
    WallSeconds latest = WallSeconds::min();
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
      Candidate& c = candidates_[i];
      c.wall = orders.wall_clock(stamps_[i]);
      if (!c.wall || *c.wall < latest) continue;
      latest = *c.wall;
      if (c.prefix != kNoAuthor) prefixes_[c.prefix].settled = true;
    }
  }

  bool taken(std::size_t i, const ChatText& chat) const {
    const Candidate& c = candidates_[i];
    if (!c.wall) return false;
    if (chat.items.empty() || *c.wall >= chat.items.back().wall - std::chrono::days(1)) return true;
    if (stamps_[i].frame != chat.frame) return false;
    return c.prefix == kNoAuthor || prefixes_[c.prefix].settled;
  }

  void take(std::size_t i, const DateOrders& orders, ChatText& chat) {
    const Candidate& c = candidates_[i];
    Item item;
    item.begin = c.begin;
    item.body = c.rest;
    item.wall = *c.wall;
    item.stamp = stamps_[i];
    item.other_order = !wall_clock_of(item.stamp, orders.decision(shape_of(item.stamp)).order);
    if (chat.items.empty()) {
      chat.frame = item.stamp.frame;
      chat.first_item = blank(text_.substr(0, c.begin)) ? 0 : c.begin;
      item.begin = chat.first_item;
    } else {
      chat.items.back().end = c.begin;
    }
    find_author(c, chat, item);
    chat.items.push_back(item);
  }

  void find_author(const Candidate& c, ChatText& chat, Item& item) {
    if (c.prefix == kNoAuthor) return;
    Prefix& prefix = prefixes_[c.prefix];
    if (prefix.author == kNoAuthor) {
      const std::string_view rest = text_.substr(c.rest, c.line_bytes);
      if (rest.size() <= PhraseBook::kLineMax && book_.system_line_across_colon(prefix.shown, cleaned(rest)))
        return;
      if (prefix.lines == 1 && std::ranges::count(prefix.shown, '"') % 2 == 1) {
        item.author_uncertain = true;
        return;
      }
      prefix.author = static_cast<std::uint32_t>(chat.authors.size());
      chat.authors.push_back({prefix.shown, 0});
    }
    item.author = prefix.author;
    ++chat.authors[item.author].items;
    item.body = c.rest + c.prefix_bytes + 1;
    if (item.body < text_.size() && text_[item.body] == ' ') ++item.body;
  }

  void close(ChatText& chat) const {
    if (chat.items.empty()) {
      chat.first_item = text_.size();
    } else {
      chat.items.back().end = text_.size();
    }
  }

  static bool blank(std::string_view bytes) {
    return cleaned(bytes).find_first_not_of(" \n") == std::string::npos;
  }

  std::string_view text_;
  const PhraseBook& book_;
  std::vector<Candidate> candidates_;
  std::vector<Stamp> stamps_;
  std::vector<Prefix> prefixes_;
  std::unordered_map<std::string_view, std::uint32_t> by_raw_;
  std::unordered_map<std::string, std::uint32_t> by_shown_;
};

}  // namespace

std::string_view ChatText::body_of(const Item& item) const {
  std::string_view body = text.substr(item.body, item.end - std::min(item.body, item.end));
  if (body.ends_with('\n')) body.remove_suffix(1);
  if (body.ends_with('\r')) body.remove_suffix(1);
  return body;
}

ChatText read_chat(std::string_view text, std::optional<DateOrder> stated, const PhraseBook& book) {
  Reading reading(text, book);
  reading.collect();
  return reading.finish(stated);
}

bool looks_like_chat(std::string_view text) {
  std::size_t seen = 0;
  bool found = false;
  for_each_line(text.substr(0, 64 * 1024), [&](std::size_t, std::string_view line) {
    const auto header = recognise_header(line);
    const bool dated =
        header &&
        (wall_clock_of(header->stamp, DateOrder::dmy) || wall_clock_of(header->stamp, DateOrder::mdy) ||
         wall_clock_of(header->stamp, DateOrder::ymd) || wall_clock_of(header->stamp, DateOrder::ydm));
    found = dated;
    if (!line.empty()) ++seen;
    return found || seen >= 5 ? Walk::stop : Walk::on;
  });
  return found;
}

}  // namespace strongroom::capture::whatsapp
