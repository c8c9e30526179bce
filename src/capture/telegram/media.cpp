#include "capture/telegram/media.h"

#include <algorithm>
#include <array>

#include "capture/telegram/people.h"

namespace strongroom::capture::telegram {
namespace {

constexpr std::array<std::string_view, 16> kMembers{"photo",
                                                    "photo_file_size",
                                                    "file",
                                                    "file_name",
                                                    "file_size",
                                                    "mime_type",
                                                    "width",
                                                    "height",
                                                    "media_type",
                                                    "thumbnail",
                                                    "sticker_emoji",
                                                    "thumbnail_file_size",
                                                    "contact_information",
                                                    "contact_vcard",
                                                    "contact_vcard_file_size",
                                                    "location_information"};

std::string flavour_of(std::string_view media_type) {
  if (media_type == "voice_message") return "voice";
  if (media_type == "animation") return "gif";
  if (media_type == "video_file" || media_type == "audio_file") return {};
  return std::string(media_type);
}

void fill_photo(const json::Object& message, const std::string& named_in, FilesBeside& beside,
                record::Record& out) {
  const std::string reference = json::text(message, "photo");
  if (reference.empty()) return;
  record::Attachment a = attachment_of(reference, named_in, beside);
  if (!a.size) a.size = json::unsigned_integer(message, "photo_file_size");
  a.width = json::unsigned_integer(message, "width");
  a.height = json::unsigned_integer(message, "height");
  a.flavour = "photo";
  out.attachments.push_back(std::move(a));
}

void fill_file(const json::Object& message, const std::string& named_in, FilesBeside& beside,
               record::Record& out) {
  const std::string reference = json::text(message, "file");
  if (reference.empty()) return;
  record::Attachment a = attachment_of(reference, named_in, beside);
  if (const std::string name = json::text(message, "file_name"); !name.empty()) a.name = name;
  if (!a.size) a.size = json::unsigned_integer(message, "file_size");
  a.media_type = json::text(message, "mime_type");
  a.width = json::unsigned_integer(message, "width");
  a.height = json::unsigned_integer(message, "height");
  a.flavour = flavour_of(json::text(message, "media_type"));
  a.caption = json::text(message, "sticker_emoji");
  out.attachments.push_back(std::move(a));
}

void fill_other_file(const json::Object& message, std::string_view member, std::string_view flavour,
                     const std::string& named_in, FilesBeside& beside, record::Record& out) {
  const std::string reference = json::text(message, member);
  if (reference.empty()) return;
  record::Attachment a = attachment_of(reference, named_in, beside);
  if (!a.size) a.size = json::unsigned_integer(message, std::string(member) + "_file_size");
  a.flavour = flavour;
  out.attachments.push_back(std::move(a));
}

void fill_place(const json::Object& place, record::Record& out) {
  out.extra["location"] = std::string("point");
  out.extra["latitude"] = json::text_or_number(place, "latitude");
  out.extra["longitude"] = json::text_or_number(place, "longitude");
}

}  // namespace

bool is_media_member(std::string_view name) { return std::ranges::find(kMembers, name) != kMembers.end(); }

record::Attachment attachment_of(const std::string& reference, const std::string& named_in,
                                 FilesBeside& beside) {
  record::Attachment a;
  a.source_reference = reference;
  const bool absent = reference.find("(File ") != std::string::npos || reference.starts_with("(Photo ") ||
                      reference.starts_with("(Story ");
  if (absent) {
    a.state = record::AttachmentState::omitted;
    return a;
  }
  a.name = reference.substr(reference.find_last_of("/\\") + 1);
  beside.settle(a, named_in, reference);
  return a;
}

void fill_contact(const json::Object& contact, record::Record& out) {
  std::string card = json::text(contact, "first_name");
  const std::string last = json::text(contact, "last_name");
  if (!card.empty() && !last.empty()) card += ' ';
  card += last;
  const std::string number = json::text(contact, "phone_number");
  if (!card.empty() && !number.empty()) card += '\n';
  out.extra["content"] = std::string("contact");
  out.extra["contact"] = card + number;
}

void fill_media(const json::Object& message, const std::string& named_in, FilesBeside& beside,
                record::Record& out) {
  fill_photo(message, named_in, beside, out);
  fill_file(message, named_in, beside, out);
  fill_other_file(message, "thumbnail", "thumbnail", named_in, beside, out);
  fill_other_file(message, "contact_vcard", "contact", named_in, beside, out);
  if (const json::Object* contact = json::object(message, "contact_information")) fill_contact(*contact, out);
  if (const json::Object* place = json::object(message, "location_information")) fill_place(*place, out);
  if (json::text(message, "media_type") == "sticker") out.extra["content"] = std::string("sticker");
  if (message.contains("self_destruct_period_seconds")) out.view_once = true;
}

}  // namespace strongroom::capture::telegram
