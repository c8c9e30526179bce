#include "grant/drill.h"

#include <algorithm>

#include "record/canary.h"

namespace strongroom::grant {
namespace {

const OpenedFolder* find_opened(const std::vector<OpenedDevice>& opened, const Hash256& header_hash) {
  for (const OpenedDevice& device : opened)
    for (const OpenedFolder& folder : device.folders)
      if (folder.open.header.hash == header_hash) return &folder;
  return nullptr;
}

void judge(const OpenedFolder& folder, const Hash256& commitment, roster::DrilledFolder& out) {
  out.trustees = folder.trustees;
  out.outcome = roster::DrillOutcome::no_record;
  if (folder.batches.size() != 1 || folder.batches[0].records.size() != 1) return;
  const auto answer = record::canary_answer(folder.batches[0].records[0].record);
  out.outcome = roster::DrillOutcome::wrong_answer;
  if (!answer || envelope::answer_commitment(*answer) != commitment) return;
  out.outcome = roster::DrillOutcome::opened;
  out.answer = *answer;
}

}  // namespace

std::vector<roster::DrilledFolder> judge_drill(std::vector<AskedCanary> asked,
                                               const std::vector<OpenedDevice>& opened) {
  std::ranges::sort(asked, {}, &AskedCanary::header_hash);
  std::vector<roster::DrilledFolder> out;
  for (const AskedCanary& canary : asked) {
    roster::DrilledFolder& folder = out.emplace_back();
    folder.folder_header = canary.header_hash;
    folder.device = canary.device;
    folder.lot = canary.lot;
    if (const OpenedFolder* found = find_opened(opened, canary.header_hash))
      judge(*found, canary.commitment, folder);
  }
  return out;
}

}  // namespace strongroom::grant
