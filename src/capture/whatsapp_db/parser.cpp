#include "capture/whatsapp_db/parser.h"

#include <map>
#include <set>

#include "capture/database/image.h"
#include "capture/whatsapp_db/contacts.h"
#include "capture/whatsapp_db/crypt.h"
#include "capture/whatsapp_db/reading.h"

namespace strongroom::capture::whatsapp_db {
namespace {

constexpr std::string_view kSource = "whatsapp-database";
constexpr std::uint64_t kParserVersion = 1;

bool is_known(const Database& database) {
  return is_android(database) || is_ios(database) || has_contacts(database);
}

bool is_ours(BytesView bytes) {
  if (!database::is_database(bytes)) return crypt_of(bytes) != Crypt::none;
  const auto opened = Database::open(bytes);
  return opened && is_known(*opened);
}

int detect(const std::vector<InputFile>& files) {
  for (const InputFile& file : files) {
    if (is_ours(file.bytes)) return 90;
  }
  return 0;
}

/// The bytes of the database: the file itself, or what it decrypts to.
Result<BytesView> database_of(const InputFile& file, const Statement& statement, Bytes& holder) {
  if (database::is_database(file.bytes)) return file.bytes;
  holder = TRY(decrypt(file.bytes, statement.keys));
  return BytesView(holder);
}

Refusal refusal_of(const InputFile& file, const Error& error) {
  Refusal out{file.path, 0, file.bytes, "not-readable", error.what};
  if (error.code == ErrorCode::refused) {
    out.code = "key-needed";
    out.detail =
        "the backup is encrypted: give its key with --key-file (crypt12 and crypt14: the file \"key\" of the "
        "telephone; crypt15: \"encrypted_backup.key\" or the 64 digits)";
  } else if (error.code == ErrorCode::unauthenticated) {
    out.code = "key-does-not-fit";
    out.detail = "no key given with --key-file opens this backup, or the file is damaged";
  } else if (error.code == ErrorCode::corrupt) {
    out.code = "database-damaged";
  }
  return out;
}

/// Everything of one database; names of contacts go into `filling`, those known so far are in `contacts`.
Result<void> read(const std::vector<InputFile>& files, std::size_t at, const Statement& statement,
                  FilesBeside& beside, const ContactBook& contacts, ContactBook& filling, Tally& tally) {
  const InputFile& file = files[at];
  if (!TRY(tally.begin(file.path, 0)))
    return tally.refuse(
        {file.path, 0, file.bytes, "killed-its-reader", "reading this database ended its reader"});
  Bytes holder;
  const auto bytes = database_of(file, statement, holder);
  if (!bytes) return tally.refuse(refusal_of(file, bytes.error()));
  auto opened = database::open_with_log(files, at, *bytes);
  if (!opened) return tally.refuse(refusal_of(file, opened.error()));
  if (!is_known(opened->database))
    return tally.refuse(
        {file.path, 0, file.bytes, "not-understood", "the database has no table of messages or contacts"});
  Reading reading{
      file.path, opened->database,         beside, tally, database::Damage(tally, file, "database-damaged"),
      contacts,  std::move(opened->doubts)};
  TRY(filling.read(reading));
  if (is_ios(opened->database)) return read_ios(reading);
  TRY(read_android(reading));
  return read_android_old(reading);
}

std::string directory_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? std::string() : path.substr(0, slash);
}

/// wa.db: by its table; an encrypted one, whose tables nobody sees yet, by its name.
bool holds_contacts(const InputFile& file) {
  if (!database::is_database(file.bytes))
    return file.path.substr(file.path.rfind('/') + 1).starts_with("wa.");
  const auto opened = Database::open(file.bytes);
  return opened && has_contacts(*opened);
}

/// The contacts of one telephone lie in the directory of its messages ("databases"), or in one beside that ("Backups"
/// beside "Databases").
class ContactBooks {
 public:
  ContactBook& in(const std::string& path) { return books_[directory_of(path)]; }
  const ContactBook& of(const std::string& path) const {
    const std::string directory = directory_of(path);
    if (const auto found = books_.find(directory); found != books_.end()) return found->second;
    for (const auto& [other, book] : books_) {
      if (directory_of(other) == directory_of(directory)) return book;
    }
    return none_;
  }

 private:
  std::map<std::string, ContactBook> books_;
  ContactBook none_;
};

/// Ours, and the logs beside ours; all others lie beside.
std::pair<std::set<std::size_t>, std::set<std::size_t>> sorted(const std::vector<InputFile>& files) {
  std::set<std::size_t> ours, not_beside;
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (is_ours(files[i].bytes)) ours.insert(i);
    if (database::is_log_beside(files, i)) not_beside.insert(i);
  }
  not_beside.insert(ours.begin(), ours.end());
  return {ours, not_beside};
}

Result<Outcome> parse(const std::vector<InputFile>& files, const Statement& statement, const Limits&,
                      Sink& sink) {
  Tally tally(sink, kSource, kParserVersion);
  const auto [ours, not_beside] = sorted(files);
  FilesBeside beside(files, not_beside);
  ContactBooks books;
  for (const std::size_t at : ours) {
    if (!holds_contacts(files[at])) continue;
    ContactBook& book = books.in(files[at].path);
    TRY(read(files, at, statement, beside, book, book, tally));
  }
  for (const std::size_t at : ours) {
    ContactBook unused;
    if (!holds_contacts(files[at]))
      TRY(read(files, at, statement, beside, books.of(files[at].path), unused, tally));
  }
  TRY(beside.hand_over(tally));
  return tally.outcome();
}

Result<std::uint64_t> count(const std::vector<InputFile>& files, const Statement& statement, const Limits&) {
  const auto [ours, not_beside] = sorted(files);
  std::uint64_t found = files.size() - not_beside.size();
  for (const std::size_t at : ours) {
    Bytes holder;
    const auto bytes = database_of(files[at], statement, holder);
    const auto opened = bytes ? database::open_with_log(files, at, *bytes)
                              : Result<database::Opened>(std::unexpected(bytes.error()));
    found += opened && is_known(opened->database) ? count_rows(opened->database) : 1;
  }
  return found;
}

}  // namespace

const Parser& parser() {
  static constexpr Parser kParser{kSource, detect, parse, count};
  return kParser;
}

}  // namespace strongroom::capture::whatsapp_db
