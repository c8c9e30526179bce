/// One record for one item of a change.
#pragma once

#include "capture/whatsapp_cloud/people.h"

namespace strongroom::capture::whatsapp_cloud {

using Item = record::Record (*)(const Change& change, const json::Object& item);

record::Record message(const Change& change, const json::Object& item);
/// Sent by the business itself, from its phone.
record::Record echo(const Change& change, const json::Object& item);
/// An old message of the thread `change.thread`, handed over when the business connected its phone.
record::Record history_message(const Change& change, const json::Object& item);
record::Record status(const Change& change, const json::Object& item);
record::Record call(const Change& change, const json::Object& item);
record::Record error(const Change& change, const json::Object& item);
record::Record group(const Change& change, const json::Object& item);
record::Record contact_sync(const Change& change, const json::Object& item);
record::Record preference(const Change& change, const json::Object& item);
/// A change without items: about the account or its templates.
record::Record bare_change(const Change& change, const json::Object& item);

}  // namespace strongroom::capture::whatsapp_cloud
