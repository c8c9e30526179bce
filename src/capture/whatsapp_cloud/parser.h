/// WhatsApp Business Cloud API: the bodies of webhook notifications, one a line or one a file, with or without the
/// signature Meta sent them with. FORMAT.md.
#pragma once

#include "capture/parser.h"

namespace strongroom::capture::whatsapp_cloud {

/// Source "whatsapp-cloud".
const Parser& parser();

}  // namespace strongroom::capture::whatsapp_cloud
