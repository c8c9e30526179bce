/// The server's data directory: its keys, its name, the genesis it serves (docs/operating/server.md).
///
///   keys/register, keys/capture, keys/tls   32-byte seeds, mode 0600; they open nothing (protocol §0)
///   origin                                  the common part of both ledgers' names
///   genesis                                 the signed roster 0, written last by `adopt`
///   register/ capture/                      ledgers      vault/register/ vault/capture/ blobs/   objects
///   catalogue.sqlite                        derived; may be deleted while the server is down
///   restoring, restored                     a backup is being put back, was put back (protocol §4.7)
#pragma once

#include <string>
#include <string_view>

#include "ledger/sign.h"
#include "platform/entropy.h"
#include "platform/file_system.h"
#include "platform/step_hook.h"
#include "roster/roster.h"
#include "wire/tls.h"

namespace strongroom::archive {

/// While this file is there the directory is not whole: nothing opens it.
inline constexpr std::string_view kRestoringName = "restoring";
/// The directory comes from a backup: every witness must say that it knows no larger ledger before anything is taken
/// in. The server deletes the file then.
inline constexpr std::string_view kRestoredName = "restored";

/// What the genesis ceremony needs to know of a server.
struct ServerNames {
  std::string register_origin, capture_origin;
  std::string register_vkey, capture_vkey;
  wire::Pin server_pin{};
};
/// {"register_origin": ..., "register_vkey": ..., "server_pin": ...}
std::string to_json(const ServerNames& names);

/// The server's own keys, read from the directory.
struct ServerKeys {
  ledger::NoteSigner register_signer, capture_signer;
  wire::Identity identity;
  ServerNames names() const;
};

class DataDirectory {
 public:
  DataDirectory(platform::FileSystem& files, std::string path) : files_(files), path_(std::move(path)) {}

  /// Draws the keys. `conflict` if there are keys already; `malformed` if `origin` cannot name a ledger.
  Result<ServerNames> init(const std::string& origin, platform::Entropy& entropy);
  Result<ServerKeys> keys() const;
  /// Opens both ledgers for this genesis, whose place in the register is leaf 0: a dated act (protocol §4.7).
  /// `refused` if the genesis does not name this server's keys; `conflict` if another one was adopted before.
  /// Interrupted, it can be repeated. Returns the archive id.
  Result<Hash256> adopt(BytesView genesis, platform::StepHook& hook);
  /// `not_found` with a hint if nothing has been adopted.
  Result<roster::SignedRoster> genesis() const;

  std::string path(const std::string& name) const { return path_ + "/" + name; }
  platform::FileSystem& files() const { return files_; }

 private:
  Result<Secret<32>> seed(const std::string& name) const;
  Result<void> check_whole() const;
  Result<void> open_ledgers(BytesView genesis, const ServerKeys& keys, platform::StepHook& hook);
  platform::FileSystem& files_;
  std::string path_;
};

/// Reads a genesis whose archive id is not known from elsewhere: only `adopt` and those who compare words may.
Result<roster::SignedRoster> open_genesis_of_itself(BytesView object);

}  // namespace strongroom::archive
