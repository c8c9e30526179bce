#include "agent/spool.h"

#include "codec/cbor.h"
#include "crypto/hash.h"

namespace strongroom::agent {
namespace {

using envelope::EntryKind;

constexpr std::uint64_t kStateBytesMax = 64u << 20;
constexpr std::uint64_t kIndexBytesMax = 8ull << 30;
constexpr std::size_t kFrameHead = 4 + 8;
constexpr std::size_t kFrameBytesMax = 4u << 20;

Bytes encode_frame(const SpooledEntry& s) {
  cbor::Writer w;
  w.array(9).text("spooled").uint(1).uint(static_cast<std::uint64_t>(s.entry.kind)).uint(s.entry.sequence);
  w.bytes(s.entry.header).bytes(s.entry.body).bytes(s.folder).uint(s.records);
  w.array(s.identities.size());
  for (const Hash256& identity : s.identities) w.bytes(identity);
  const Bytes payload = w.take();
  Bytes frame;
  append_u32(frame, static_cast<std::uint32_t>(payload.size()));
  append(frame, BytesView(crypto::sha256(payload)).first(8));
  append(frame, payload);
  return frame;
}

Result<SpooledEntry> decode_payload(BytesView payload) {
  cbor::Reader r(payload);
  TRY(r.array(9));
  TRY(r.label("spooled"));
  if (TRY(r.uint()) != 1) return r.error(ErrorCode::unsupported, "unknown version");
  SpooledEntry s;
  s.entry.kind = static_cast<EntryKind>(TRY(r.uint_max(6)));
  s.entry.sequence = TRY(r.uint());
  s.entry.header = copy_of(TRY(r.bytes()));
  s.entry.body = copy_of(TRY(r.bytes()));
  s.folder = TRY(r.array_bytes<32>());
  s.records = TRY(r.uint());
  const std::size_t count = TRY(r.array());
  for (std::size_t i = 0; i < count; ++i) s.identities.push_back(TRY(r.array_bytes<32>()));
  TRY(r.end());
  s.entry.header_hash = TRY(envelope::decode_signed_header(s.entry.header)).hash;
  return s;
}

}  // namespace

Result<Spool> Spool::open(platform::FileSystem& files, std::string directory, const seal::ChainState& fresh,
                          platform::StepHook& steps) {
  TRY(files.make_directories(directory));
  Spool spool(files, std::move(directory), steps);
  TRY_IN("spool", spool.load(fresh));
  return spool;
}

Result<void> Spool::load(const seal::ChainState& fresh) {
  chain_ = fresh;
  if (TRY(files_->exists(path("state")))) TRY(decode_state(TRY(files_->read(path("state"), kStateBytesMax))));
  if (TRY(files_->exists(path("stored")))) {
    const Bytes stored = TRY(files_->read(path("stored"), kIndexBytesMax));
    for (std::size_t i = 0; i + 32 <= stored.size(); i += 32)
      identities_.insert(array_of<32>(BytesView(stored).subspan(i, 32)));
  }
  file_ = TRY(files_->open_append(path("spool")));
  return load_frames();
}

Result<void> Spool::load_frames() {
  const std::uint64_t size = TRY(file_->size());
  std::uint64_t offset = 0;
  while (size - offset >= kFrameHead) {
    Bytes head(kFrameHead);
    TRY(file_->read_at(offset, head));
    const std::uint64_t length = read_be<std::uint32_t>(head);
    if (length > kFrameBytesMax || length > size - offset - kFrameHead) break;
    Bytes payload(static_cast<std::size_t>(length));
    TRY(file_->read_at(offset + kFrameHead, payload));
    if (!equal(BytesView(crypto::sha256(payload)).first(8), BytesView(head).subspan(4))) break;
    const SpooledEntry entry = TRY(decode_payload(payload));
    // Entries of before the state are left over from a release that was interrupted after it had succeeded.
    if (entry.entry.sequence >= chain_.next_sequence) {
      if (entry.entry.sequence != chain_.next_sequence)
        return fail(ErrorCode::corrupt, "the spool skips an entry of the chain", path("spool"),
                    "keep this directory as it is, and enrol the device anew");
      frames_.push_back({offset, kFrameHead + length});
      ++chain_.next_sequence;
      chain_.previous = entry.entry.header_hash;
      chain_.records_sealed += entry.records;
      count(entry);
    }
    offset += kFrameHead + length;
  }
  bytes_ = offset;
  if (offset < size) TRY(set_aside(offset, size));
  return {};
}

/// A tail that was torn was never synced, so never sent. Damage on the disk looks the same and may have been: the
/// bytes are kept, and the server's head tells whether the chain must begin a new incarnation (agent/import.cpp).
Result<void> Spool::set_aside(std::uint64_t offset, std::uint64_t size) {
  Bytes cut(static_cast<std::size_t>(size - offset));
  TRY(file_->read_at(offset, cut));
  const auto kept = TRY(files_->open_append(path("spool.cut")));
  TRY(kept->append(cut));
  TRY(kept->sync());
  TRY(files_->sync_directory(directory_));
  set_aside_ = cut.size();
  TRY(file_->truncate(offset));
  return file_->sync();
}

void Spool::count(const SpooledEntry& s) {
  if (s.entry.kind == EntryKind::open) open_[s.folder] = {};
  if (s.entry.kind == EntryKind::close) open_.erase(s.folder);
  if (s.entry.kind == EntryKind::batch) {
    OpenFolder& folder = open_[s.folder];
    ++folder.batches;
    folder.records += s.records;
  }
  identities_.insert(s.identities.begin(), s.identities.end());
  waiting_identities_.insert(waiting_identities_.end(), s.identities.begin(), s.identities.end());
}

Result<void> Spool::append(const SpooledEntry& entry, const seal::ChainState& chain) {
  const Bytes frame = encode_frame(entry);
  TRY(file_->append(frame));
  frames_.push_back({bytes_, frame.size()});
  bytes_ += frame.size();
  chain_ = chain;
  count(entry);
  return {};
}

Result<void> Spool::sync() {
  TRY(file_->sync());
  TRY(files_->sync_directory(directory_));
  steps_->reached("spool-synced");
  return {};
}

Result<SpooledEntry> Spool::read(std::size_t i) {
  Bytes frame(static_cast<std::size_t>(frames_.at(i).length));
  TRY(file_->read_at(frames_[i].offset, frame));
  return decode_payload(BytesView(frame).subspan(kFrameHead));
}

Result<void> Spool::begin_incarnation(const envelope::Incarnation& incarnation, const Hash256& last_head) {
  if (!frames_.empty())
    return fail(ErrorCode::conflict, "entries of the incarnation before still wait in the spool");
  chain_.incarnation = incarnation;
  chain_.next_sequence = 0;
  chain_.previous = last_head;
  chain_.records_sealed = 0;
  open_.clear();  // what became of these folders is in the entries this directory does not know
  return files_->write_durable(path("state"), encode_state());
}

Result<void> Spool::release(const std::vector<Receipt>& receipts) {
  if (receipts.size() != frames_.size())
    return fail(ErrorCode::conflict, "the spool is released only for a receipt of every entry");
  const auto keep = [&](std::string_view name, BytesView bytes) -> Result<void> {
    const auto file = TRY(files_->open_append(path(name)));
    TRY(file->append(bytes));
    return file->sync();
  };
  Bytes identities, proofs;
  for (const Hash256& identity : waiting_identities_) strongroom::append(identities, identity);
  for (const Receipt& receipt : receipts) {
    append_u64(proofs, receipt.sequence);
    append_u32(proofs, static_cast<std::uint32_t>(receipt.proof.size()));
    strongroom::append(proofs, bytes_of(receipt.proof));
  }
  TRY(keep("stored", identities));
  steps_->reached("identities-kept");
  TRY(keep("receipts", proofs));
  steps_->reached("receipts-kept");
  TRY(files_->write_durable(path("state"), encode_state()));
  steps_->reached("state-kept");
  TRY(file_->truncate(0));
  TRY(file_->sync());
  steps_->reached("spool-emptied");
  frames_.clear();
  waiting_identities_.clear();
  bytes_ = 0;
  return {};
}

Bytes Spool::encode_state() const {
  cbor::Writer w;
  w.array(4).text("device-state").uint(1).bytes(seal::encode(chain_)).array(open_.size());
  for (const auto& [folder, counts] : open_)
    w.array(3).bytes(folder).uint(counts.batches).uint(counts.records);
  return w.take();
}

Result<void> Spool::decode_state(BytesView bytes) {
  cbor::Reader r(bytes);
  TRY(r.array(4));
  TRY(r.label("device-state"));
  if (TRY(r.uint()) != 1) return r.error(ErrorCode::unsupported, "unknown version");
  chain_ = TRY(seal::decode_chain_state(TRY(r.bytes())));
  const std::size_t count = TRY(r.array());
  for (std::size_t i = 0; i < count; ++i) {
    TRY(r.array(3));
    const auto folder = TRY(r.array_bytes<32>());
    OpenFolder counts;
    counts.batches = TRY(r.uint());
    counts.records = TRY(r.uint());
    open_[folder] = counts;
  }
  return r.end();
}

}  // namespace strongroom::agent
