#include "evidence_export.h"

#include <fmt/format.h>

#include <map>

#include "exports/opened_evidence.h"
#include "grant/case_store.h"

namespace strongroom::person {
namespace {

constexpr std::uint64_t kRegisterLogBytesMax = 1ull << 32;

/// Runs `use` on the evidence of an opened case, with everything it borrows alive.
template <class Use>
auto with_evidence(Person& person, Archive& archive, const grant::OpenedCase& opened, Use use)
    -> decltype(use(std::declval<exports::Evidence&>())) {
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
  return use(evidence);
}

/// Where the one message lies whose text holds `words`.
Result<std::pair<std::uint64_t, std::uint64_t>> find_message(const grant::OpenedCase& opened,
                                                             std::string_view words) {
  std::vector<std::pair<std::uint64_t, std::uint64_t>> found;
  for (const grant::OpenedDevice& device : opened.devices)
    for (const grant::OpenedFolder& folder : device.folders)
      for (const grant::OpenedBatch& batch : folder.batches)
        for (const grant::OpenedRecord& one : batch.records) {
          const bool said = one.record.kind == record::Kind::message || one.record.kind == record::Kind::edit;
          if (said && one.record.text.find(words) != std::string::npos)
            found.emplace_back(batch.entry.leaf, one.index);
        }
  if (found.size() == 1) return found.front();
  return fail(ErrorCode::not_found,
              found.empty() ? "no message of the case holds these words"
                            : fmt::format("{} messages of the case hold these words", found.size()),
              "--containing", "give words, as written, that stand in exactly one message");
}

}  // namespace

Result<exports::EvidenceWritten> export_evidence(Person& person, Archive& archive,
                                                 const grant::OpenedCase& opened,
                                                 const std::string& directory) {
  return with_evidence(person, archive, opened, [&](const exports::Evidence& evidence) {
    return exports::write_evidence(evidence, archive.server, person.files(), directory);
  });
}

Result<void> export_message(Person& person, Archive& archive, const grant::OpenedCase& opened,
                            std::string_view words, const std::string& file) {
  const auto place = TRY(find_message(opened, words));
  const Bytes proof = TRY(with_evidence(person, archive, opened, [&](const exports::Evidence& evidence) {
    return exports::write_message_proof(evidence, place.first, place.second, archive.server);
  }));
  return person.files().write_durable(file, proof);
}

}  // namespace strongroom::person
