/// What every connector is: a pure function from a source's bytes to records. Runs inside strongroom-parse, which
/// has no key, no network and no file of its own; touches neither clock nor file system.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "base/secret.h"
#include "record/record.h"

namespace strongroom::capture {

/// Content that is unpacked only when it is asked for: a picture in an archive.
class Packed {
 public:
  virtual ~Packed() = default;
  virtual std::uint64_t size() const = 0;  ///< as the archive states it
  /// `corrupt`, `limit_exceeded`.
  virtual Result<Bytes> unpack() const = 0;
  /// As it lies in the archive: what is kept of it if it cannot be unpacked.
  virtual BytesView raw() const = 0;
};

/// One file of the material handed over: a path relative to what the user named, and its bytes (mapped, borrowed).
/// Members of archives are files too ("export.zip/messages.json"): connectors never see an archive.
struct InputFile {
  std::string path;
  BytesView bytes;
  /// Set for members that no connector claims, whose `bytes` are then empty (capture/beside.h reads them).
  const Packed* packed = nullptr;
};

/// Opens a message that only its vendor's own library opens, with the key that was unwrapped for it. What it gives is
/// as foreign as any other byte. `corrupt` if it does not open.
using VendorOpen = std::function<Result<Bytes>(std::string_view key, std::string_view message)>;

/// The content of a file with keys or passphrases of encrypted material, as the custodian gave it (never a key of the
/// archive). Copies share it; it is wiped with the last.
class GivenKey {
 public:
  /// The caller wipes the original.
  static GivenKey copy_of(BytesView bytes) { return GivenKey(SecretBytes::copy_of(bytes)); }
  BytesView reveal() const { return bytes_->reveal(); }

 private:
  explicit GivenKey(SecretBytes bytes) : bytes_(std::make_shared<const SecretBytes>(std::move(bytes))) {}
  std::shared_ptr<const SecretBytes> bytes_;
};

/// What the operator stated; empty = not stated.
struct Statement {
  std::string zone;  ///< IANA name or "+02:00" for wall-clock sources
  std::string date_order;  ///< "dmy", "mdy" or "ymd"
  std::string custodian_name;  ///< how the custodian is named in the source ("Ana Costa")
  /// Each file named with --key-file. A connector tries each, whole and line by line.
  std::vector<GivenKey> keys = {};
  /// Set in a worker that was told to load the vendor's library of WeCom (--wecom-library).
  VendorOpen wecom_open = {};
};

struct Limits {
  std::uint64_t item_bytes_max = 64u << 20;  ///< one frame, line or message
  std::uint64_t unpacked_bytes_max = 8ull << 30;  ///< all members of an archive together
  std::uint64_t unpack_ratio_max = 200;  ///< unpacked / packed, above 1 MiB
  std::uint64_t files_max = 100'000;
};

/// Where records go. An error from the sink ends the parse and is returned by it.
class Sink {
 public:
  virtual ~Sink() = default;
  /// Called before a part of the material is read that might kill its reader: if the worker dies before the next call,
  /// this part is to blame. False: it killed a worker before, do not read it, refuse it.
  virtual Result<bool> begin(std::string_view /*file*/, std::uint64_t /*offset*/) { return true; }
  virtual Result<void> record(record::Record&& record) = 0;
  /// The bytes of an attachment file (whole, borrowed), before or after the record that names its SHA-256.
  /// `described` is a Kind::attachment record without content, or a Kind::unparsed_original whose bytes are too many
  /// for a record.
  virtual Result<void> content(record::Record&& described, BytesView bytes) = 0;
};

/// What came of one parse. found = parsed + refused, where every refused item was given to the sink as
/// Kind::unparsed_original; `found` comes from `count`, an independent pass that shares no code with the parser.
struct Outcome {
  std::string source;
  std::uint64_t found = 0, parsed = 0, refused = 0, doubts = 0;
};

/// One connector.
struct Parser {
  std::string_view source;  ///< "whatsapp-text"
  /// How sure this parser is that the material is its own: 0 = no, 100 = certain. By content, never by name alone.
  int (*detect)(const std::vector<InputFile>& files);
  /// Records, in source order. Fails only for the sink's errors; what it cannot parse is refused item by item.
  Result<Outcome> (*parse)(const std::vector<InputFile>& files, const Statement& statement,
                           const Limits& limits, Sink& sink);
  /// The independent count: how many records the material holds, by a second pass.
  Result<std::uint64_t> (*count)(const std::vector<InputFile>& files, const Statement& statement,
                                 const Limits& limits);
};

/// The connectors of this build, in order of preference (src/capture/parsers.cpp).
const std::vector<Parser>& parsers();
/// The surest parser for the material; `not_found` if none understands it.
Result<const Parser*> detect(const std::vector<InputFile>& files);

/// The files one parser is to read together; `parser` is null for files that nobody understands.
struct Share {
  const Parser* parser = nullptr;
  std::vector<InputFile> files;
};
/// Material of several sources, divided: each file goes to the parser surest of it, and files that no parser claims
/// (media) go with the claimed file nearest in the directory tree. Every file is in exactly one share.
/// `may_look` is asked before a file is shown to the connectors; a file it forbids is claimed by none.
using MayLook = std::function<bool(const InputFile&)>;
std::vector<Share> divide(const std::vector<InputFile>& files, const MayLook& may_look);
/// Whether a connector reads this file.
bool is_claimed(const InputFile& file);

}  // namespace strongroom::capture
