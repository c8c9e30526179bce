#include "capture/whatsapp_db/kinds.h"

namespace strongroom::capture::whatsapp_db {

using record::Kind;

MessageType android_type(std::int64_t type) {
  switch (type) {
    case 0:
    case 1:
    case 2:
    case 3:
    case 4:
    case 5:
    case 9:
    case 14:
    case 16: return {Kind::message, {}, false, true};
    case 13: return {Kind::message, "gif", false, true};
    case 20: return {Kind::message, "sticker", false, true};
    case 42:
    case 43:
    case 82: return {Kind::message, "view_once", true, true};
    case 7: return {Kind::notice, {}, false, true};
    case 8:
    case 10: return {Kind::call, {}, false, true};
    case 15:
    case 64: return {Kind::deletion, {}, false, true};
    case 66: return {Kind::poll, {}, false, true};
    default: return {};
  }
}

SystemAction android_action(std::int64_t action) {
  switch (action) {
    case 1: return {Kind::rename, "subject", {}};
    case 4: return {Kind::membership, "joined", "joined"};
    case 5:
    case 13: return {Kind::membership, "left", "left"};
    case 6: return {Kind::rename, "picture", {}};
    case 7: return {Kind::membership, "removed", "removed"};
    case 9: return {Kind::membership, "created", {}};
    case 10:
    case 28: return {Kind::rename, "number", {}};
    case 11: return {Kind::membership, "created", {}};
    case 12: return {Kind::membership, "added", "added"};
    case 14: return {Kind::membership, "removed", "removed"};
    case 15: return {Kind::membership, "promoted", "promoted"};
    case 18: return {Kind::notice, "security-code", {}};
    case 19: return {Kind::notice, "encrypted", {}};
    case 20: return {Kind::membership, "joined", "joined"};
    case 27: return {Kind::rename, "description", {}};
    case 56: return {Kind::timer, "timer", {}};
    case 58: return {Kind::notice, "blocked", {}};
    default: return {};
  }
}

}  // namespace strongroom::capture::whatsapp_db
