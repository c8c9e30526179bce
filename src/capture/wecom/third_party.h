/// What exporters that are not Tencent's write of WeChat: their columns and members, read as one.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "capture/json/members.h"
#include "capture/zone/zone.h"
#include "record/record.h"

namespace strongroom::capture::wecom {

/// Whose form it is.
enum class Exporter {
  memotrace,  ///< CSV: localId, TalkerId, Type, ... (WeChatMsg, MemoTrace)
  pywxdump,   ///< CSV and JSON: id, MsgSvrID, type_name, is_sender, ... (PyWxDump and what follows it)
  chatlog,    ///< JSON: seq, time, talker, sender, isSelf, ...
  gateway,    ///< JSON: TypeName, Wxid, Data{...} (call-backs of bot gateways)
};
std::string_view name_of(Exporter exporter);

/// Which exporter writes rows of these columns; nullopt if none known.
std::optional<Exporter> exporter_of(const std::vector<std::string>& header);
std::optional<Exporter> exporter_of(const json::Object& object);

/// A row as an object: the columns are the names. Fields without a column are "column 13" and so on.
json::Object object_of(const std::vector<std::string>& header, const std::vector<std::string>& fields);

/// Wall clocks are read in `zone`; `zone_stated` says whether the operator named it. Every record carries the doubt
/// "third-party-export". `chat`: what to call a conversation whose rows do not name it (the file's name).
struct Reading {
  Exporter exporter;
  zone::Zone& zone;
  record::ZoneCertainty certainty;
  std::string chat;
};
record::Record read_third_party(const json::Object& row, Reading& reading);

}  // namespace strongroom::capture::wecom
