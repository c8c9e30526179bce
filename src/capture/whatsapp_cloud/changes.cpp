#include "capture/whatsapp_cloud/changes.h"

#include <boost/json.hpp>

#include "capture/whatsapp_cloud/items.h"

namespace strongroom::capture::whatsapp_cloud {
namespace {

using json::Array;
using json::Object;
using record::Record;

/// Emits one record for each element; how many.
Result<std::uint64_t> each(const Array* elements, const Change& change, Item item, const Emit& emit) {
  if (elements == nullptr) return 0;
  static const Object kNothing;
  for (const json::Any& element : *elements) {
    const Object* object = element.if_object();
    Record out = item(change, object ? *object : kNothing);
    if (object == nullptr) {
      out.doubts.push_back({"unknown-kind", "an item that is no JSON object"});
      out.extra["value"] = boost::json::serialize(element);
    }
    TRY(emit(std::move(out)));
  }
  return elements->size();
}

/// What is synchronised when a business connects its phone: threads of old messages.
Result<std::uint64_t> history(const Change& change, const Emit& emit) {
  const Array* parts = json::array(*change.value, "history");
  if (parts == nullptr) return 0;
  std::uint64_t items = 0;
  for (const json::Any& part : *parts) {
    const Array* threads = part.is_object() ? json::array(part.get_object(), "threads") : nullptr;
    if (threads == nullptr) continue;
    for (const json::Any& thread : *threads) {
      if (!thread.is_object()) continue;
      Change within = change;
      within.thread = json::text_or_number(thread.get_object(), "id");
      items += TRY(each(json::array(thread.get_object(), "messages"), within, history_message, emit));
    }
  }
  return items;
}

Result<std::uint64_t> items_of(const Change& change, const Emit& emit) {
  if (change.value == nullptr) return 0;
  static constexpr struct {
    std::string_view name;
    Item item;
  } kLists[] = {{"messages", message},
                {"message_echoes", echo},
                {"statuses", status},
                {"calls", call},
                {"errors", error},
                {"groups", group},
                {"state_sync", contact_sync},
                {"user_preferences", preference}};
  std::uint64_t items = 0;
  for (const auto& list : kLists)
    items += TRY(each(json::array(*change.value, list.name), change, list.item, emit));
  return items + TRY(history(change, emit));
}

Change change_of(const Object& entry, const Object& change) {
  Change out;
  out.field = json::text(change, "field");
  out.account = json::text_or_number(entry, "id");
  out.value = json::object(change, "value");
  std::vector<record::Doubt> ignored;
  if (entry.contains("time")) out.entry_time = instant(entry, "time", ignored);
  const Object* metadata = out.value ? json::object(*out.value, "metadata") : nullptr;
  if (metadata == nullptr) return out;
  out.phone_id = json::text_or_number(*metadata, "phone_number_id");
  out.phone = json::text_or_number(*metadata, "display_phone_number");
  return out;
}

}  // namespace

Result<void> read_body(const Object& body, const Emit& emit) {
  std::uint64_t records = 0;
  const Array* entries = json::array(body, "entry");
  static const Array kNone;
  for (const json::Any& entry : entries ? *entries : kNone) {
    const Array* changes = entry.is_object() ? json::array(entry.get_object(), "changes") : nullptr;
    if (changes == nullptr) continue;
    for (const json::Any& any : *changes) {
      static const Object kNothing;
      const Object& object = any.is_object() ? any.get_object() : kNothing;
      const Change change = change_of(entry.get_object(), object);
      const std::uint64_t items = TRY(items_of(change, emit));
      if (items == 0) TRY(emit(bare_change(change, object)));
      records += items == 0 ? 1 : items;
    }
  }
  if (records > 0) return {};
  Record out;
  out.kind = record::Kind::context;
  out.extra["object"] = std::string("webhook");
  out.doubts.push_back({"unknown-kind", "a notification without a change"});
  return emit(std::move(out));
}

}  // namespace strongroom::capture::whatsapp_cloud
