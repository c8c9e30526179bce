#include "reading/copies.h"

#include <algorithm>
#include <list>
#include <map>
#include <set>
#include <tuple>
#include <unordered_map>

namespace strongroom::reading {
namespace {

using record::Record;

/// So many lines are compared for one, and so many conversations looked through: whoever forges more that have time,
/// author and text in common finds some shown by themselves.
constexpr std::size_t kLinesTried = 200, kConversationsTried = 2000;

std::string_view family_of(std::string_view source) { return source.substr(0, source.find('-')); }

bool same_file(const record::Attachment& a, const record::Attachment& b) {
  if (a.sha256 && b.sha256) return *a.sha256 == *b.sha256;
  return std::tie(a.name, a.size, a.media_type) == std::tie(b.name, b.size, b.media_type);
}

bool has_instant(const Record& r) {
  return r.author && r.sent_at.certainty == record::ZoneCertainty::instant && r.sent_at.unix_ms > 0;
}

/// Kind, author, time and text.
using Key = std::tuple<record::Kind, std::string, std::int64_t, std::string>;
Key key_of(const Directory& directory, const Record& r) {
  const std::int64_t at = r.sent_at.unix_ms;
  return {r.kind, r.author ? directory.key_of(*r.author, at) : std::string(), at, r.text};
}

std::set<std::string> people_of(const Directory& directory, const Record& r) {
  std::set<std::string> out;
  if (r.author) out.insert(directory.key_of(*r.author, r.sent_at.unix_ms));
  for (const record::Person& person : r.people) out.insert(directory.key_of(person, r.sent_at.unix_ms));
  return out;
}

bool same_message(const Directory& directory, const Conversation& a, const Record& x, const Conversation& b,
                  const Record& y) {
  const bool direct =
      a.kind == record::ConversationKind::direct && b.kind == record::ConversationKind::direct;
  if (!direct && a.id != b.id) return false;
  if (!std::ranges::equal(x.attachments, y.attachments, same_file)) return false;
  return !direct || people_of(directory, x) == people_of(directory, y);
}

/// Adds what was done to the copy and is not known of the message yet.
void add_marks(const Directory& directory, std::vector<Place>& known, const std::vector<Place>& more) {
  if (more.empty()) return;
  std::set<Key> keys;
  for (const Place& place : known) keys.insert(key_of(directory, *place.record));
  for (const Place& place : more) {
    if (keys.insert(key_of(directory, *place.record)).second) known.push_back(place);
  }
}

void merge_item(const Directory& directory, Item& into, Item&& copy) {
  into.also.push_back({copy.first, copy.device});
  add_marks(directory, into.edits, copy.edits);
  add_marks(directory, into.deletions, copy.deletions);
  add_marks(directory, into.reactions, copy.reactions);
  add_marks(directory, into.votes, copy.votes);
  add_marks(directory, into.ends, copy.ends);
  add_marks(directory, into.pins, copy.pins);
}

bool may_be_one(const Conversation& a, const Conversation& b) {
  return a.device != b.device && std::ranges::find(a.other_devices, b.device) == a.other_devices.end() &&
         family_of(a.source) == family_of(b.source);
}

/// By time; at one time, what one device kept stays together in its order.
auto place_in_time(const Item& item) {
  const Record& r = *item.first.record;
  return std::tuple(r.sent_at.unix_ms, item.device, r.order, item.first.leaf, item.first.index);
}

/// Goes through the conversations once; each is put into an earlier one that shares a message with it, or stays.
class Gathering {
 public:
  explicit Gathering(Reading& reading) : directory_(reading.directory), all_(reading.conversations) {}

  void run() {
    std::vector<bool> moved(all_.size(), false);
    std::set<std::size_t> grown;
    for (std::size_t c = 0; c < all_.size(); ++c) {
      if (const auto into = earlier_one(c)) {
        merge(*into, all_[c]);
        moved[c] = true;
        grown.insert(*into);
      } else {
        for (std::size_t i = 0; i < all_[c].items.size(); ++i) remember(c, i);
      }
    }
    for (const std::size_t c : grown) std::ranges::sort(all_[c].items, {}, place_in_time);
    std::size_t at = 0;
    std::erase_if(all_, [&](const Conversation&) { return moved[at++]; });
  }

 private:
  /// What the key comes to, and the conversation.
  using Spot = std::pair<std::size_t, std::size_t>;

  static std::size_t hash_of(const Key& key) {
    const std::hash<std::string> hash;
    const auto time = static_cast<std::size_t>(std::get<2>(key));
    return (hash(std::get<1>(key)) * 31 + hash(std::get<3>(key))) * 31 + time * 17 +
           static_cast<std::size_t>(std::get<0>(key));
  }

  void remember(std::size_t conversation, std::size_t item) {
    const Record& r = *all_[conversation].items[item].first.record;
    if (has_instant(r)) spots_[{hash_of(key_of(directory_, r)), conversation}].push_back(item);
  }

  /// The line of `items` that is the same message; at most `tries` are looked at.
  template <class Items>
  auto same_as(const Conversation& other, const Items& items, const Conversation& c, const Record& r,
               const Key& key, std::size_t& tries) const {
    auto at = items.begin();
    for (; at != items.end() && tries > 0; ++at, --tries) {
      const Record& x = *other.items[*at].first.record;
      if (key_of(directory_, x) == key && same_message(directory_, other, x, c, r)) return at;
    }
    return items.end();
  }

  std::optional<std::size_t> earlier_one(std::size_t c) const {
    for (const Item& item : all_[c].items) {
      const Record& r = *item.first.record;
      if (!has_instant(r)) continue;
      const Key key = key_of(directory_, r);
      const std::size_t hash = hash_of(key);
      std::size_t tries = kLinesTried, conversations = kConversationsTried;
      for (auto at = spots_.lower_bound({hash, 0}); at != spots_.end() && at->first.first == hash; ++at) {
        if (tries == 0 || conversations-- == 0) break;
        const auto& [spot, items] = *at;
        const Conversation& other = all_[spot.second];
        if (may_be_one(other, all_[c]) && same_as(other, items, all_[c], r, key, tries) != items.end())
          return spot.second;
      }
    }
    return std::nullopt;
  }

  /// The line of the target that is the same message, if this device has shown no copy of it yet. `left` says which
  /// those are, by what their keys come to.
  using Left = std::unordered_map<std::size_t, std::list<std::size_t>>;
  std::optional<std::size_t> take_same(std::size_t target, const Conversation& from, const Record& r,
                                       Left& left) const {
    if (!has_instant(r)) return std::nullopt;
    const Key key = key_of(directory_, r);
    const auto [lines, first] = left.try_emplace(hash_of(key));
    if (const auto known = spots_.find({lines->first, target}); first && known != spots_.end())
      lines->second.assign(known->second.begin(), known->second.end());
    std::size_t tries = kLinesTried;
    const auto at = same_as(all_[target], lines->second, from, r, key, tries);
    if (at == lines->second.end()) return std::nullopt;
    const std::size_t line = *at;
    lines->second.erase(at);
    return line;
  }

  void merge(std::size_t target, Conversation& from) {
    Conversation& into = all_[target];
    const std::size_t before = into.items.size();
    Left left;
    for (Item& item : from.items) {
      if (const auto line = take_same(target, from, *item.first.record, left))
        merge_item(directory_, into.items[*line], std::move(item));
      else
        into.items.push_back(std::move(item));
    }
    for (std::size_t i = before; i < into.items.size(); ++i) remember(target, i);
    into.other_devices.push_back(from.device);
    std::set<std::string> known(into.people.begin(), into.people.end());
    for (std::string& name : from.people) {
      if (known.insert(name).second) into.people.push_back(std::move(name));
    }
  }

  const Directory& directory_;
  std::vector<Conversation>& all_;
  std::map<Spot, std::vector<std::size_t>> spots_;  ///< lines
};

}  // namespace

void show_once(Reading& reading) {
  const auto& all = reading.conversations;
  const bool several =
      std::ranges::any_of(all, [&](const Conversation& c) { return c.device != all[0].device; });
  if (several) Gathering(reading).run();
}

}  // namespace strongroom::reading
