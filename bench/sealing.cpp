// Sealing on one core against the bare primitives of protocol §3.6, at 88 B, 200 B and 4 KiB a record.
#include <fmt/format.h>

#include "base/check.h"
#include "comparison.h"
#include "crypto/hash.h"
#include "crypto/xwing.h"
#include "figures.h"
#include "must.h"
#include "openssl_limits.h"
#include "seal/seal.h"

namespace strongroom::bench {
namespace {

constexpr std::size_t kRecordsABatch = 256;

/// Words of a chat, the same in every run.
std::string chat_text(std::size_t bytes, std::uint64_t seed) {
  static constexpr std::array<std::string_view, 24> kWords{
      "the",   "meeting", "is",    "at",   "seven", "tomorrow", "can",      "you",
      "bring", "papers",  "und",   "dann", "merci", "beaucoup", "пока",     "これ",
      "ok",    "yes",     "train", "late", "call",  "me",       "contract", "signed"};
  std::string text;
  while (text.size() < bytes) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    text += kWords[(seed >> 33) % kWords.size()];
    text += ' ';
  }
  return text;
}

/// The first `bytes` of an encoded chat message: sealing does not look inside.
Bytes chat_cbor(std::size_t bytes, std::uint64_t number) {
  record::Record r;
  r.source = "signal-backup";
  r.conversation = {"signal:group:5f0c", "Harbour works", record::ConversationKind::group};
  r.author =
      record::Person{"aci:9d0652a3-dcc3-4d11-975f-74d61598733f", "Ana Maria", {"tel:+33100000001"}, "member"};
  r.native_id = fmt::format("{}", 1'795'305'600'123 + number);
  r.order = number;
  r.sent_at.unix_ms = 1'795'305'600'123 + static_cast<std::int64_t>(number);
  r.text = chat_text(bytes, number);
  Bytes cbor = record::encode(r);
  CHECK(cbor.size() >= bytes);
  cbor.resize(bytes);
  return cbor;
}

struct Sealing {
  explicit Sealing(std::size_t bytes) {
    for (std::uint64_t i = 0; i < kRecordsABatch; ++i) records.push_back(chat_cbor(bytes, i));
    folder_key = crypto::xwing::public_from_seed(entropy.secret<32>());
    const Bytes aad = envelope::record_aad(header, incarnation, 1000, kRecordsABatch / 2);
    const BytesView hash(header);
    RecordLengths lengths;
    lengths.aad = aad.size();
    lengths.frank_info = cbor::labelled("frank", aad, hash).size() + 1;
    lengths.frank_message = cbor::labelled("frank", aad, records.front()).size();
    lengths.padded = seal::compress_and_pad(records.front()).size();
    lengths.siv_message = cbor::labelled("siv", aad, Bytes(lengths.padded)).size();
    lengths.key_info = cbor::labelled("record", kRecordsABatch / 2, hash.first(16)).size() + 1;
    primitives = std::make_unique<RecordPrimitives>(lengths);
    sealer.emplace(must(seal::BatchSealer::begin(folder_key, header, incarnation, 1000, entropy)));
  }
  /// One batch's records and their tree; the batch's own key encapsulation is not a record's.
  void ours() {
    envelope::BatchBody body;
    body.reserve(records.size());
    for (const Bytes& record : records) body.push_back(sealer->seal(record));
    benchmark::DoNotOptimize(envelope::record_root(body));
  }
  void limit() {
    for (const Bytes& record : records) primitives->seal(record);
  }

  platform::SystemEntropy entropy;
  std::vector<Bytes> records;
  Hash256 header = crypto::sha256(bytes_of("folder header"));
  envelope::Incarnation incarnation{};
  crypto::xwing::PublicKey folder_key{};
  std::optional<seal::BatchSealer> sealer;
  std::unique_ptr<RecordPrimitives> primitives;
};

}  // namespace

void register_sealing() {
  for (const std::size_t bytes : {88u, 200u, 4096u}) {
    Comparison comparison{fmt::format("seal/{}", bytes),
                          "records/s, thread CPU; limit: only the primitives of 3.6",
                          Clock::thread_cpu,
                          {.ratio_least = 0.6}};
    register_comparison(std::move(comparison), [bytes] {
      const auto sealing = std::make_shared<Sealing>(bytes);
      return Pair{[sealing] { sealing->ours(); }, [sealing] { sealing->limit(); }, kRecordsABatch};
    });
  }
}

}  // namespace strongroom::bench
