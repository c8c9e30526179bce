#include "verify/device_check.h"

#include <fmt/format.h>

#include <algorithm>

#include "codec/text.h"
#include "crypto/hash.h"
#include "roster/sealing_keys.h"

namespace strongroom::verify {
namespace {

std::string short_name(const envelope::DeviceId& device) { return codec::hex(BytesView(device).first(4)); }

bool says_goodbye(const std::vector<chain::LoggedEntry>& entries) {
  return !entries.empty() && entries.back().header.header.kind == envelope::EntryKind::retire;
}

}  // namespace

void DeviceCheck::unknown_device(const envelope::DeviceId& device,
                                 const std::vector<chain::LoggedEntry>& entries) {
  report_.serious("unknown-device",
                  fmt::format("{} entries (first: capture leaf {}) name device {}, which is not enrolled in "
                              "the register",
                              entries.size(), entries.front().leaf, short_name(device)));
}

chain::ChainView DeviceCheck::read_enrolled(const roster::EnrolledDevice& enrolled,
                                            std::vector<chain::LoggedEntry> entries, std::uint64_t now_s) {
  const auto quarantined = std::ranges::count_if(
      entries, [&](const chain::LoggedEntry& e) { return enrolled.quarantines(e.leaf); });
  if (quarantined > 0)
    report_.warning("quarantined",
                    fmt::format("device {}: {} entries came after it was revoked at register leaf {}; "
                                "whoever had its key may have made them",
                                short_name(enrolled.enrolment.device), quarantined, enrolled.revoked->leaf));
  const bool retired = enrolled.revoked || says_goodbye(entries);
  chain::ChainView view = chain::read_chain(enrolled, std::move(entries), retired ? 0 : now_s * 1000);
  for (const chain::FolderView& folder : view.folders) check_folder(folder, enrolled);
  name_stale(enrolled.enrolment.device, view);
  return view;
}

/// §2.5, §4.1: dealt under an older roster although the device knew a newer one. It may, while trustees of the newer
/// one are late with their keys; who left since holds a share of each.
void DeviceCheck::name_stale(const envelope::DeviceId& device, const chain::ChainView& view) {
  std::uint64_t stale = 0, first_leaf = 0;
  for (const chain::FolderView& folder : view.folders) {
    const envelope::Core0& core = folder.core.core0;
    const roster::SignedRoster* roster = reading_.state().roster_by_hash(core.roster);
    if (roster == nullptr || roster->roster.number + 1 >= reading_.state().rosters().size()) continue;
    if (reading_.state().rosters()[roster->roster.number + 1].leaf >= core.register_seen.size) continue;
    if (stale++ == 0) first_leaf = folder.open.leaf;
  }
  if (stale > 0)
    report_.warning("stale",
                    fmt::format("device {}: {} folders (first: leaf {}) were sealed under a roster that it "
                                "knew to be followed by another",
                                short_name(device), stale, first_leaf));
}

chain::ChainView DeviceCheck::read(const envelope::DeviceId& device,
                                   std::vector<chain::LoggedEntry> entries) {
  const auto enrolled = reading_.state().devices().find(device);
  if (enrolled == reading_.state().devices().end()) {
    unknown_device(device, entries);
    return {};
  }
  chain::ChainView view = read_enrolled(enrolled->second, std::move(entries), now_s_);
  for (const chain::Finding& f : view.findings)
    report_.add(chain::is_serious(f.fault) ? Weight::serious : Weight::warning,
                std::string(chain::name_of(f.fault)), f.text);
  if (view.entries == 0) never_heard_of(enrolled->second);
  return view;
}

chain::ChainView DeviceCheck::read_part(const envelope::DeviceId& device,
                                        std::vector<chain::LoggedEntry> entries) {
  const auto enrolled = reading_.state().devices().find(device);
  if (enrolled == reading_.state().devices().end()) {
    unknown_device(device, entries);
    return {};
  }
  chain::ChainView view = read_enrolled(enrolled->second, std::move(entries), 0);
  for (const chain::Finding& f : view.findings) {
    const bool before_the_part = (f.fault == chain::Fault::gap && f.sequence == 0) ||
                                 f.fault == chain::Fault::unknown_beginning ||
                                 f.fault == chain::Fault::orphan_batch;
    if (before_the_part) continue;
    report_.add(chain::is_serious(f.fault) ? Weight::serious : Weight::warning,
                std::string(chain::name_of(f.fault)), f.text);
  }
  return view;
}

/// §3.9: silence is signed too, and a device that never began is silent from its enrolment on.
void DeviceCheck::never_heard_of(const roster::EnrolledDevice& enrolled) {
  const roster::Enrolment& e = enrolled.enrolment;
  if (enrolled.revoked || now_s_ <= e.enrolled_s || now_s_ - e.enrolled_s <= 2 * e.heartbeat_s) return;
  report_.warning("never-heard",
                  fmt::format("device {}: enrolled {} hours ago and has never given a sign of life",
                              short_name(e.device), (now_s_ - e.enrolled_s) / 3600));
}

/// §3.1: what the folder says of archive, device, keys and the ledgers it has seen is what is there.
void DeviceCheck::check_folder(const chain::FolderView& folder, const roster::EnrolledDevice& enrolled) {
  const envelope::Core0& core = folder.core.core0;
  const std::string who =
      fmt::format("device {}: the folder opened at leaf {}", short_name(core.device), folder.open.leaf);
  if (core.archive != reading_.state().archive())
    report_.serious("folder-archive", who + " was sealed for another archive");
  if (core.device != enrolled.enrolment.device || core.incarnation != folder.open.header.header.incarnation ||
      core.device_key != crypto::sha256(enrolled.key_at(folder.open.leaf).ed25519))
    report_.serious("folder-device", who + " names another device, key or incarnation than its entry");
  const roster::SignedRoster* roster = reading_.state().roster_by_hash(core.roster);
  if (roster == nullptr) {
    report_.serious("folder-roster", who + " was sealed under a roster that is not in the register");
  } else {
    const roster::LotKeySet keys = reading_.state().lot_keys(core.lot, roster->roster);
    if (!roster::complete(keys, roster->roster) || roster::hash_of(keys) != core.lot_key_set)
      report_.serious("folder-keys",
                      who + " was dealt to keys that are not those of the register for its roster and lot");
  }
  if (std::ranges::find(enrolled.enrolment.classes, core.retention_class) == enrolled.enrolment.classes.end())
    report_.serious("folder-class", who + " is of a class that the device may not use");
  if (register_ != nullptr && core.register_seen.size > 0)
    register_->expect_head(core.register_seen.size, core.register_seen.root, who, report_);
  if (capture_ != nullptr && core.capture_seen.size > 0)
    capture_->expect_head(core.capture_seen.size, core.capture_seen.root, who, report_);
}

}  // namespace strongroom::verify
