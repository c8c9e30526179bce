#include "record/size.h"

namespace strongroom::record {
namespace {

std::size_t size_of(const Person& person) {
  std::size_t size = 32 + person.id.size() + person.name.size() + person.role.size();
  for (const std::string& address : person.addresses) size += 16 + address.size();
  return size;
}
std::size_t size_of(const Target& target) {
  return 32 + target.native_id.size() + target.author_id.size() + target.text.size();
}
std::size_t size_of(const Attachment& a) {
  return 128 + a.name.size() + a.media_type.size() + a.source_reference.size() + a.caption.size() +
         a.flavour.size();
}
std::size_t size_of(const SourceTime& time) { return 32 + time.zone.size() + time.wall_clock.size(); }

}  // namespace

std::size_t size_of_rest(const Record& r) {
  std::size_t size = r.source.size() + r.conversation.id.size() + r.conversation.title.size() +
                     r.native_id.size() + r.original.file.size() + size_of(r.sent_at);
  if (r.received_at) size += size_of(*r.received_at);
  if (r.author) size += size_of(*r.author);
  if (r.target) size += size_of(*r.target);
  if (r.reply_to) size += size_of(*r.reply_to);
  for (const Person& person : r.people) size += size_of(person);
  for (const TextRange& range : r.ranges) size += 32 + range.style.size() + range.mention_id.size();
  for (const Attachment& a : r.attachments) size += size_of(a);
  for (const Doubt& doubt : r.doubts) size += 16 + doubt.code.size() + doubt.detail.size();
  if (!r.poll) return size;
  size += r.poll->question.size();
  for (const PollOption& option : r.poll->options) size += 16 + option.text.size();
  return size;
}

std::size_t size_of_extra(const std::string& name, const Extra& value) {
  const auto* text = std::get_if<std::string>(&value);
  const auto* bytes = std::get_if<Bytes>(&value);
  return 16 + name.size() + (text != nullptr ? text->size() : bytes != nullptr ? bytes->size() : 0);
}

std::size_t rough_size_of(const Record& record) {
  std::size_t size = size_of_rest(record) + record.text.size() + record.original.bytes.size();
  for (const auto& [name, value] : record.extra) size += size_of_extra(name, value);
  return size;
}

}  // namespace strongroom::record
