/// How the things on the disk are kept: who may read keys and change files, whether there is room, whether what is
/// called durable can be, how old the backup is.
#pragma once

#include <optional>

#include "doctor/finding.h"
#include "platform/machine.h"

namespace strongroom::doctor {

/// What a directory of ours is, by what lies in it.
enum class DirectoryKind { server, witness, person, device, unknown };
std::string_view name_of(DirectoryKind kind);
/// From the names in it.
DirectoryKind recognise_directory(const std::vector<std::string>& names);
/// The files in it that hold keys, whether or not they are there.
std::vector<std::string> key_files(DirectoryKind kind);

/// What a file is to be judged as.
enum class FileRole { secret, data, own_directory, directory_above };
/// `owner` is whom the directory belongs to; null for the directory itself and those above.
Findings judge_file(const std::string& path, FileRole role, const platform::FileStatus& status,
                    std::optional<std::uint32_t> owner);

Findings judge_space(const std::string& path, const platform::Space& space);

enum class Medium { rotating, solid, unknown };
/// What a measured rate can tell: too fast for a rotating disk is untrue; too slow is slow. A disk or a virtual machine
/// that keeps its promises and one that only says so look alike.
Findings judge_sync(const std::string& path, const platform::SyncMeasure& measured, Medium medium);

/// "made" of a backup.json (docs/formats/backup.md), of its first bytes; nothing if it is not to be found.
std::optional<std::int64_t> backup_made_s(std::string_view manifest_start);
/// `made_s` is nothing where there is no backup at all.
Findings judge_backup(const std::string& path, std::optional<std::int64_t> made_s, std::int64_t now_s,
                      std::int64_t age_max_s);

}  // namespace strongroom::doctor
