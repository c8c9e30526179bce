#include "exports/evidence.h"

#include <fmt/format.h>

#include <map>
#include <set>

#include "codec/text.h"
#include "envelope/header.h"
#include "exports/entry_proofs.h"
#include "exports/package_writer.h"
#include "record/record.h"

namespace strongroom::exports {
namespace {

/// One package being written.
class Writing {
 public:
  Writing(const Evidence& evidence, PackageWriter& out, CaptureProofs& proofs)
      : evidence_(evidence), out_(out), proofs_(proofs) {
    manifest_.archive = evidence.archive;
    manifest_.commitment = evidence.commitment;
    manifest_.generated_by = evidence.generated_by;
    manifest_.made_s = evidence.made_s;
    manifest_.missing = evidence.missing;
  }

  Result<void> governance(const RegisterProofs& reg) {
    TRY(out_.put("register/register.log", reg.log()));
    TRY(out_.put("checkpoints/register", bytes_of(evidence_.register_checkpoint)));
    TRY(out_.put("checkpoints/capture", bytes_of(evidence_.capture_checkpoint)));
    if (!evidence_.request_copy.empty()) TRY(out_.put("request", evidence_.request_copy));
    return out_.extend("records.jsonl", {});
  }

  Result<void> entry(const EvidenceEntry& e) {
    const envelope::SignedHeader header = TRY(envelope::decode_signed_header(e.header));
    const Hash256 name = crypto::sha256(e.header);
    TRY(out_.put(verify::header_file(name), e.header));
    const std::string proof = TRY(proofs_.prove(e.leaf, e.header, CaptureProofs::Extra::header_name));
    TRY(out_.put(verify::proof_file(e.leaf), bytes_of(proof)));
    if (!e.body.empty()) {
      TRY(envelope::check_body(header.header, e.body, envelope::BodyCheck::sha256));
      TRY(out_.put(verify::body_file(header.header.body_sha256), e.body));
    }
    devices_.insert(header.header.device);
    ++manifest_.entries;
    if (e.records.empty()) return {};
    const envelope::BatchBody body = TRY(envelope::decode_batch_body(e.body));
    for (const EvidenceRecord& r : e.records)
      TRY(record({e.leaf, r.index}, TRY(record_proof(r, body)), header, name));
    return {};
  }

  Result<void> finish() {
    TRY(out_.finish_extending("records.jsonl"));
    for (const auto& [content, path] : contents_) {
      if (out_.extended(path) > 0) {
        if (TRY(out_.finish_extending(path)) == content) continue;
        TRY(out_.withdraw(path));
      }
      manifest_.missing.push_back(
          fmt::format("The content {} is not whole in the granted folders.", codec::hex(content)));
    }
    manifest_.devices = devices_.size();
    return out_.finish(manifest_);
  }
  const verify::Manifest& manifest() const { return manifest_; }

 private:
  Result<void> record(const verify::RecordPlace& at, const verify::RecordProof& proof,
                      const envelope::SignedHeader& batch, const Hash256& batch_name) {
    TRY(verify::verify_record(proof, batch));
    TRY(out_.put(verify::franking_file(at), verify::encode_record_proof(proof, batch_name)));
    const record::Record decoded = TRY(record::decode(proof.cbor));
    TRY(out_.extend("records.jsonl", bytes_of(record::to_json_line(decoded) + "\n")));
    ++manifest_.records;
    return original(decoded.original);
  }

  /// Whole originals at once; those in chunks grow in the order of the ledger.
  Result<void> original(const record::Original& original) {
    if (original.bytes.empty()) return {};
    const Hash256 content = original.within.value_or(crypto::sha256(original.bytes));
    const std::string path = verify::original_file(content);
    if (!original.within) {
      if (contents_.contains(content)) return {};
      whole_.insert(content);
      return out_.put(path, original.bytes);
    }
    if (whole_.contains(content)) return {};
    contents_.emplace(content, path);
    if (out_.extended(path) != original.offset) return {};  // the same chunk twice, or one is missing
    return out_.extend(path, original.bytes);
  }

  const Evidence& evidence_;
  PackageWriter& out_;
  CaptureProofs& proofs_;
  verify::Manifest manifest_;
  std::set<envelope::DeviceId> devices_;
  std::set<Hash256> whole_;                 ///< originals that one record holds
  std::map<Hash256, std::string> contents_;  ///< those that come in chunks, and their paths
};

}  // namespace

Result<EvidenceWritten> write_evidence(const Evidence& evidence, ledger::TileReader& capture,
                                       platform::FileSystem& files, const std::string& directory,
                                       const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
  const RegisterProofs reg = TRY_IN("register", RegisterProofs::open(evidence));
  CaptureProofs proofs = TRY_IN("capture ledger", CaptureProofs::open(evidence.capture_checkpoint, capture));
  PackageWriter out = TRY(PackageWriter::create(files, directory));
  Writing writing(evidence, out, proofs);
  TRY(writing.governance(reg));
  std::uint64_t done = 0;
  for (const EvidenceEntry& e : evidence.entries) {
    TRY_IN(fmt::format("capture leaf {}", e.leaf), writing.entry(e));
    if (progress) progress(++done, evidence.entries.size());
  }
  TRY(writing.finish());
  return EvidenceWritten{out.files() + 1, writing.manifest().entries, writing.manifest().records,
                         out.bytes()};
}

}  // namespace strongroom::exports
