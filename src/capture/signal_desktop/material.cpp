#include "capture/signal_desktop/material.h"

#include <algorithm>
#include <string_view>

#include "capture/beside.h"

namespace strongroom::capture::signal_desktop {
namespace {

std::string_view name_of(const InputFile& file) {
  return std::string_view(file.path).substr(file.path.rfind('/') + 1);
}

}  // namespace

bool is_database(const InputFile& file) { return name_of(file) == "db.sqlite" && looks_sealed(file.bytes); }

bool is_part_of_database(const InputFile& file) {
  const std::string_view name = name_of(file);
  return name == "db.sqlite-wal" || name == "db.sqlite-shm" || name == "config.json";
}

const InputFile* log_of(const InputFile& database, const std::vector<InputFile>& files) {
  const auto log =
      std::ranges::find_if(files, [&](const InputFile& f) { return f.path == database.path + "-wal"; });
  return log == files.end() ? nullptr : &*log;
}

std::expected<Plain, Shut> open(const InputFile& database, const std::vector<InputFile>& files,
                                const std::vector<GivenKey>& keys) {
  std::vector<GivenKey> key_files = keys;
  Bytes holder;
  BytesView wal;
  for (const InputFile& file : files) {
    Bytes config;
    if (name_of(file) != "config.json") continue;
    if (const auto bytes = content_of(file, config)) key_files.push_back(GivenKey::copy_of(*bytes));
    wipe(config);
  }
  bool log_unread = false;
  if (const InputFile* log = log_of(database, files)) {
    const auto bytes = content_of(*log, holder);
    log_unread = !bytes;
    if (bytes) wal = *bytes;
  }
  const std::vector<SecretBytes> candidates = keys_in(key_files);
  if (candidates.empty())
    return std::unexpected(Shut{"key-needed",
                                "this database is encrypted: give its key (64 hex digits) with --key-file, "
                                "or config.json beside it where "
                                "that has a \"key\"; where it has an \"encryptedKey\", the key has to be "
                                "taken out of the system's keyring"});
  for (const SecretBytes& key : candidates) {
    const auto fitting = page_keys(database.bytes, key);
    if (!fitting) continue;
    auto plain = decrypted(database.bytes, wal, *fitting);
    if (plain) {
      plain->log_unread = plain->log_unread || log_unread;
      return std::move(*plain);
    }
    return std::unexpected(Shut{"too-large", plain.error().what +
                                                 "; it is kept encrypted. Signal's own export of "
                                                 "chats can be read in any size"});
  }
  return std::unexpected(Shut{"key-does-not-fit", "none of the keys given opens this database"});
}

}  // namespace strongroom::capture::signal_desktop
