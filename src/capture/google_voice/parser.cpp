#include "capture/google_voice/parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "capture/beside.h"
#include "capture/google_voice/page.h"
#include "capture/part.h"
#include "capture/telephone/telephone.h"
#include "codec/text.h"
#include "crypto/hash.h"
#include "record/time_text.h"

namespace strongroom::capture::google_voice {
namespace {

using record::Kind;
using record::Person;

constexpr std::string_view kSource = "google-voice";
constexpr std::uint64_t kParserVersion = 1;
constexpr std::size_t kLookedAt = 64u << 10;
constexpr std::size_t kItemMax = 4u << 20;
/// Participants and labels go into every record of a page.
constexpr std::size_t kPeopleMax = 100, kPeopleBytesMax = 8u << 10, kLabelsBytesMax = 1u << 10;

bool is_ours(const InputFile& file) {
  return is_page(text_of(file.bytes.first(std::min(file.bytes.size(), kLookedAt))));
}

int detect(const std::vector<InputFile>& files) { return std::ranges::any_of(files, is_ours) ? 90 : 0; }

/// "NAME" of "dir/NAME - Text - 2023-....html"; also a number, or nothing.
std::string name_in_path(std::string_view path) {
  path.remove_prefix(path.rfind('/') + 1);
  std::size_t end = path.rfind(" - ");
  if (end == std::string_view::npos) return {};
  path = path.substr(0, end);
  end = path.rfind(" - ");
  if (end == std::string_view::npos) return std::string(path);  // without the kind, or without the contact
  return std::string(path.substr(0, end));
}

/// The numbers of names that only one number has: fragments in which the other said nothing give only the name.
using Numbers = std::map<std::string, std::string, std::less<>>;

void learn(Numbers& numbers, const Card& card) {
  if (card.is_self || card.name.empty() || card.number.empty()) return;
  const auto [known, is_new] = numbers.emplace(card.name, card.number);
  if (!is_new && known->second != card.number) known->second.clear();
}

/// One page into records.
class Reading {
 public:
  Reading(const InputFile& file, const Numbers& numbers, FilesBeside& beside, Tally& tally)
      : file_(file), page_(page_of(text_of(file.bytes))), numbers_(numbers), beside_(beside), tally_(tally) {}

  Result<void> run() {
    cut_others();
    join_labels();
    for (const Item& item : page_.items) TRY(take(item));
    return {};
  }

 private:
  std::vector<Person> others() const {
    std::vector<Person> out;
    for (const Card& c : page_.participants) out.push_back(telephone::person_of(c.number, c.name));
    for (const Item& item : page_.items) {
      if (!item.card || item.card->is_self || !out.empty()) continue;
      if (!item.card->number.empty() || !item.card->name.empty())
        out.push_back(telephone::person_of(item.card->number, item.card->name));
    }
    if (!out.empty()) return out;
    const std::string name = name_in_path(file_.path);
    if (name.empty() || page_.is_call) return out;
    const auto known = numbers_.find(name);
    if (known != numbers_.end() && !known->second.empty()) return {telephone::person_of(known->second, name)};
    const bool is_number = telephone::address_id(name).starts_with("tel:");
    return {is_number ? telephone::person_of(name, {}) : telephone::person_of({}, name)};
  }

  /// Conversations are told apart by all participants.
  void cut_others() {
    std::vector<Person> all = others();
    std::string ids;
    std::size_t bytes = 0;
    for (Person& person : all) {
      ids += person.id + "\n";
      bytes += person.id.size() + person.name.size();
      if (others_.size() < kPeopleMax && bytes <= kPeopleBytesMax) others_.push_back(std::move(person));
    }
    conversation_ = telephone::conversation_of("googlevoice", others_);
    if (all.size() == others_.size()) return;
    conversation_.id += "~sha256:" + codec::hex(crypto::sha256(bytes_of(ids)));
    cuts_.push_back({"people-cut", fmt::format("the page names {} participants; the first {} are here",
                                               all.size(), others_.size())});
  }

  void join_labels() {
    for (const std::string& label : page_.labels) {
      if (labels_.size() + label.size() >= kLabelsBytesMax) {
        cuts_.push_back(
            {"labels-cut", fmt::format("the page has {} labels; the first are here", page_.labels.size())});
        return;
      }
      labels_ += (labels_.empty() ? "" : ",") + label;
    }
  }

  /// What was cut stands outside the messages, whose bytes are all that records hold: the page goes with the first.
  Result<void> attach_page(record::Record& out) {
    if (cuts_.empty() || std::exchange(page_is_kept_, true)) return {};
    record::Record page =
        part_of(out, file_.path.substr(file_.path.rfind('/') + 1), "text/html", file_.bytes);
    page.original.offset = 0;
    out.attachments.push_back(page.attachments.front());
    return tally_.part(std::move(page), file_.bytes);
  }

  Result<void> refuse(const Item& item, std::string code, std::string why) {
    const auto offset = static_cast<std::uint64_t>(item.bytes.data() - text_of(file_.bytes).data());
    return tally_.refuse({file_.path, offset, bytes_of(item.bytes), std::move(code), std::move(why)});
  }

  Result<void> take(const Item& item) {
    if (item.bytes.size() > kItemMax)
      return refuse(item, "too-large", "the message is larger than the limit");
    const auto ms = record::from_rfc3339(item.time);
    if (!ms) return refuse(item, "no-time", "the message or call has no time that can be read");
    record::Record out;
    out.sent_at = telephone::instant(*ms, "the time", out.doubts);
    out.conversation = conversation_;
    out.doubts.insert(out.doubts.end(), cuts_.begin(), cuts_.end());
    out.text = item.text;
    set_author(item, out);
    for (const Item::Reference& reference : item.references) out.attachments.push_back(attachment(reference));
    if (page_.is_call) set_call(item, out);
    if (!page_.labels.empty()) out.extra["labels"] = labels_;
    if (page_.deleted) out.extra["deleted_by_user"] = true;
    out.native_id = native_id(item, out);
    const auto offset = static_cast<std::uint64_t>(item.bytes.data() - text_of(file_.bytes).data());
    out.original = {copy_of(bytes_of(item.bytes)), {}, offset, item.bytes.size(), file_.path};
    TRY(attach_page(out));
    return tally_.record(std::move(out));
  }

  void set_author(const Item& item, record::Record& out) const {
    if (!item.card) {
      out.doubts.push_back({"no-author", "the message names no sender"});
    } else if (item.card->is_self) {
      out.author = telephone::self(item.card->number);
      out.outgoing = true;
    } else if (!item.card->number.empty() || !item.card->name.empty()) {
      out.author = telephone::person_of(item.card->number, item.card->name);
    }
    for (const Person& other : others_) {
      if (!out.author || other.id != out.author->id) out.people.push_back(other);
    }
  }

  /// Time, sender, words and, for pictures without a word, what was sent.
  static std::string native_id(const Item& item, const record::Record& record) {
    std::string all = item.time + "\n" + (record.author ? record.author->id : "") + "\n" + item.text;
    for (const record::Attachment& a : record.attachments) {
      if (item.text.empty() && a.sha256) all += "\n" + codec::hex(*a.sha256);
    }
    return "hash:" + codec::hex(crypto::sha256(bytes_of(all))).substr(0, 32);
  }

  /// The kind of a call is the label that says so; the words of the page are in the account's language.
  void set_call(const Item& item, record::Record& out) const {
    static constexpr std::array<std::string_view, 5> kStates{"placed", "received", "missed", "voicemail",
                                                             "recorded"};
    out.kind = Kind::call;
    for (const std::string& label : page_.labels) {
      if (std::ranges::find(kStates, label) != kStates.end()) out.extra["state"] = label;
    }
    if (!out.extra.contains("state"))
      out.doubts.push_back({"unknown-kind", "no label says what kind of call this was"});
    if (out.extra.contains("state") && std::get<std::string>(out.extra["state"]) == "placed") {
      out.outgoing = true;
      if (out.author) out.people = {*out.author};
      out.author = telephone::self({});
    }
    if (const auto seconds = seconds_of(item.duration)) out.extra["duration_s"] = *seconds;
    for (record::Attachment& a : out.attachments) a.flavour = "voice";
  }

  /// The page names files without their endings.
  record::Attachment attachment(const Item::Reference& reference) {
    static constexpr std::array<std::string_view, 14> kEndings{"",      ".jpg",  ".png", ".gif", ".mp4",
                                                               ".3gp",  ".mp3",  ".amr", ".vcf", ".jpeg",
                                                               ".webp", ".heic", ".wav", ".ogg"};
    record::Attachment out;
    for (const std::string_view ending : kEndings) {
      const std::string name = reference.stem + std::string(ending);
      if (!beside_.settle(out, file_.path, name)) continue;
      out.name = name.substr(name.rfind('/') + 1);
      break;
    }
    out.source_reference = reference.stem;
    if (out.name.empty()) out.name = reference.stem;
    if (reference.element == "img") out.media_type = "image";
    return out;
  }

  const InputFile& file_;
  Page page_;
  const Numbers& numbers_;
  FilesBeside& beside_;
  Tally& tally_;
  std::vector<Person> others_;
  std::string labels_;
  std::vector<record::Doubt> cuts_;  ///< what of the page no record holds
  bool page_is_kept_ = false;
  record::Conversation conversation_;
};

Result<Outcome> parse(const std::vector<InputFile>& files, const Statement&, const Limits&, Sink& sink) {
  Tally tally(sink, kSource, kParserVersion);
  std::set<std::size_t> ours;
  Numbers numbers;
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (!is_ours(files[i])) continue;
    ours.insert(i);
    const Page page = page_of(text_of(files[i].bytes));
    for (const Card& card : page.participants) learn(numbers, card);
    for (const Item& item : page.items) {
      if (item.card) learn(numbers, *item.card);
    }
  }
  FilesBeside beside(files, ours);
  for (const std::size_t i : ours) TRY(Reading(files[i], numbers, beside, tally).run());
  TRY(beside.hand_over(tally));
  return tally.outcome();
}

/// Counts by two classes alone.
Result<std::uint64_t> count(const std::vector<InputFile>& files, const Statement&, const Limits&) {
  std::uint64_t found = 0;
  for (const InputFile& file : files) {
    const std::string_view text = text_of(file.bytes);
    if (!is_ours(file) || text.find("class=\"haudio\"") != std::string_view::npos) {
      ++found;
      continue;
    }
    for (std::size_t at = text.find(" class=\"message\">"); at != std::string_view::npos;
         at = text.find(" class=\"message\">", at + 1))
      ++found;
  }
  return found;
}

}  // namespace

const Parser& parser() {
  static constexpr Parser kParser{kSource, detect, parse, count};
  return kParser;
}

}  // namespace strongroom::capture::google_voice
