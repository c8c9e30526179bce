#include "reading/conversation.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "codec/text.h"
#include "crypto/hash.h"
#include "reading/copies.h"

namespace strongroom::reading {
namespace {

using record::Kind;

std::optional<std::uint64_t> number_in(const record::Record& r, const std::string& key) {
  const auto found = r.extra.find(key);
  if (found == r.extra.end()) return std::nullopt;
  if (const auto* value = std::get_if<std::uint64_t>(&found->second)) return *value;
  return std::nullopt;
}

bool by_time(const Place& a, const Place& b) {
  const auto key = [](const Place& p) {
    return std::tuple(p.record->sent_at.unix_ms, p.record->order, p.leaf, p.index);
  };
  return key(a) < key(b);
}

/// Which list of the message a later record belongs to; null if it is a line of its own.
std::vector<Place>* list_for(Item& item, Kind kind) {
  switch (kind) {
    case Kind::edit: return &item.edits;
    case Kind::deletion: return &item.deletions;
    case Kind::reaction: return &item.reactions;
    case Kind::poll_vote: return &item.votes;
    case Kind::poll_end: return &item.ends;
    case Kind::pin: return &item.pins;
    default: return nullptr;
  }
}

/// The lines of one conversation, in order; later records find the message they are about.
class Assembly {
 public:
  explicit Assembly(std::size_t device) : device_(device) {}
  void add(const Place& place) {
    const record::Record& r = *place.record;
    Item* about = r.target ? find(*r.target) : nullptr;
    if (about != nullptr) {
      if (auto* list = list_for(*about, r.kind)) return list->push_back(place);
    }
    const std::size_t index = items_.size();
    items_.push_back({place, {}, {}, {}, {}, {}, {}, device_, {}});
    if (!r.native_id.empty()) by_id_.emplace(r.native_id, index);
    if (r.author) by_author_.emplace(std::pair(r.author->id, r.sent_at.unix_ms), index);
  }
  std::vector<Item> take() { return std::move(items_); }

 private:
  Item* find(const record::Target& target) {
    if (const auto at = by_id_.find(target.native_id); !target.native_id.empty() && at != by_id_.end())
      return &items_[at->second];
    if (!target.sent_at_ms) return nullptr;
    const auto at = by_author_.find(std::pair(target.author_id, *target.sent_at_ms));
    return at == by_author_.end() ? nullptr : &items_[at->second];
  }

  std::size_t device_;
  std::vector<Item> items_;
  std::map<std::string, std::size_t> by_id_;
  std::map<std::pair<std::string, std::int64_t>, std::size_t> by_author_;
};

/// Messages first, then what is about them: a reaction may carry the time of its message.
bool is_about_another(Kind kind) {
  Item scratch;
  return list_for(scratch, kind) != nullptr;
}

Conversation assemble(std::size_t device, std::vector<Place> places) {
  std::ranges::sort(places, by_time);
  Conversation out;
  out.device = device;
  out.source = places.front().record->source;
  out.id = places.front().record->conversation.id;
  std::set<std::string> seen;
  const auto meet = [&](const record::Person& person) {
    if (std::string name = shown(person); !name.empty() && seen.insert(name).second)
      out.people.push_back(std::move(name));
  };
  Assembly assembly(device);
  for (const bool later : {false, true}) {
    for (const Place& place : places)
      if (is_about_another(place.record->kind) == later) assembly.add(place);
  }
  for (const Place& place : places) {
    const record::Record& r = *place.record;
    if (!r.conversation.title.empty()) out.title = r.conversation.title;
    if (r.conversation.kind != record::ConversationKind::unknown) out.kind = r.conversation.kind;
    if (r.author) meet(*r.author);
    for (const record::Person& person : r.people) meet(person);
  }
  out.items = assembly.take();
  std::ranges::sort(out.items, [](const Item& a, const Item& b) { return by_time(a.first, b.first); });
  return out;
}

}  // namespace

std::string number_of(const Place& place) { return fmt::format("{}.{}", place.leaf, place.index); }

std::string shown(const record::Person& person) { return person.name.empty() ? person.id : person.name; }

std::vector<record::Person> concerned(const record::Record& record) {
  std::vector<record::Person> out;
  for (const record::Person& person : record.people) {
    const bool member = person.role.empty() || person.role == "member" || person.role == "admin";
    if (!member && person.role != "self") out.push_back(person);
  }
  return out;
}

Result<Bytes> join(const Hash256& sha256, const Content& content) {
  if (content.chunks.size() != content.chunks_wanted)
    return fail(
        ErrorCode::not_found,
        fmt::format("{} of {} pieces of the content are here", content.chunks.size(), content.chunks_wanted),
        codec::hex(sha256));
  Bytes bytes;
  for (const Place& chunk : content.chunks) append(bytes, chunk.record->original.bytes);
  if (crypto::sha256(bytes) != sha256)
    return fail(ErrorCode::corrupt, "the content does not have the hash that its message names",
                codec::hex(sha256));
  return bytes;
}

Reading read(const grant::OpenedCase& opened) {
  Reading out;
  std::map<Hash256, std::map<std::uint64_t, Place>> chunks;
  std::map<Hash256, std::uint64_t> wanted;
  for (std::size_t d = 0; d < opened.devices.size(); ++d) {
    std::map<std::pair<std::string, std::string>, std::vector<Place>> threads;
    std::set<Hash256> known;
    for (const grant::OpenedFolder& folder : opened.devices[d].folders) {
      for (const grant::OpenedBatch& batch : folder.batches) {
        for (const grant::OpenedRecord& opened_record : batch.records) {
          const record::Record& r = opened_record.record;
          const Place place{&r, batch.entry.leaf, opened_record.index};
          ++out.records;
          const auto number = number_in(r, "chunk");
          if (number && r.original.within) {
            chunks[*r.original.within].emplace(*number, place);
            wanted[*r.original.within] = number_in(r, "chunks").value_or(1);
            if (r.kind != Kind::unparsed_original || *number > 0) continue;
          } else if (!known.insert(record::identity_of(r)).second) {
            continue;  // imported twice
          }
          if (r.kind == Kind::context) {
            out.context.push_back(place);
            out.directory.add(r);
          } else if (r.kind == Kind::unparsed_original) {
            out.unparsed.push_back(place);
          } else if (r.kind != Kind::attachment) {
            threads[std::pair(r.source, r.conversation.id)].push_back(place);
          }
        }
      }
    }
    for (auto& [key, places] : threads) out.conversations.push_back(assemble(d, std::move(places)));
  }
  for (auto& [hash, by_number] : chunks) {
    Content& content = out.contents[hash];
    content.chunks_wanted = wanted[hash];
    for (const auto& [number, place] : by_number) content.chunks.push_back(place);
  }
  std::ranges::sort(out.conversations, [](const Conversation& a, const Conversation& b) {
    if (a.device != b.device) return a.device < b.device;
    return by_time(a.items.front().first, b.items.front().first);
  });
  show_once(out);
  return out;
}

}  // namespace strongroom::reading
