/// From a case that a reader has opened to the evidence that is written of it.
#pragma once

#include <map>

#include "exports/evidence.h"
#include "grant/opened_case.h"

namespace strongroom::exports {

/// Borrows from all three, which must outlive what is returned. `register_log` is the replica's file of that name;
/// `request_copy` is roster::encode(RequestCopy) with its list of folders, or empty. The caller adds `generated_by`
/// and `made_s`.
inline Evidence evidence_of(const grant::OpenedCase& opened, BytesView register_log, BytesView request_copy) {
  Evidence out;
  out.archive = opened.archive;
  out.commitment = opened.commitment;
  out.register_log = register_log;
  out.register_checkpoint = opened.register_checkpoint;
  out.capture_checkpoint = opened.capture_checkpoint;
  out.request_copy = request_copy;
  for (const grant::Missing& missing : opened.missing) out.missing.push_back(missing.what);
  for (const grant::OpenedDevice& device : opened.devices) {
    std::map<std::uint64_t, const grant::OpenedBatch*> batches;
    for (const grant::OpenedFolder& folder : device.folders)
      for (const grant::OpenedBatch& batch : folder.batches) batches[batch.entry.leaf] = &batch;
    for (const chain::LoggedEntry& logged : device.entries) {
      EvidenceEntry entry{logged.leaf, logged.header.bytes, {}, {}};
      if (const auto found = batches.find(logged.leaf); found != batches.end()) {
        entry.body = found->second->body;
        for (const grant::OpenedRecord& record : found->second->records)
          entry.records.push_back({record.index, record.cbor, record.franking_key.reveal()});
      }
      out.entries.push_back(std::move(entry));
    }
  }
  return out;
}

}  // namespace strongroom::exports
