#include <zstd.h>

#include <algorithm>

#include "base/check.h"
#include "crypto/aead.h"
#include "crypto/hash.h"
#include "unseal/unseal.h"

namespace strongroom::unseal {
struct OpenedFolder::State {
  Secret<32> fs;
  envelope::Core core;
  Hash256 core_hash{};
  Hash256 header_hash{};
  crypto::xwing::PrivateKey key;
};

OpenedFolder::OpenedFolder(std::unique_ptr<State> state) : state_(std::move(state)) {}
OpenedFolder::~OpenedFolder() = default;
OpenedFolder::OpenedFolder(OpenedFolder&&) noexcept = default;
const Hash256& OpenedFolder::header_hash() const { return state_->header_hash; }
const envelope::Core& OpenedFolder::core() const { return state_->core; }

Result<OpenedFolder> OpenedFolder::combine(const std::vector<crypto::Share>& shares, std::uint32_t quorum,
                                           BytesView core_bytes, const Hash256& folder_header) {
  envelope::Core core = TRY_IN("core", envelope::decode_core(core_bytes));
  const auto dealing = std::ranges::find(core.core0.dealings, quorum, &envelope::Dealing::quorum);
  if (dealing == core.core0.dealings.end())
    return fail(ErrorCode::refused, "the folder was not dealt to this quorum");
  if (shares.size() < dealing->k)
    return fail(ErrorCode::unauthenticated, "there are fewer shares than the quorum needs", {},
                "wait for another trustee's grant");
  Secret<32> fs = TRY(crypto::combine_shares(shares));
  // §5.5: rebuild pk_f from fs and compare. A wrong fs gives another key.
  crypto::xwing::PrivateKey key(dealing::folder_seed(fs, crypto::sha256(envelope::encode(core.core0))));
  if (key.public_key() != core.public_key)
    return fail(ErrorCode::unauthenticated, "the shares do not rebuild the folder's key", {},
                "a share is of another folder, or the dealing was inconsistent");
  return OpenedFolder(std::make_unique<State>(
      State{std::move(fs), std::move(core), envelope::folder_id(core_bytes), folder_header, std::move(key)}));
}

Result<DealingVerdict> OpenedFolder::check_dealing(const envelope::ShareSet& logged,
                                                   const roster::LotKeySet& keys) const {
  const dealing::Dealt again = TRY(dealing::deal(state_->fs, state_->core.core0, keys));
  DealingVerdict verdict;
  for (const envelope::SealedShare& expected : again.shares) {
    if (std::ranges::find(logged, expected) == logged.end())
      verdict.bad.emplace_back(expected.quorum, expected.position);
  }
  verdict.consistent = verdict.bad.empty() && logged.size() == again.shares.size();
  return verdict;
}

Result<OpenedFolder::Batch> OpenedFolder::open_batch(const envelope::Header& header,
                                                     const envelope::BatchPart& part,
                                                     const envelope::BatchBody& body) const {
  if (part.folder_header != state_->header_hash)
    return fail(ErrorCode::refused, "the batch belongs to another folder");
  if (part.records != body.size() || envelope::record_root(body) != part.record_root)
    return fail(ErrorCode::unauthenticated, "the batch's records are not the ones its header commits to");
  const Bytes info = envelope::hpke_info(envelope::Purpose::batch, state_->header_hash, std::nullopt,
                                         std::nullopt, crypto::sha256(state_->core.public_key));
  const auto context = crypto::hpke::setup_recipient(state_->key, part.enc, info);
  crypto::Hkdf keys(context.export_secret(bytes_of("batch"), 32).reveal());
  if (!equal(keys.key(cbor::labelled("commit")).reveal(), part.commit))
    return fail(ErrorCode::unauthenticated, "the batch's ciphertext is not the one its header commits to");
  crypto::Hmac siv(keys.key(cbor::labelled("siv")).reveal());

  const auto open_one = [&](std::uint64_t i, const envelope::SealedRecord& r) -> Result<Opened> {
    const Bytes aad = envelope::record_aad(state_->header_hash, header.incarnation, header.sequence, i);
    const Secret<32> key = keys.key(cbor::labelled("record", i, BytesView(r.siv)));
    const Bytes padded = TRY(crypto::aead_open_plain(key, crypto::kZeroNonce, aad, r.ciphertext));
    // §3.6: the stored siv was used; now recompute siv and frank.
    const Hash256 tag = siv.of({cbor::labelled("siv", aad, padded)});
    if (!equal(BytesView(tag).first(16), r.siv))
      return fail(ErrorCode::unauthenticated, "the record's synthetic nonce does not match its content");
    Opened out;
    out.index = i;
    out.cbor = TRY(unpad_and_decompress(padded));
    out.franking_key = keys.key(cbor::labelled("frank", aad, BytesView(crypto::sha256(out.cbor))));
    if (!equal_constant_time(envelope::franking_tag(out.franking_key.reveal(), aad, out.cbor), r.frank))
      return fail(ErrorCode::unauthenticated, "the record's franking tag does not match its content");
    return out;
  };

  Batch out;
  for (std::uint64_t i = 0; i < body.size(); ++i) {
    auto opened = open_one(i, body[i]);
    if (opened) {
      out.records.push_back(std::move(*opened));
    } else {
      out.bad.push_back({i, std::move(opened).error()});
    }
  }
  return out;
}

Result<Bytes> unpad_and_decompress(BytesView padded) {
  if (padded.size() < 4) return fail(ErrorCode::malformed, "a padded record is too short");
  const std::size_t length = read_be<std::uint32_t>(padded.first(4));
  if (length > padded.size() - 4 || envelope::padded_size(4 + length) != padded.size())
    return fail(ErrorCode::malformed, "a padded record states a length that does not fit");
  const BytesView frame = padded.subspan(4, length);
  if (std::ranges::any_of(padded.subspan(4 + length), [](std::byte b) { return b != std::byte{0}; }))
    return fail(ErrorCode::malformed, "a record's padding is not zero");
  const unsigned long long size = ZSTD_getFrameContentSize(frame.data(), frame.size());
  if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN)
    return fail(ErrorCode::malformed, "a record's compressed frame does not state its size");
  if (size > record::kRecordBytesMax)
    return fail(ErrorCode::limit_exceeded, "a record unpacks to more than 16 MiB");
  if (ZSTD_findFrameCompressedSize(frame.data(), frame.size()) != frame.size())
    return fail(ErrorCode::malformed, "a record is not exactly one compressed frame");
  Bytes out(static_cast<std::size_t>(size));
  const std::size_t n = ZSTD_decompress(out.data(), out.size(), frame.data(), frame.size());
  if (ZSTD_isError(n) != 0 || n != out.size())
    return fail(ErrorCode::malformed, "a record's compressed frame is damaged");
  return out;
}

}  // namespace strongroom::unseal
