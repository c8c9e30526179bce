/// Exported Megolm keys, and the events they open.
#pragma once

#include <map>
#include <string>

#include "capture/json/members.h"
#include "capture/matrix/megolm.h"
#include "capture/parser.h"

namespace strongroom::capture::matrix {

/// The sessions of one key export ("-----BEGIN MEGOLM SESSION DATA-----"), opened with a passphrase. `malformed`;
/// `unauthenticated` if the passphrase is another's; `limit_exceeded` above ten million rounds.
Result<Bytes> open_export(std::string_view armoured, std::string_view passphrase);

/// All sessions at hand.
class Keyring {
 public:
  /// Passphrases, key exports and opened exports among what the custodian gave.
  explicit Keyring(const Statement& statement);
  /// Opens an export that lies in the material: how many sessions. `not_found` if no passphrase was given;
  /// `unauthenticated` if none fits.
  Result<std::size_t> add_export(std::string_view armoured);

  struct Clear {
    std::string type;
    json::Object content;
    std::string session;
    std::uint32_t index = 0;
  };
  /// An event of m.room.encrypted. What it says it belongs to is checked: room and, once for each place in the session,
  /// the event's id.
  Result<Clear> open(const json::Object& content, const std::string& room_id, const std::string& event_id);
  std::size_t size() const { return sessions_.size(); }

 private:
  std::size_t add_sessions(BytesView json);

  struct Known {
    std::string room_id;
    MegolmSession session;
  };
  std::vector<SecretBytes> passphrases_;
  std::map<std::string, Known, std::less<>> sessions_;
  std::map<std::pair<std::string, std::uint32_t>, std::string> seen_;
};

}  // namespace strongroom::capture::matrix
