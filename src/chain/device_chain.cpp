#include "chain/device_chain.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <unordered_set>

#include "codec/text.h"

namespace strongroom::chain {
namespace {

using envelope::EntryKind;

std::string short_name(BytesView id) { return codec::hex(id.first(4)); }

/// Reads the entries of one device; the sentence of every finding is made here.
class Reading {
 public:
  Reading(const roster::EnrolledDevice& device, ChainView& view)
      : device_(device), enrolment_(device.enrolment), view_(view) {}

  void note(Fault fault, const LoggedEntry& at, std::uint64_t sequence, std::uint64_t count,
            std::string text) {
    view_.findings.push_back({fault, enrolment_.device, at.header.header.incarnation, sequence, count,
                              at.leaf,
                              fmt::format("device {}: {}", short_name(enrolment_.device), std::move(text))});
  }

  bool authentic(const LoggedEntry& e) {
    if (e.header.header.device == enrolment_.device &&
        envelope::verify_header(e.header, device_.key_at(e.leaf)))
      return true;
    if (const auto replaced = signed_with_replaced(e)) {
      note(Fault::replaced_key, e, e.header.header.sequence, 1,
           fmt::format("entry {} (leaf {}) is signed with a key that was replaced at register leaf {}",
                       e.header.header.sequence, e.leaf, *replaced));
      return false;
    }
    note(Fault::bad_signature, e, e.header.header.sequence, 1,
         fmt::format("entry {} (leaf {}) is not signed by it", e.header.header.sequence, e.leaf));
    return false;
  }

  /// The register leaf that ended the key by which the entry is signed; nothing if no earlier key signed it.
  std::optional<std::uint64_t> signed_with_replaced(const LoggedEntry& e) const {
    if (e.header.header.device != enrolment_.device) return std::nullopt;
    const crypto::SigningPublic* key = &enrolment_.device_key;
    for (const roster::LaterKey& later : device_.later_keys) {
      if (e.leaf >= later.capture_size && envelope::verify_header(e.header, *key)) return later.leaf;
      key = &later.act.device_key;
    }
    return std::nullopt;
  }

  /// Positions inside one incarnation, sorted by sequence and then by leaf.
  void check_positions(std::vector<const LoggedEntry*> entries) {
    for (std::size_t i = 1; i < entries.size(); ++i) {
      if (entries[i]->header.header.sequence < entries[i - 1]->header.header.sequence)
        note(Fault::reordered, *entries[i], entries[i]->header.header.sequence, 1,
             fmt::format("entry {} stands in the ledger after entry {}", entries[i]->header.header.sequence,
                         entries[i - 1]->header.header.sequence));
    }
    std::ranges::sort(entries, {},
                      [](const LoggedEntry* e) { return std::pair(e->header.header.sequence, e->leaf); });
    std::uint64_t expected = 0;
    const LoggedEntry* before = nullptr;
    for (const LoggedEntry* e : entries) {
      const auto& h = e->header.header;
      if (before != nullptr && h.sequence == before->header.header.sequence) {
        note(Fault::equivocation, *e, h.sequence, 1,
             fmt::format("signed two different entries {} (leaves {} and {})", h.sequence, before->leaf,
                         e->leaf));
        continue;
      }
      if (h.sequence > expected) {
        note(Fault::gap, *e, expected, h.sequence - expected,
             h.sequence - expected == 1
                 ? fmt::format("entry {} is missing", expected)
                 : fmt::format("entries {} to {} are missing", expected, h.sequence - 1));
      } else if (before != nullptr && h.previous != before->header.hash) {
        note(Fault::wrong_previous, *e, h.sequence, 1,
             fmt::format("entry {} does not continue entry {}: one of them was exchanged", h.sequence,
                         h.sequence - 1));
      }
      if (before != nullptr) check_heartbeat(*before, *e);
      expected = h.sequence + 1;
      before = e;
    }
  }

  void check_heartbeat(const LoggedEntry& before, const LoggedEntry& e) {
    const std::uint64_t from = before.header.header.device_time_ms, to = e.header.header.device_time_ms;
    if (to > from && to - from > 2000 * enrolment_.heartbeat_s)
      note(Fault::late_heartbeat, e, e.header.header.sequence, 1,
           fmt::format("was silent for {} hours before entry {} (a sign of life is due every {} hours)",
                       (to - from) / 3'600'000, e.header.header.sequence,
                       (enrolment_.heartbeat_s + 3599) / 3600));
  }

  /// Moves the entry into the view if it belongs to a folder.
  void take(LoggedEntry e) {
    switch (e.header.header.kind) {
      case EntryKind::open: return take_open(std::move(e));
      case EntryKind::batch: return take_batch(std::move(e));
      case EntryKind::close: return take_close(std::move(e));
      case EntryKind::lost:
        return note(Fault::lost, e, e.header.header.sequence, 1,
                    "reports that it lost entries or abandoned a folder");
      case EntryKind::heartbeat:
      case EntryKind::retire: return;
    }
  }

  void check_open_ends(std::uint64_t newest_leaf) {
    for (const auto& [hash, index] : index_) {
      const FolderView& f = view_.folders[index];
      // Activity after the folder's last entry that is not its own says the device went on without closing it.
      if (!f.close && newest_leaf > last_leaf_[hash] + 64)
        note(Fault::not_closed, f.open, f.open.header.header.sequence, 1,
             fmt::format("the folder opened at leaf {} was never closed", f.open.leaf));
    }
  }

  void check_overdue(const LoggedEntry& last, std::uint64_t now_ms) {
    const std::uint64_t last_ms = last.header.header.device_time_ms;
    if (now_ms > last_ms && now_ms - last_ms > 2000 * enrolment_.heartbeat_s)
      note(Fault::late_heartbeat, last, last.header.header.sequence + 1, 1,
           fmt::format("has been silent for {} hours", (now_ms - last_ms) / 3'600'000));
  }

 private:
  void bad_part(const LoggedEntry& e, const Error& error) {
    note(Fault::bad_part, e, e.header.header.sequence, 1,
         fmt::format("entry {} cannot be read: {}", e.header.header.sequence, error.what));
  }
  FolderView* folder_of(const LoggedEntry& e, const Hash256& folder) {
    const auto found = index_.find(folder);
    if (found == index_.end()) {
      note(Fault::orphan_batch, e, e.header.header.sequence, 1,
           fmt::format("entry {} belongs to a folder whose opening is not there", e.header.header.sequence));
      return nullptr;
    }
    last_leaf_[folder] = e.leaf;
    return &view_.folders[found->second];
  }
  void take_open(LoggedEntry e) {
    auto part = envelope::decode_open(e.header.header.part);
    if (!part) return bad_part(e, part.error());
    index_[e.header.hash] = view_.folders.size();
    last_leaf_[e.header.hash] = e.leaf;
    envelope::Core core = *envelope::decode_core(part->core);
    view_.folders.push_back({std::move(e), *std::move(part), std::move(core), {}, std::nullopt, 0});
  }
  void take_batch(LoggedEntry e) {
    auto part = envelope::decode_batch_part(e.header.header.part);
    if (!part) return bad_part(e, part.error());
    if (FolderView* folder = folder_of(e, part->folder_header)) {
      folder->records += part->records;
      folder->batches.push_back({std::move(e), *std::move(part)});
    }
  }
  void take_close(LoggedEntry e) {
    const auto part = envelope::decode_close(e.header.header.part);
    if (!part) return bad_part(e, part.error());
    FolderView* folder = folder_of(e, part->folder_header);
    if (folder == nullptr) return;
    if (part->batches != folder->batches.size() || part->records != folder->records)
      note(Fault::wrong_counts, e, e.header.header.sequence, 1,
           fmt::format(
               "the folder opened at leaf {} should hold {} records in {} batches, and {} in {} are there",
               folder->open.leaf, part->records, part->batches, folder->records, folder->batches.size()));
    folder->close = std::move(e);
  }

  const roster::EnrolledDevice& device_;
  const roster::Enrolment& enrolment_;
  ChainView& view_;
  std::map<Hash256, std::size_t> index_;
  std::map<Hash256, std::uint64_t> last_leaf_;
};

}  // namespace

std::string_view name_of(Fault fault) {
  switch (fault) {
    case Fault::bad_signature: return "bad-signature";
    case Fault::replaced_key: return "replaced-key";
    case Fault::gap: return "gap";
    case Fault::equivocation: return "equivocation";
    case Fault::wrong_previous: return "wrong-previous";
    case Fault::reordered: return "reordered";
    case Fault::unknown_beginning: return "unknown-beginning";
    case Fault::orphan_batch: return "orphan-batch";
    case Fault::bad_part: return "bad-part";
    case Fault::wrong_counts: return "wrong-counts";
    case Fault::not_closed: return "not-closed";
    case Fault::late_heartbeat: return "late-heartbeat";
    case Fault::lost: return "lost";
  }
  return "unknown";
}

bool is_serious(Fault fault) { return fault != Fault::late_heartbeat && fault != Fault::not_closed; }

ChainView read_chain(const roster::EnrolledDevice& device, std::vector<LoggedEntry> entries,
                     std::uint64_t now_ms) {
  ChainView view;
  view.device = device.enrolment.device;
  Reading reading(device, view);
  std::erase_if(entries, [&](const LoggedEntry& e) { return !reading.authentic(e); });
  std::ranges::sort(entries, {}, &LoggedEntry::leaf);
  view.entries = entries.size();

  std::map<envelope::Incarnation, std::vector<const LoggedEntry*>> by_incarnation;
  std::unordered_set<Hash256, DigestHash> heads{Hash256{}};
  for (const LoggedEntry& e : entries) {
    by_incarnation[e.header.header.incarnation].push_back(&e);
    heads.insert(e.header.hash);
  }
  for (const auto& [incarnation, own] : by_incarnation) reading.check_positions(own);
  if (entries.empty()) return view;
  if (now_ms > 0) reading.check_overdue(entries.back(), now_ms);
  const std::uint64_t newest_leaf = entries.back().leaf;
  for (LoggedEntry& e : entries) {
    if (e.header.header.sequence == 0 && !heads.contains(e.header.header.previous))
      reading.note(Fault::unknown_beginning, e, 0, 1,
                   "a new incarnation continues from an entry that is not in the ledger");
    reading.take(std::move(e));
  }
  reading.check_open_ends(newest_leaf);
  return view;
}

}  // namespace strongroom::chain
