#include "replica/replica.h"

#include <fmt/format.h>

#include "codec/cbor.h"
#include "ledger/authenticated_tiles.h"
#include "ledger/checkpoint.h"

namespace strongroom::replica {
namespace {

constexpr std::uint64_t kItemsPerFetch = 256;
constexpr std::uint64_t kHeadsBytesMax = 4u << 20;
constexpr std::uint64_t kLogBytesMax = 1ull << 32;

Result<ledger::Policy> policy_of(const roster::Roster& roster, Ledger which) {
  ledger::Policy policy = TRY_IN("witness policy", ledger::parse_policy(roster.witness_policy));
  const std::string& vkey = which == Ledger::capture ? roster.capture_vkey : roster.register_vkey;
  policy.logs = {ledger::PolicyLog{TRY(ledger::parse_vkey(vkey)), {}}};
  return policy;
}

/// One item of register.log: u32 leaf length, leaf, u32 object length, object.
void append_item(Bytes& out, const RegisterItem& item) {
  for (const Bytes* part : {&item.leaf, &item.object}) {
    append_u32(out, static_cast<std::uint32_t>(part->size()));
    append(out, *part);
  }
}

std::vector<RegisterItem> items_in(BytesView log) {
  std::vector<RegisterItem> items;
  std::size_t offset = 0;
  while (true) {
    RegisterItem item;
    for (Bytes* part : {&item.leaf, &item.object}) {
      if (log.size() - offset < 4) return items;
      const std::size_t length = read_be<std::uint32_t>(log.subspan(offset));
      if (log.size() - offset - 4 < length) return items;  // a torn tail is fetched again
      *part = copy_of(log.subspan(offset + 4, length));
      offset += 4 + length;
    }
    items.push_back(std::move(item));
  }
}

}  // namespace

Result<Replica> Replica::open(platform::FileSystem& files, std::string directory, const Card& card) {
  TRY(files.make_directories(directory));
  Replica replica(files, std::move(directory), card);
  TRY_IN("register replica", replica.load());
  return replica;
}

/// What was accepted once is on disk as (items, heads); items beyond the accepted head are dropped and fetched again.
Result<void> Replica::load() {
  if (!TRY(files_->exists(directory_ + "/heads"))) return {};
  const Bytes heads = TRY(files_->read(directory_ + "/heads", kHeadsBytesMax));
  cbor::Reader r(heads);
  TRY(r.array(2));
  register_text_ = TRY(r.text());
  capture_text_ = TRY(r.text());
  TRY(r.end());
  const auto head = TRY(ledger::parse_cosigned_checkpoint_unverified(register_text_));
  std::vector<RegisterItem> items = items_in(TRY(files_->read(directory_ + "/register.log", kLogBytesMax)));
  const std::uint64_t size = head.checkpoint.size.value;
  if (items.size() < size)
    return fail(ErrorCode::corrupt, "the kept register is shorter than the head that was accepted",
                directory_);
  items.resize(static_cast<std::size_t>(size));
  TRY(take(items));
  if (tree_.root() != head.checkpoint.root)
    return fail(ErrorCode::corrupt, "the kept register does not give the root that was accepted", directory_);
  register_head_ = TRY(ledger::accept(TRY(policy(Ledger::register_)), register_text_));
  if (!capture_text_.empty())
    capture_head_ = TRY(ledger::accept(TRY(policy(Ledger::capture)), capture_text_));
  return {};
}

Result<void> Replica::take(const std::vector<RegisterItem>& items) {
  for (const RegisterItem& item : items) {
    TRY_IN(fmt::format("register leaf {}", leaves_.size()), state_.apply(item.leaf, item.object));
    tree_.append(ledger::leaf_hash(item.leaf));
    leaves_.push_back(item.leaf);
  }
  return {};
}

Result<const roster::SignedRoster*> Replica::roster() const {
  if (state_.current_roster() == nullptr)
    return fail(ErrorCode::not_found, "the register holds no genesis of this archive yet", {},
                "ask the operator to adopt it");
  return state_.current_roster();
}

Result<ledger::Policy> Replica::policy(Ledger which) const { return policy_of(TRY(roster())->roster, which); }

envelope::TreeHead Replica::tree_head(Ledger which) const {
  const auto& head = which == Ledger::capture ? capture_head_ : register_head_;
  if (!head) return {0, ledger::empty_root()};
  return {head->checkpoint().size.value, head->checkpoint().root};
}

const std::string& Replica::checkpoint_text(Ledger which) const {
  return which == Ledger::capture ? capture_text_ : register_text_;
}

Result<void> Replica::refresh(ArchiveClient& server) {
  TRY_IN("register", refresh_register(server));
  TRY_IN("capture ledger", refresh_capture(server));
  return save_heads();
}

Result<void> Replica::refresh_register(ArchiveClient& server) {
  const std::string text = TRY(server.checkpoint(Ledger::register_));
  const auto head = TRY(ledger::parse_cosigned_checkpoint_unverified(text));
  if (state_.current_roster() != nullptr) TRY(ledger::accept(TRY(policy(Ledger::register_)), text));
  const std::uint64_t size = head.checkpoint.size.value;
  if (size < leaves_.size())
    return fail(
        ErrorCode::unauthenticated, "the server shows a smaller register than it has shown before", {},
        "it was set back, by a thief or after a disaster: nothing was sent; keep this message as evidence");
  Replica next = *this;
  Bytes log;
  while (next.leaves_.size() < size) {
    const std::uint64_t wanted = std::min(kItemsPerFetch, size - next.leaves_.size());
    const auto items = TRY(server.register_from(next.leaves_.size(), wanted));
    if (items.empty() || items.size() > wanted)
      return fail(ErrorCode::unauthenticated, "the server withholds part of the register that it has signed");
    TRY(next.take(items));
    for (const RegisterItem& item : items) append_item(log, item);
  }
  if (next.tree_.root() != head.checkpoint.root)
    return fail(ErrorCode::unauthenticated, "the register's entries do not give the root that was signed", {},
                "keep this message: the server shows two histories");
  if (size > 0 && next.state_.current_roster() == nullptr)
    return fail(ErrorCode::unauthenticated,
                "the register that the server shows does not begin with the genesis of this archive", {},
                "keep this message: the server shows another archive than the one on your card");
  // A new roster may name other witnesses: the checkpoint must satisfy both (protocol §2.3).
  next.register_head_ = TRY(ledger::accept(TRY(next.policy(Ledger::register_)), text));
  next.register_text_ = text;
  if (!log.empty()) {
    const auto file = TRY(files_->open_append(directory_ + "/register.log"));
    std::uint64_t held = 0;
    Bytes kept;
    if (!leaves_.empty()) {
      kept = TRY(files_->read(directory_ + "/register.log", kLogBytesMax));
      auto items = items_in(kept);
      items.resize(std::min(items.size(), leaves_.size()));
      for (const auto& item : items) held += 8 + item.leaf.size() + item.object.size();
    }
    TRY(file->truncate(held));
    TRY(file->append(log));
    TRY(file->sync());
    TRY(files_->sync_directory(directory_));
  }
  *this = std::move(next);
  return {};
}

Result<void> Replica::refresh_capture(ArchiveClient& server) {
  const std::string text = TRY(server.checkpoint(Ledger::capture));
  auto accepted = TRY(ledger::accept(TRY(policy(Ledger::capture)), text));
  const ledger::Checkpoint& now = accepted.checkpoint();
  if (capture_head_) {
    const ledger::Checkpoint& before = capture_head_->checkpoint();
    if (now.size < before.size)
      return fail(
          ErrorCode::unauthenticated, "the server shows a smaller ledger than it has shown before", {},
          "it was set back, by a thief or after a disaster: nothing was sent; keep this message as evidence");
    if (before.size.value > 0) {
      auto tiles = TRY(ledger::AuthenticatedTiles::open(now.size, now.root, server));
      if (TRY(ledger::root_at(before.size, tiles)) != before.root)
        return fail(ErrorCode::unauthenticated, "the ledger is not a continuation of the one seen before", {},
                    "keep this message: the server shows two histories");
    }
  }
  capture_head_ = std::move(accepted);
  capture_text_ = text;
  return {};
}

Result<void> Replica::save_heads() {
  return files_->write_durable(directory_ + "/heads",
                               cbor::Writer().array(2).text(register_text_).text(capture_text_).take());
}

}  // namespace strongroom::replica
