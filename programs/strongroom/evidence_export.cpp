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

const exports::EvidenceEntry* entry_at(const exports::Evidence& evidence, std::uint64_t leaf) {
  const auto found = std::ranges::find(evidence.entries, leaf, &exports::EvidenceEntry::leaf);
  return found == evidence.entries.end() ? nullptr : &*found;
}

/// What is charged, before the exporter adds proofs.
conviction::Conviction charge_of(const grant::Accusation& accusation, const roster::RequestCopy& copy) {
  conviction::Conviction out;
  out.charge = accusation.trustee ? conviction::Charge::grant : conviction::Charge::dealing;
  out.share_set = accusation.share_set;
  out.lot_keys = accusation.lot_keys;
  out.quorum = accusation.quorum;
  for (const auto& [position, share] : accusation.shares)
    out.shares.push_back({position, array_of<32>(share.reveal())});
  if (!accusation.trustee) return out;
  out.grant = accusation.grant;
  out.request = copy.request;
  out.request_salt = copy.salt;
  return out;
}

/// Pairs of entries that one device made for one position.
std::vector<std::pair<std::uint64_t, std::uint64_t>> doubled(const grant::OpenedDevice& device) {
  std::map<std::pair<envelope::Incarnation, std::uint64_t>, std::uint64_t> first;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> out;
  for (const chain::LoggedEntry& entry : device.entries) {
    const envelope::Header& header = entry.header.header;
    const auto [at, fresh] = first.try_emplace({header.incarnation, header.sequence}, entry.leaf);
    if (!fresh) out.emplace_back(at->second, entry.leaf);
  }
  return out;
}

/// Files of one case that convict.
class Convictions {
 public:
  Convictions(Person& person, Archive& archive, const exports::Evidence& evidence, std::string directory)
      : person_(person), archive_(archive), evidence_(evidence), directory_(std::move(directory)) {}

  /// What convicts nobody is left out: whoever reads the case may have been wrong.
  Result<void> write(const std::string& name, conviction::Conviction charge, std::uint64_t leaf,
                     std::optional<std::uint64_t> other = std::nullopt) {
    const exports::EvidenceEntry* entry = entry_at(evidence_, leaf);
    const exports::EvidenceEntry* second = other ? entry_at(evidence_, *other) : nullptr;
    if (entry == nullptr || (other && second == nullptr)) return {};
    auto bytes = exports::write_conviction(evidence_, std::move(charge), *entry, second, archive_.server);
    if (!bytes && bytes.error().code == ErrorCode::conflict) return {};
    if (!bytes) return std::unexpected(std::move(bytes).error());
    const std::string file = directory_ + "/" + name + ".strongroom-conviction";
    if (written_.empty()) TRY(person_.files().make_directories(directory_));
    TRY(person_.files().write_durable(file, *bytes));
    written_.push_back(file);
    return {};
  }
  std::vector<std::string> take() { return std::move(written_); }

 private:
  Person& person_;
  Archive& archive_;
  const exports::Evidence& evidence_;
  std::string directory_;
  std::vector<std::string> written_;
};

}  // namespace

Result<std::vector<std::string>> export_convictions(Person& person, Archive& archive,
                                                    const grant::OpenedCase& opened,
                                                    const std::string& directory) {
  if (TRY(person.files().exists(directory)))
    return fail(ErrorCode::conflict, "there is something already", directory, "name a new directory");
  const roster::RequestCopy copy = TRY(own_request(person, opened.commitment)).copy;
  return with_evidence(
      person, archive, opened, [&](const exports::Evidence& evidence) -> Result<std::vector<std::string>> {
        Convictions out(person, archive, evidence, directory);
        for (const grant::Accusation& accusation : opened.accusations) {
          const std::uint64_t leaf = accusation.open.leaf;
          const std::string who =
              accusation.trustee
                  ? fmt::format("member-{}", *accusation.trustee)
                  : "device-" + codec::hex(BytesView(accusation.open.header.header.device).first(4));
          TRY(out.write(fmt::format("{}-leaf-{}", who, leaf), charge_of(accusation, copy), leaf));
        }
        for (const grant::OpenedDevice& device : opened.devices)
          for (const auto& [first, second] : doubled(device)) {
            conviction::Conviction charge;
            charge.charge = conviction::Charge::equivocation;
            const std::string who = codec::hex(BytesView(device.enrolled.enrolment.device).first(4));
            TRY(out.write(fmt::format("device-{}-leaves-{}-{}", who, first, second), charge, first, second));
          }
        return out.take();
      });
}

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
