#include "capture/sms/parser.h"

#include <set>

#include "capture/beside.h"
#include "capture/sms/items.h"

namespace strongroom::capture::sms {
namespace {

constexpr std::string_view kSource = "sms-backup";
constexpr std::uint64_t kParserVersion = 1;
constexpr std::size_t kLookedAt = 64u << 10;

/// The root element is <smses> or <calls>, with a count or with messages.
bool is_backup(BytesView bytes) {
  const std::string_view head = text_of(bytes.first(std::min(bytes.size(), kLookedAt)));
  if (head.find("<smses") == std::string_view::npos && head.find("<calls") == std::string_view::npos)
    return false;
  Tags tags(head);
  Tag tag;
  if (!tags.next(tag) || (tag.kind != Tag::Kind::open && tag.kind != Tag::Kind::empty)) return false;
  if (tag.name != "smses" && tag.name != "calls") return false;
  if (tag.raw("count") || tag.raw("backup_set")) return true;
  return tags.next(tag) && (tag.name == "sms" || tag.name == "mms" || tag.name == "call");
}

int detect(const std::vector<InputFile>& files) {
  for (const InputFile& file : files) {
    if (is_backup(file.bytes)) return 95;
  }
  return 0;
}

bool starts_item(const Tag& tag) {
  return tag.kind != Tag::Kind::close && (tag.name == "sms" || tag.name == "mms" || tag.name == "call");
}
bool is_structure(const Tag& tag) {
  return tag.name == "smses" || tag.name == "calls" || tag.name == "parts" || tag.name == "addrs";
}

/// Walks one file.
class Reading {
 public:
  Reading(const InputFile& file, Tally& tally)
      : file_(file), text_(text_of(file.bytes)), tags_(text_), tally_(tally) {}

  Result<void> run() {
    Tag tag;
    while (tags_.next(tag)) TRY(take(tag));
    return {};
  }

 private:
  Place place(std::string_view bytes) const {
    return {file_.path, static_cast<std::uint64_t>(bytes.data() - text_.data()), bytes};
  }
  Result<void> refuse(std::string_view bytes, std::string code, std::string why) {
    return tally_.refuse({file_.path, place(bytes).offset, bytes_of(bytes), std::move(code), std::move(why)});
  }

  Result<void> take(const Tag& tag) {
    if (tag.kind == Tag::Kind::stray) return refuse(tag.text, "not-an-element", "text between the elements");
    if (tag.kind == Tag::Kind::broken)
      return refuse(tag.text, "broken-element", "the tag is damaged or cut off");
    if (tag.kind == Tag::Kind::close || is_structure(tag)) return {};
    if (tag.name == "mms")
      return tag.kind == Tag::Kind::empty ? take_mms({tag, {}, {}, true}, place(tag.text), tally_)
                                          : read_mms(tag);
    if (tag.text.size() > kItemBytesMax)
      return refuse(tag.text, "too-large", "the element is larger than the limit");
    if (tag.name == "sms") return tally_.record(message_of(tag, place(tag.text)));
    if (tag.name == "call") return tally_.record(call_of(tag, place(tag.text)));
    if (tag.name == "part" || tag.name == "addr")
      return refuse(tag.text, "out-of-place", "a part of no message");
    return tally_.record(unknown_of(tag, place(tag.text)));
  }

  /// Reads up to </mms>, or to where it should have stood.
  Result<void> read_mms(const Tag& head) {
    Mms mms{head, {}, {}, false};
    Tag tag;
    std::size_t end = tags_.at();
    while (!mms.complete) {
      const std::size_t before = tags_.at();
      if (!tags_.next(tag)) break;
      if (starts_item(tag) ||
          (tag.kind == Tag::Kind::close && (tag.name == "smses" || tag.name == "calls"))) {
        tags_.set_at(before);
        break;
      }
      if (tag.kind == Tag::Kind::close) {
        mms.complete = tag.name == "mms";
      } else if (tag.name == "part" && tag.kind != Tag::Kind::broken) {
        mms.parts.push_back(tag);
      } else if (tag.name == "addr" && tag.kind != Tag::Kind::broken) {
        mms.addresses.push_back(tag);
      } else {
        TRY(take(tag));
      }
      end = tags_.at();
      if (mms.parts.size() + mms.addresses.size() > kChildrenMax) break;
    }
    const auto start = static_cast<std::size_t>(head.text.data() - text_.data());
    return take_mms(mms, place(text_.substr(start, end - start)), tally_);
  }

  static constexpr std::size_t kChildrenMax = 20'000;
  const InputFile& file_;
  std::string_view text_;
  Tags tags_;
  Tally& tally_;
};

Result<Outcome> parse(const std::vector<InputFile>& files, const Statement&, const Limits&, Sink& sink) {
  Tally tally(sink, kSource, kParserVersion);
  std::set<std::size_t> texts;
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (is_backup(files[i].bytes)) texts.insert(i);
  }
  const FilesBeside beside(files, texts);
  for (const std::size_t i : texts) TRY(Reading(files[i], tally).run());
  TRY(beside.hand_over(tally));
  return tally.outcome();
}

Result<std::uint64_t> count(const std::vector<InputFile>& files, const Statement&, const Limits&) {
  std::uint64_t found = 0;
  for (const InputFile& file : files) found += is_backup(file.bytes) ? count_items(text_of(file.bytes)) : 1;
  return found;
}

}  // namespace

const Parser& parser() {
  static constexpr Parser kParser{kSource, detect, parse, count};
  return kParser;
}

}  // namespace strongroom::capture::sms
