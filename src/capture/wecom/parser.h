/// WeCom (the session archive of an organisation) and WeChat (what third-party exporters write). FORMAT.md.
#pragma once

#include "capture/parser.h"

namespace strongroom::capture::wecom {

/// Source "wecom-archive": decrypted messages, and replies of GetChatData.
const Parser& archive_parser();
/// Source "wechat-thirdparty": JSON and CSV of exporters that are not Tencent's.
const Parser& third_party_parser();

}  // namespace strongroom::capture::wecom
