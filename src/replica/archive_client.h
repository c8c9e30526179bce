/// The server's interface (docs/formats/service.md), typed. Believes nothing it is told: what it returns is checked by
/// whoever uses it (replica.h, agent, grant).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "envelope/leaf.h"
#include "envelope/names.h"
#include "ledger/tile.h"
#include "replica/card.h"
#include "wire/client.h"

namespace strongroom::replica {

enum class Ledger { capture, register_ };
std::string_view name_of(Ledger ledger);

enum class EntryStatus : std::uint64_t { received = 1, known = 2, gap = 3, refused = 4 };
struct EntryAnswer {
  EntryStatus status = EntryStatus::refused;
  std::optional<std::uint64_t> leaf;  ///< leaf index; for `gap` the sequence to send first
  std::vector<std::string> marks;
};
struct EntryToSend {
  BytesView header, body;
};
struct ChainHead {
  std::uint64_t next_sequence = 0;
  Hash256 last{};
  std::uint64_t leaf = 0;
};
struct RegisterItem {
  Bytes leaf, object;
};
struct DeviceEntry {
  std::uint64_t leaf = 0;
  Bytes header;
  std::vector<std::string> marks;
};

/// What the server says of an enrolled device's signs of life (protocol §3.9); `strongroom-verify` checks it.
struct DeviceHearing {
  envelope::DeviceId device{};
  std::string hearing;  ///< "heard", "silent", "retired"
  std::uint64_t heard_s = 0;  ///< by the server's clock
};

/// One connection; one thread at a time.
class ArchiveClient final : public ledger::TileReader {
 public:
  static Result<ArchiveClient> connect(const Card& card, const wire::Identity& identity);

  Result<std::vector<EntryAnswer>> post_entries(const std::vector<EntryToSend>& entries);
  /// Nothing if the server has never seen the incarnation.
  Result<std::optional<ChainHead>> chain(const envelope::Incarnation& incarnation);
  /// The tlog-proof text; nothing while no witnessed checkpoint covers the entry.
  Result<std::optional<std::string>> proof(Ledger ledger, std::uint64_t index);
  Result<std::vector<RegisterItem>> register_from(std::uint64_t from, std::uint64_t max);
  Result<std::uint64_t> post_register(envelope::RegisterType type, BytesView object);
  /// `not_found` if the server has no such object (any more). The bytes are checked against the name.
  Result<Bytes> object(const Hash256& sha256);
  Result<Hash256> post_blob(BytesView blob);
  Result<std::vector<DeviceEntry>> device_entries(const envelope::DeviceId& device, std::uint64_t from,
                                                  std::uint64_t max);
  Result<std::vector<DeviceHearing>> devices();
  Result<void> put_pending(const ByteArray<16>& invitation, BytesView object);
  Result<std::vector<std::pair<ByteArray<16>, Bytes>>> pending();
  /// The newest checkpoint with every cosignature the server has.
  Result<std::string> checkpoint(Ledger ledger);
  /// Asks for a fresh cross leaf if one is due (protocol §2.1).
  Result<void> ask_cross();
  /// The capture leaf that the server calls the first cross leaf over this register leaf; nothing if there is none yet.
  Result<std::optional<std::uint64_t>> capture_cross_over(std::uint64_t register_leaf);

  /// Tiles and bundles of the capture ledger (ledger::TileReader).
  Result<Bytes> read_tile(const ledger::TileId& tile) override;
  Result<Bytes> read_bundle(const ledger::BundleId& bundle) override;

 private:
  explicit ArchiveClient(wire::Client client) : client_(std::move(client)) {}
  Result<wire::Response> demand(const wire::Request& request);
  Result<wire::Response> get(std::string target);

  wire::Client client_;
};

}  // namespace strongroom::replica
