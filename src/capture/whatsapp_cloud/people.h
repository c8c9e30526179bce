/// Who speaks in a webhook change: the business and its customers.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "capture/json/members.h"
#include "record/record.h"

namespace strongroom::capture::whatsapp_cloud {

/// What surrounds the items of one change. Borrows the body.
struct Change {
  std::string field;    ///< "messages", "calls", "smb_message_echoes", ...
  std::string account;  ///< id of the WhatsApp business account
  std::string phone_id;  ///< of the business number; may be empty
  std::string phone;     ///< the business number as displayed; may be empty
  const json::Object* value = nullptr;  ///< nullptr if the change has none
  std::string thread;                   ///< of history: the customer whose chat it is
  record::SourceTime entry_time;        ///< of the entry; unix_ms 0 if it has none
};

/// How the API names one user: the number, and since 2025 ids that hide it.
struct UserNames {
  std::string wa_id, user_id, parent_user_id;
};

/// "tel:+..." for digits, else "whatsapp:...".
std::string address_of(std::string_view wa_id);
/// The customer with the name the change's contacts give.
record::Person customer(const Change& change, const UserNames& names);
/// The business number itself, role "self".
record::Person business(const Change& change);
/// The chat of the business number with `customer_id`, or the group.
record::Conversation conversation(const Change& change, const record::Person& customer,
                                  std::string_view group_id);

/// Seconds since 1970, as text or number. Absent or odd: a doubt.
record::SourceTime instant(const json::Object& object, std::string_view name,
                           std::vector<record::Doubt>& doubts);

}  // namespace strongroom::capture::whatsapp_cloud
