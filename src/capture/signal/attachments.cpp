#include "capture/signal/attachments.h"

#include "codec/text.h"

namespace strongroom::capture::signal {

record::Attachment attachment_of(const frames::FilePointer& pointer, std::string_view flavour, Media& media) {
  record::Attachment out;
  out.name = pointer.filename();
  out.media_type = pointer.contenttype();
  out.caption = pointer.caption();
  out.flavour = flavour;
  if (pointer.has_width()) out.width = pointer.width();
  if (pointer.has_height()) out.height = pointer.height();
  const auto& locator = pointer.locatorinfo();
  if (locator.has_size()) out.size = locator.size();
  if (!locator.plaintexthash().empty()) {
    out.source_reference = "plaintext:" + codec::hex(bytes_of(locator.plaintexthash()));
  } else if (!locator.encrypteddigest().empty()) {
    out.source_reference = "encrypted:" + codec::hex(bytes_of(locator.encrypteddigest()));
  }
  if (const auto size = media.size_of(pointer)) {
    out.sha256 = array_of<32>(bytes_of(locator.plaintexthash()));
    out.size = size;
    out.state = record::AttachmentState::present;
  }
  return out;
}

record::Attachment attachment_of(const frames::MessageAttachment& attachment, Media& media) {
  std::string_view flavour;
  switch (attachment.flag()) {
    case frames::MessageAttachment::VOICE_MESSAGE: flavour = "voice"; break;
    case frames::MessageAttachment::BORDERLESS: flavour = "borderless"; break;
    case frames::MessageAttachment::GIF: flavour = "gif"; break;
    default: break;
  }
  return attachment_of(attachment.pointer(), flavour, media);
}

}  // namespace strongroom::capture::signal
