#include "grant/device_entries.h"

#include <fmt/format.h>

#include <algorithm>

#include "codec/text.h"
#include "crypto/hash.h"

namespace strongroom::grant {
namespace {

constexpr std::uint64_t kEntriesPerFetch = 512;

}  // namespace

Result<void> check_inclusion(ledger::AuthenticatedTiles& tiles, std::uint64_t leaf, BytesView signed_header) {
  const Bytes wanted = envelope::encode(envelope::CaptureLeaf{envelope::digests_of(signed_header)});
  if (leaf >= tiles.size().value || TRY(tiles.node({0, leaf})) != ledger::leaf_hash(wanted))
    return fail(ErrorCode::unauthenticated,
                fmt::format("an entry is not what leaf {} of the capture ledger says", leaf), {},
                "keep this message: the server shows something that it never logged");
  return {};
}

Result<DeviceLedger> read_device(Session session, ledger::AuthenticatedTiles& tiles,
                                 const roster::EnrolledDevice& device) {
  const envelope::DeviceId& id = device.enrolment.device;
  DeviceLedger out{device, {}, {}, 0};
  std::uint64_t from = 0;
  while (true) {
    const auto page = TRY(session.server.device_entries(id, from, kEntriesPerFetch));
    if (page.empty()) break;
    for (const replica::DeviceEntry& entry : page) {
      if (entry.leaf < from)
        return fail(ErrorCode::unauthenticated, "the server lists a device's entries out of order",
                    codec::hex(id));
      from = entry.leaf + 1;
      if (entry.leaf >= tiles.size().value) {
        ++out.newer;
        continue;
      }
      TRY_IN(codec::hex(id), check_inclusion(tiles, entry.leaf, entry.header));
      out.entries.push_back({entry.leaf, TRY_IN(fmt::format("leaf {}", entry.leaf),
                                                envelope::decode_signed_header(entry.header))});
    }
  }
  out.chain = chain::read_chain(device, out.entries, 0);
  return out;
}

bool in_predicate(const roster::Scope& scope, const envelope::Core0& core0) {
  if (!std::ranges::binary_search(scope.devices, core0.device)) return false;
  if (!std::ranges::binary_search(scope.classes, core0.retention_class)) return false;
  const std::uint64_t last = std::uint64_t{core0.day} + std::max<std::uint32_t>(core0.days, 1) - 1;
  return core0.day <= scope.day_to && last >= scope.day_from;
}

Result<void> check_opening(const chain::FolderView& folder, const roster::EnrolledDevice& device,
                           const Hash256& archive) {
  const envelope::Core0& core0 = folder.core.core0;
  const envelope::Header& header = folder.open.header.header;
  const std::string where = fmt::format("folder of leaf {}", folder.open.leaf);
  if (core0.archive != archive) return fail(ErrorCode::refused, "the folder names another archive", where);
  if (core0.device != device.enrolment.device || core0.incarnation != header.incarnation ||
      core0.device_key != crypto::sha256(device.key_at(folder.open.leaf).ed25519))
    return fail(ErrorCode::refused, "the folder was opened in the name of another device", where);
  return {};
}

}  // namespace strongroom::grant
