/// Who was given a message, read it and played it, and when: receipt_user, receipt_device and the older receipts.
#pragma once

#include "capture/whatsapp_db/android_context.h"

namespace strongroom::capture::whatsapp_db {

/// Rows are gathered by message, so many at a time: memory stays small whatever the database says.
inline constexpr std::size_t kReceiptRowsAtOnce = 500'000;
/// A group has up to 1024 members; what three states of all of them say is more than one record holds. Further receipts
/// of one message are a further record.
inline constexpr std::size_t kReceiptsInRecord = 256;

/// One `receipt` record for each message of the tables receipt_user and receipt_device.
Result<void> read_receipts(Reading& reading, const AndroidContext& context);
/// The same of the table receipts, until 2021.
Result<void> read_old_receipts(Reading& reading);

}  // namespace strongroom::capture::whatsapp_db
