#include "evidence_export.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "codec/text.h"
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

}  // namespace

Result<exports::EvidenceWritten> export_evidence(Person& person, Archive& archive,
                                                 const grant::OpenedCase& opened,
                                                 const std::string& directory) {
  return with_evidence(person, archive, opened, [&](const exports::Evidence& evidence) {
    return exports::write_evidence(evidence, archive.server, person.files(), directory);
  });
}

Result<RecordPlace> find_by_words(const grant::OpenedCase& opened, std::string_view words) {
  std::vector<RecordPlace> found;
  for (const grant::OpenedDevice& device : opened.devices)
    for (const grant::OpenedFolder& folder : device.folders)
      for (const grant::OpenedBatch& batch : folder.batches)
        for (const grant::OpenedRecord& one : batch.records) {
          const bool said = one.record.kind == record::Kind::message || one.record.kind == record::Kind::edit;
          if (said && one.record.text.find(words) != std::string::npos)
            found.push_back({batch.entry.leaf, one.index});
        }
  if (found.size() == 1) return found.front();
  return fail(
      ErrorCode::not_found,
      found.empty() ? "no message of the case holds these words"
                    : fmt::format("{} messages of the case hold these words", found.size()),
      "--containing",
      "give words, as written, that stand in exactly one, or its number: 'strongroom show --numbers'");
}

Result<RecordPlace> find_by_number(const grant::OpenedCase& opened, std::string_view number) {
  const std::size_t dot = std::min(number.find('.'), number.size());
  const auto leaf = codec::from_decimal(number.substr(0, dot), UINT64_MAX);
  const auto index = codec::from_decimal(number.substr(std::min(dot + 1, number.size())), UINT64_MAX);
  if (!leaf || !index)
    return fail(ErrorCode::malformed, "this is not the number of a record", std::string(number),
                "'strongroom show --numbers' and 'search --numbers' print them, like 812.4");
  const RecordPlace wanted{*leaf, *index};
  for (const grant::OpenedDevice& device : opened.devices)
    for (const grant::OpenedFolder& folder : device.folders)
      for (const grant::OpenedBatch& batch : folder.batches)
        if (batch.entry.leaf == wanted.leaf &&
            std::ranges::find(batch.records, wanted.index, &grant::OpenedRecord::index) !=
                batch.records.end())
          return wanted;
  return fail(ErrorCode::not_found, "the case has no such record", std::string(number),
              "'strongroom show --numbers' prints those it has");
}

Result<void> export_message(Person& person, Archive& archive, const grant::OpenedCase& opened,
                            RecordPlace place, const std::string& file) {
  const Bytes proof = TRY(with_evidence(person, archive, opened, [&](const exports::Evidence& evidence) {
    return exports::write_message_proof(evidence, place.leaf, place.index, archive.server);
  }));
  return person.files().write_durable(file, proof);
}

}  // namespace strongroom::person
