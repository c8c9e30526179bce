/// One item of a chat text turned into a record.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "capture/whatsapp/chat_text.h"
#include "capture/whatsapp/media.h"
#include "capture/whatsapp/phrase_book.h"
#include "capture/zone/zone.h"
#include "record/record.h"

namespace strongroom::capture::whatsapp {

inline constexpr std::string_view kSource = "whatsapp-text";

/// What is known of a chat before its records are made.
struct ChatIdentity {
  record::Conversation conversation;
  std::vector<record::Person> authors;      ///< by index of ChatText::authors
  std::vector<record::Person>
      people;       ///< the authors who are people (a group is no person), at most kPeopleMax
  std::vector<bool> is_group_name;          ///< by index: an "author" that only notices stand under
};
inline constexpr std::size_t kPeopleMax = 256;

/// Title, kind and people of a chat. `path` names the text file; `container` the archive or directory around it.
ChatIdentity identify(const ChatText& chat, std::string_view path, std::string_view container,
                      std::string_view custodian, const PhraseBook& book);

/// Someone by the name shown: "tel:+33612345678" for numbers, "pushname:Ana" for "~ Ana", else "name:Ana".
record::Person person_shown(std::string_view shown);

/// True where a text may be the application's own words (U+200E stands before them on iOS, if it is in the file).
bool may_be_application_text(const ChatText& chat, std::string_view body);

/// Makes the records of one chat, in order.
class Interpreter {
 public:
  /// Everything is borrowed for the life of the interpreter. `zone_stated`: how sure the zone is.
  Interpreter(const ChatText& chat, const ChatIdentity& identity, const MediaIndex& media,
              const PhraseBook& book, zone::Zone& zone, record::ZoneCertainty zone_stated,
              std::string_view file, std::string_view custodian);

  record::Record record_of(const Item& item);

 private:
  void set_time(const Item& item, record::Record& out);
  void set_people(const Item& item, record::Record& out);
  void set_identity(std::string_view body, record::Record& out);
  bool read_system(std::string_view body, record::Record& out);
  bool read_media(std::string_view body, record::Record& out);
  bool read_omitted(std::string_view body, record::Record& out);
  bool read_phrase(std::string_view line, record::Record& out);
  bool read_poll(std::string_view body, record::Record& out);
  void read_place(std::string_view body, record::Record& out);
  void read_message(std::string_view body, record::Record& out);
  void apply_system(const Found& found, record::Record& out);
  record::Person person_named(std::string_view name) const;
  std::vector<record::Person> people_named(std::string_view list, std::string_view role) const;

  const ChatText& chat_;
  const ChatIdentity& identity_;
  const MediaIndex& media_;
  const PhraseBook& book_;
  zone::Zone& zone_;
  record::ZoneCertainty certainty_;
  std::string file_, custodian_;
  std::string title_;  ///< as of the item at hand
  std::unordered_map<std::uint64_t, std::uint64_t> seen_;  ///< how often a key was met
};

}  // namespace strongroom::capture::whatsapp
