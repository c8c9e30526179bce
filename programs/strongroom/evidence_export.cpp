#include "evidence_export.h"

#include <map>

#include "exports/opened_evidence.h"
#include "grant/case_store.h"

namespace strongroom::person {
namespace {

constexpr std::uint64_t kRegisterLogBytesMax = 1ull << 32;

}  // namespace

Result<exports::EvidenceWritten> export_evidence(Person& person, Archive& archive,
                                                 const grant::OpenedCase& opened,
                                                 const std::string& directory) {
  const grant::CaseStore store(person.files(), person.path("cases"), opened.commitment);
  const Bytes register_log =
      TRY(person.files().read(person.path("replica/register.log"), kRegisterLogBytesMax));
  roster::RequestCopy copy = TRY(own_request(person, opened.commitment)).copy;
  copy.folders = opened.folders_asked;
  const Bytes request_copy = roster::encode(copy);
  exports::Evidence evidence = exports::evidence_of(opened, register_log, request_copy);
  // The newest heads, which continue those of the case: their tiles are the ones at hand.
  evidence.register_checkpoint = archive.replica.checkpoint_text(replica::Ledger::register_);
  evidence.capture_checkpoint = archive.replica.checkpoint_text(replica::Ledger::capture);
  evidence.generated_by = "strongroom 0.1.0";
  evidence.made_s = person.now_s();
  std::map<std::uint64_t, Bytes> share_sets;  // borrowed by the entries of the folders' openings
  for (const grant::OpenedDevice& device : opened.devices)
    for (const grant::OpenedFolder& folder : device.folders)
      share_sets[folder.open.leaf] = TRY(store.object(folder.open.header.header.body_sha256));
  for (exports::EvidenceEntry& entry : evidence.entries)
    if (const auto found = share_sets.find(entry.leaf); found != share_sets.end()) entry.body = found->second;
  return exports::write_evidence(evidence, archive.server, person.files(), directory);
}

}  // namespace strongroom::person
