/// WhatsApp's own databases: Android's msgstore.db, plain or encrypted, and the iPhone's ChatStorage.sqlite. FORMAT.md.
#pragma once

#include "capture/parser.h"

namespace strongroom::capture::whatsapp_db {

/// Source "whatsapp-database".
const Parser& parser();

}  // namespace strongroom::capture::whatsapp_db
