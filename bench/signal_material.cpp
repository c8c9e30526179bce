// A Signal backup in its plain form (src/capture/signal/FORMAT.md), written and read by protobuf alone.
#include <fcntl.h>
#include <frames.pb.h>
#include <google/protobuf/io/zero_copy_stream_impl.h>
#include <google/protobuf/util/delimited_message_util.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "must.h"
#include "parsing_material.h"
#include "words.h"

namespace strongroom::bench {
namespace {

namespace frames = signal_frames;
namespace protobuf = google::protobuf;

constexpr std::uint64_t kPeople = 50;
constexpr std::uint64_t kStartMs = 1'700'000'000'000;

void add(std::ostream& out, const protobuf::MessageLite& message) {
  if (!protobuf::util::SerializeDelimitedToOstream(message, &out))
    give_up({ErrorCode::io, "the benchmark's material cannot be written", {}, {}});
}

frames::Frame person(std::uint64_t id) {
  frames::Frame frame;
  frame.mutable_recipient()->set_id(id);
  frames::Contact& contact = *frame.mutable_recipient()->mutable_contact();
  contact.set_aci(std::string(16, static_cast<char>(id)));
  contact.set_e164(33'600'000'000 + id);
  contact.set_profilegivenname("Person " + std::to_string(id));
  return frame;
}

frames::Frame chat_with(std::uint64_t id) {
  frames::Frame frame;
  frame.mutable_chat()->set_id(id);
  frame.mutable_chat()->set_recipientid(id);
  return frame;
}

frames::Frame message(std::uint64_t from, std::uint64_t sent_ms, const std::string& text) {
  frames::Frame frame;
  frames::ChatItem& item = *frame.mutable_chatitem();
  item.set_chatid(from);
  item.set_authorid(from);
  item.set_datesent(sent_ms);
  item.mutable_incoming()->set_datereceived(sent_ms + 500);
  item.mutable_incoming()->set_read(true);
  item.mutable_standardmessage()->mutable_text()->set_body(text);
  return frame;
}

}  // namespace

std::uint64_t write_signal(const std::string& path, std::size_t messages) {
  std::ofstream out(path, std::ios::binary);
  Words words;
  frames::BackupInfo info;
  info.set_version(1);
  info.set_backuptimems(kStartMs + messages * 1000);
  add(out, info);
  frames::Frame frame;
  frame.mutable_account()->set_givenname("Rui");
  add(out, frame);
  frame.mutable_recipient()->set_id(1);
  frame.mutable_recipient()->mutable_self();
  add(out, frame);
  for (std::uint64_t id = 2; id < kPeople; ++id) {
    add(out, person(id));
    add(out, chat_with(id));
  }
  for (std::size_t i = 0; i < messages; ++i)
    add(out, message(2 + i % (kPeople - 2), kStartMs + i * 1000, words.message()));
  out.close();
  return std::filesystem::file_size(path);
}

void protobuf_frames(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  protobuf::io::FileInputStream in(file);
  frames::BackupInfo info;
  bool at_end = false;
  bool sound = protobuf::util::ParseDelimitedFromZeroCopyStream(&info, &in, &at_end);
  while (sound) {
    frames::Frame frame;
    sound = protobuf::util::ParseDelimitedFromZeroCopyStream(&frame, &in, &at_end);
  }
  ::close(file);
  if (!at_end) give_up({ErrorCode::malformed, "protobuf refuses the benchmark's material", path, {}});
}

}  // namespace strongroom::bench
