#include "backup/catch_up.h"

#include <fmt/format.h>

#include <algorithm>

#include "archive/blob_store.h"
#include "archive/catalogue_rebuild.h"
#include "archive/data_directory.h"
#include "archive/marks.h"
#include "archive/sequencer.h"
#include "archive/vault.h"
#include "codec/text.h"
#include "crypto/hash.h"
#include "envelope/header.h"
#include "envelope/leaf.h"
#include "ledger/authenticated_tiles.h"
#include "verify/archive_files.h"

namespace strongroom::backup {
namespace {

constexpr std::size_t kNamedMax = 1000;
using verify::LedgerName;

/// One of the two ledgers: ours as it is, and the source's as far as its witnesses signed it.
struct Side {
  std::unique_ptr<archive::Sequencer> own;
  std::unique_ptr<archive::Vault> vault;
  LedgerPart source;
  std::optional<ledger::AuthenticatedTiles> tiles;
};

class CatchUp {
 public:
  CatchUp(platform::FileSystem& files, platform::StepHook& hook, const CatchUpOrder& order,
          const Progress& progress)
      : files_(files), hook_(hook), order_(order), progress_(progress), directory_(files, order.data) {}

  Result<CatchUpReport> run() {
    const archive::ServerKeys keys = TRY(directory_.keys());
    archive_ = TRY(directory_.genesis()).hash;
    source_ = TRY(verify::open_archive_files(files_, order_.from));
    TRY(open(register_, "register", LedgerName::register_, keys.register_signer));
    TRY(open(capture_, "capture", LedgerName::capture, keys.capture_signer));
    TRY(accept_source());
    TRY(continues(register_, "register"));
    TRY(continues(capture_, "capture ledger"));
    TRY(look_for_bodies());
    TRY(copy_blobs());
    TRY(take_register());
    TRY(take_capture());
    out_.registers.now = register_.own->published().size.value;
    out_.capture.now = capture_.own->published().size.value;
    return std::move(out_);
  }

 private:
  Result<void> open(Side& side, const std::string& name, LedgerName which, const ledger::NoteSigner& signer) {
    side.own = TRY(archive::Sequencer::open({&files_, &hook_, directory_.path(name), &signer}));
    side.vault = TRY(archive::Vault::open(files_, directory_.path("vault/" + name)));
    side.source.checkpoint = TRY_IN("the other copy", source_->checkpoint(which));
    const auto note = TRY(ledger::parse_cosigned_checkpoint_unverified(side.source.checkpoint));
    side.source.size = note.checkpoint.size;
    side.source.root = note.checkpoint.root;
    side.tiles = TRY_IN("the other copy", ledger::AuthenticatedTiles::open(side.source.size, side.source.root,
                                                                           source_->tiles(which)));
    (which == LedgerName::register_ ? out_.registers : out_.capture).before =
        side.own->published().size.value;
    return {};
  }

  /// The source's register, replayed, says whose signatures make its two checkpoints (protocol §2.3).
  Result<void> accept_source() {
    verify::RegisterReading reading(archive_);
    const std::uint64_t size = register_.source.size.value;
    TRY(each_leaf(register_, 0, size, [&](std::uint64_t index, BytesView leaf) -> Result<void> {
      const Bytes object = TRY(register_object(leaf));
      TRY_IN(fmt::format("register leaf {} of the other copy", index), reading.take(leaf, object));
      return {};
    }));
    for (const auto& [which, side] :
         {std::pair(LedgerName::register_, &register_), std::pair(LedgerName::capture, &capture_)})
      TRY_IN("the other copy", reading.accept(which, side->source.checkpoint, size));
    return {};
  }

  Result<void> continues(Side& side, const std::string& name) {
    const archive::Published own = side.own->published();
    const auto other_history = [&] {
      return fail(ErrorCode::conflict, "the other copy's " + name + " is not a continuation of this one",
                  order_.from,
                  "one of the two is a forgery or was forked: nothing was taken; keep both as evidence");
    };
    if (own.size.value == 0) return {};
    if (own.size <= side.source.size) {
      if (TRY(ledger::root_at(own.size, *side.tiles)) != own.root) return other_history();
      return {};
    }
    auto nodes = TRY(ledger::AuthenticatedTiles::open(own.size, own.root, side.own->tiles()));
    if (TRY(ledger::root_at(side.source.size, nodes)) != side.source.root) return other_history();
    return {};
  }

  Result<void> each_leaf(Side& side, std::uint64_t from, std::uint64_t to,
                         const std::function<Result<void>(std::uint64_t, BytesView)>& visit) {
    while (from < to) {
      const std::uint64_t first = from / ledger::kTileWidth * ledger::kTileWidth;
      const auto bundle = TRY_IN("the other copy", side.tiles->bundle(from / ledger::kTileWidth));
      for (; from < to && from - first < bundle.entries.size(); ++from)
        TRY(visit(from, bundle.entries[from - first]));
    }
    return {};
  }

  Result<Bytes> named(verify::ObjectKind kind, const Hash256& name) {
    Bytes out = TRY_IN("the other copy", source_->object(kind, name));
    if (crypto::sha256(out) != name)
      return fail(ErrorCode::corrupt, "the other copy holds something else under this name",
                  codec::hex(name));
    return out;
  }
  Result<Bytes> register_object(BytesView leaf) {
    const auto decoded = TRY(envelope::decode_register_leaf(leaf));
    const auto* entry = std::get_if<envelope::RegisterLeaf>(&decoded);
    if (entry == nullptr) return Bytes{};
    return named(verify::ObjectKind::register_object, entry->object.sha256);
  }
  /// None for a cross leaf.
  Result<std::optional<envelope::SignedHeader>> header_of(std::uint64_t index, BytesView leaf) {
    const auto decoded = TRY(envelope::decode_capture_leaf(leaf));
    const auto* entry = std::get_if<envelope::CaptureLeaf>(&decoded);
    if (entry == nullptr) return std::optional<envelope::SignedHeader>{};
    const Bytes bytes = TRY_IN(fmt::format("capture leaf {}", index),
                               named(verify::ObjectKind::header, entry->header.sha256));
    if (envelope::digests_of(bytes) != entry->header)
      return fail(ErrorCode::corrupt, "a header is not the one its leaf names",
                  fmt::format("capture leaf {}", index));
    return std::optional(TRY(envelope::decode_signed_header(bytes)));
  }

  std::uint64_t capture_from() const { return out_.capture.before; }

  /// Before anything is written: what the source lacks would be lacking here for good.
  Result<void> look_for_bodies() {
    const std::uint64_t to = capture_.source.size.value;
    TRY(each_leaf(capture_, capture_from(), to, [&](std::uint64_t index, BytesView leaf) -> Result<void> {
      progress_("reading the other copy", index + 1 - capture_from(), to - capture_from());
      const auto header = TRY(header_of(index, leaf));
      if (!header || header->header.body_bytes == 0) return {};
      const Result<Bytes> body = named(verify::ObjectKind::body, header->header.body_sha256);
      if (body) return {};
      if (out_.bodies_missing++ < kNamedMax) out_.without_body.push_back(index);
      return {};
    }));
    if (out_.bodies_missing == 0 || order_.missing_bodies == MissingBodies::leave) return {};
    return fail(ErrorCode::not_found,
                fmt::format("the other copy lacks the bodies of {} entries", out_.bodies_missing),
                fmt::format("the first is capture leaf {}", out_.without_body.front()),
                "look for a copy that has them; with --without-bodies the entries are taken and these bodies "
                "are lost");
  }

  Result<void> copy_blobs() {
    if (!TRY(files_.exists(order_.from + "/blobs"))) return {};
    auto blobs = TRY(archive::BlobStore::open(files_, directory_.path("blobs")));
    for (const std::string& name : TRY(files_.list(order_.from + "/blobs"))) {
      const auto digest = codec::array_from_hex<32>(name);
      if (!digest || TRY(files_.exists(directory_.path("blobs/" + name)))) continue;
      const Bytes blob = TRY(files_.read(order_.from + "/blobs/" + name, archive::kBlobBytesMax));
      if (crypto::sha256(blob) != *digest) {
        ++out_.blobs_damaged;
        continue;
      }
      TRY(blobs.put(blob));
      ++out_.blobs;
    }
    return {};
  }

  /// Objects durable, then their leaves: the order of every commit (protocol §4.2).
  Result<void> commit(Side& side, std::vector<Bytes>& leaves) {
    if (leaves.empty()) return {};
    TRY(side.vault->sync());
    TRY(side.own->append(leaves));
    leaves.clear();
    return {};
  }
  Result<void> take(Side& side, const std::string& name, std::uint64_t from,
                    const std::function<Result<void>(std::uint64_t, BytesView)>& store) {
    const std::uint64_t to = side.source.size.value;
    if (from >= to) return {};
    std::vector<Bytes> leaves;
    TRY(each_leaf(side, from, to, [&](std::uint64_t index, BytesView leaf) -> Result<void> {
      TRY(store(index, leaf));
      leaves.push_back(copy_of(leaf));
      progress_("catching up the " + name, index + 1 - from, to - from);
      return leaves.size() < ledger::kTileWidth ? Result<void>{} : commit(side, leaves);
    }));
    TRY(commit(side, leaves));
    if (side.own->published().root != side.source.root)
      return fail(ErrorCode::internal, "the ledger does not have the root that the witnesses signed", name);
    return files_.write_durable(directory_.path(name + "/witnessed"), bytes_of(side.source.checkpoint));
  }

  Result<void> take_register() {
    return take(register_, "register", out_.registers.before,
                [&](std::uint64_t, BytesView leaf) -> Result<void> {
                  const Bytes object = TRY(register_object(leaf));
                  if (object.empty()) return {};
                  TRY(register_.vault->append(archive::ObjectKind::register_object, 0, crypto::sha256(object),
                                              object));
                  return {};
                });
  }

  Result<void> take_capture() {
    auto catalogue = TRY(
        archive::open_catalogue(directory_.path("catalogue.sqlite"), files_, *capture_.vault, *capture_.own));
    auto chains = TRY(catalogue->chains());
    return take(capture_, "capture", capture_from(),
                [&](std::uint64_t index, BytesView leaf) -> Result<void> {
                  const auto header = TRY(header_of(index, leaf));
                  if (!header) return {};
                  archive::Marks marks = marks_of(crypto::sha256(header->bytes));
                  // Protocol §3.9, as when it was taken first: marks are not in the ledger.
                  const envelope::Header& h = header->header;
                  auto& head = chains[{h.device, h.incarnation}];
                  if (h.sequence != head.next || (head.next != 0 && h.previous != head.last)) {
                    marks.add(archive::Mark::equivocation);
                  } else {
                    head = {h.sequence + 1, header->hash, index};
                  }
                  TRY(capture_.vault->append(archive::ObjectKind::header, marks.bits(),
                                             crypto::sha256(header->bytes), header->bytes));
                  if (h.body_bytes == 0) return {};
                  const Result<Bytes> body = named(verify::ObjectKind::body, h.body_sha256);
                  if (body) TRY(capture_.vault->append(archive::ObjectKind::body, 0, h.body_sha256, *body));
                  return {};
                });
  }

  archive::Marks marks_of(const Hash256& header) {
    archive::Marks out;
    for (const std::string_view name : source_->marks(header)) {
      for (const auto mark : {archive::Mark::late, archive::Mark::stale, archive::Mark::misfiled,
                              archive::Mark::dead, archive::Mark::equivocation})
        if (archive::Marks().add(mark).names().front() == name) out.add(mark);
    }
    return out;
  }

  platform::FileSystem& files_;
  platform::StepHook& hook_;
  const CatchUpOrder& order_;
  const Progress& progress_;
  archive::DataDirectory directory_;
  Hash256 archive_{};
  std::unique_ptr<verify::ArchiveFiles> source_;
  Side register_, capture_;
  CatchUpReport out_;
};

}  // namespace

Result<CatchUpReport> catch_up(platform::FileSystem& files, platform::StepHook& hook,
                               const CatchUpOrder& order, const Progress& progress) {
  return CatchUp(files, hook, order, progress).run();
}

}  // namespace strongroom::backup
