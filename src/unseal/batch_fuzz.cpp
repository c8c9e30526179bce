// A batch's body and a share set as a server that lies may hand them over: what opens is what was sealed.
// Limits: -max_len=65536 -timeout=10 -rss_limit_mb=512
#include "base/check.h"
#include "crypto/hash.h"
#include "record/record.h"
#include "roster/test_organisation.h"
#include "seal/seal.h"
#include "unseal/unseal.h"

using namespace strongroom;

namespace {

/// One folder of two records, sealed to three trustees and opened by two.
struct Sealed {
  Sealed() {
    roster::testing::TestEntropy entropy("batch");
    platform::ManualClock clock(roster::testing::kTestStart * 1000);
    const auto key = crypto::SigningKey::from_seeds(Secret<32>(), SecretBytes(32));
    std::vector<crypto::xwing::PrivateKey> lots;
    roster::LotKeySet keys;
    for (std::uint32_t p = 0; p < 3; ++p) {
      lots.emplace_back(entropy.secret<32>());
      keys.push_back({0, p, lots.back().public_key(), p});
    }
    seal::Chain chain({}, key, entropy, clock);
    envelope::Core0 core0;
    core0.dealings = {{0, 2, 3, 1}};
    auto opened = *seal::Folder::open(chain, core0, keys, entropy);
    const auto open = *envelope::decode_signed_header(opened.entry.header);
    const auto core = envelope::decode_open(open.header.part)->core;
    shares = *envelope::decode_share_set(opened.entry.body);
    const auto batch = *opened.folder.seal_batch(chain, records, entropy);
    header = envelope::decode_signed_header(batch.header)->header;
    part = *envelope::decode_batch_part(header.part);
    std::vector<crypto::Share> two;
    for (std::uint32_t p : {0u, 1u})
      two.push_back({static_cast<std::uint8_t>(p + 1),
                     *unseal::open_share(shares[p], lots[p], envelope::folder_id(core))});
    folder.emplace(*unseal::OpenedFolder::combine(two, 0, core, open.hash));
  }
  std::vector<Bytes> records{copy_of(bytes_of("first")), Bytes(300, std::byte{'x'})};
  envelope::ShareSet shares;
  envelope::Header header;
  envelope::BatchPart part;
  std::optional<unseal::OpenedFolder> folder;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Sealed sealed;
  const BytesView bytes = std::as_bytes(std::span(data, size));
  const auto body = envelope::decode_batch_body(bytes);
  if (!body) return 0;
  const auto opened = sealed.folder->open_batch(sealed.header, sealed.part, *body);
  if (!opened) return 0;
  for (const auto& record : opened->records)
    CHECK(record.index < sealed.records.size() && equal(record.cbor, sealed.records[record.index]));
  return 0;
}
