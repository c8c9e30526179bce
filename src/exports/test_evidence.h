/// What a reader who was granted the test archive's folder holds, ready to be written as a package. Test code only.
#pragma once

#include "exports/evidence.h"
#include "unseal/unseal.h"
#include "verify/archive_files.h"
#include "verify/test_archive.h"

namespace strongroom::exports::testing {

struct TestEvidence {
  TestEvidence() {
    archive.write(files, "mirror");
    mirror = verify::open_mirror(files, "mirror");
    register_log = archive.register_log();
    open_folder();
    evidence.archive = archive.org.archive();
    evidence.commitment = archive.commitment;
    evidence.register_log = register_log;
    evidence.register_checkpoint = archive.register_checkpoint();
    evidence.capture_checkpoint = archive.capture_checkpoint();
    evidence.request_copy = archive.request_copy;
    evidence.generated_by = "strongroom test";
    evidence.made_s = archive.witness_time_s;
    for (std::uint64_t leaf = 1; leaf <= 4; ++leaf) {
      EvidenceEntry e{leaf, archive.capture[leaf].header, archive.capture[leaf].body, {}};
      for (std::size_t i = 0; i < opened[leaf].size(); ++i)
        e.records.push_back({i, opened[leaf][i].cbor, opened[leaf][i].franking_key.reveal()});
      evidence.entries.push_back(std::move(e));
    }
  }

  Result<EvidenceWritten> write_package(const std::string& place) {
    return write_evidence(evidence, mirror->tiles(verify::LedgerName::capture), files, place);
  }

  verify::testing::TestArchive archive;
  platform::MemoryFileSystem files;
  std::unique_ptr<verify::ArchiveFiles> mirror;
  Bytes register_log;
  std::map<std::uint64_t, std::vector<unseal::OpenedFolder::Opened>> opened;
  Evidence evidence;

 private:
  void open_folder() {
    std::vector<crypto::Share> shares;
    const auto open = envelope::decode_signed_header(archive.capture[1].header).value();
    const auto part = envelope::decode_open(open.header.part).value();
    const auto sealed = envelope::decode_share_set(archive.capture[1].body).value();
    const Hash256 core_hash = envelope::folder_id(part.core);
    for (std::uint32_t position : {0u, 2u}) {
      const auto seed = archive.org.lot_seed(archive.org.lot_for_day(), position);
      const crypto::xwing::PrivateKey key(seed);
      shares.push_back({static_cast<std::uint8_t>(position + 1),
                        unseal::open_share(sealed[position], key, core_hash).value()});
    }
    const auto folder = unseal::OpenedFolder::combine(shares, 0, part.core, open.hash).value();
    for (std::uint64_t leaf : {2u, 3u}) {
      const auto header = envelope::decode_signed_header(archive.capture[leaf].header).value();
      opened[leaf] =
          std::move(folder
                        .open_batch(header.header, envelope::decode_batch_part(header.header.part).value(),
                                    envelope::decode_batch_body(archive.capture[leaf].body).value())
                        .value()
                        .records);
    }
  }
};

}  // namespace strongroom::exports::testing
