#include "chain/canary.h"

#include "envelope/canary.h"

namespace strongroom::chain {

std::optional<Hash256> canary_of(const FolderView& folder) {
  if (!folder.close || folder.batches.size() != 1 || folder.batches[0].part.records != 1) return std::nullopt;
  if (folder.batches[0].entry.header.header.body_bytes > kCanaryBodyBytesMax) return std::nullopt;
  return envelope::canary_commitment(folder.open.header.header, folder.core.core0);
}

bool is_false_canary(const FolderView& folder) {
  if (folder.core.core0.mode != envelope::CaptureMode::canary || folder.batches.empty()) return false;
  return folder.batches.size() > 1 || folder.records > 1 ||
         folder.batches[0].entry.header.header.body_bytes > kCanaryBodyBytesMax ||
         !envelope::canary_commitment(folder.open.header.header, folder.core.core0);
}

}  // namespace strongroom::chain
