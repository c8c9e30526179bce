#include "agent/material.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "platform/standard_input.h"

namespace strongroom::agent {
namespace {

namespace fs = std::filesystem;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// "cur/1717171717.M1P2.host:2,S": in one of Maildir's three directories, named by the second it came in.
bool is_maildir_name(std::string_view name, std::string_view directory) {
  if (directory != "cur" && directory != "new" && directory != "tmp") return false;
  const auto end = std::ranges::find_if_not(name, is_digit);
  return end - name.begin() >= 9 && end != name.end() && *end == '.';
}

/// A mail that is a file of its own, by its name alone: whether it is one its reader decides by its content.
bool is_lone_mail(const fs::path& path) {
  std::string extension = path.extension().string();
  std::ranges::transform(extension, extension.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return extension == ".eml" ||
         is_maildir_name(path.filename().string(), path.parent_path().filename().string());
}

bool is_regular(const fs::directory_entry& entry) {
  std::error_code odd;
  return entry.symlink_status(odd).type() == fs::file_type::regular;
}

Error unreadable(const std::error_code& why, const std::string& path) {
  return {ErrorCode::io, "a directory cannot be read: " + why.message(), path,
          "let the account that runs this read it, or name the others one by one"};
}

}  // namespace

Result<Material> Material::survey(const std::string& path, const MaterialBounds& bounds) {
  Material out(path, bounds);
  if (path == "-") {
    const std::string kept = TRY(platform::keep_standard_input());
    std::error_code odd;
    if (fs::file_size(kept, odd) > 0 || odd) out.together_.push_back({"standard input", kept});
    return out;
  }
  std::error_code failed;
  const fs::path root(path);
  const fs::file_status status = fs::status(root, failed);
  if (!fs::exists(status)) return fail(ErrorCode::not_found, "there is nothing here", path, "check the path");
  if (fs::is_regular_file(status)) {
    // The user named it; a symbolic link in the name itself is their own.
    const fs::path real = fs::canonical(root, failed);
    out.together_.push_back({root.filename().string(), failed ? path : real.string()});
    return out;
  }
  if (!fs::is_directory(status))
    return fail(ErrorCode::unsupported, "this is neither a file nor a directory", path);
  TRY(out.walk());
  return out;
}

Result<void> Material::walk() {
  const fs::path root(root_);
  std::vector<fs::path> directories{root};  // not yet looked into
  std::set<std::string> mail_directories;
  std::size_t files = 0;
  while (!directories.empty()) {
    const fs::path directory = std::move(directories.back());
    directories.pop_back();
    std::error_code failed, odd;
    fs::directory_iterator at(directory, failed);
    for (const fs::directory_iterator end; !failed && at != end; at.increment(failed)) {
      if (at->symlink_status(odd).type() == fs::file_type::directory) directories.push_back(at->path());
      if (!is_regular(*at)) continue;
      const bool many = ++files > bounds_.together_max;
      const bool lone = is_lone_mail(at->path());
      const fs::path shown = at->path().lexically_relative(root);
      if (lone) mail_directories.insert(shown.parent_path().string());
      if (!lone || !many) together_.push_back({shown.string(), at->path().string()});
      if (together_.size() > bounds_.files_max)
        return fail(ErrorCode::limit_exceeded,
                    fmt::format("there are more than {} files that could belong together", bounds_.files_max),
                    {}, "name its directories one by one");
    }
    if (failed) return std::unexpected(unreadable(failed, directory.string()));
  }
  std::ranges::sort(together_, {}, &MaterialFile::shown);
  if (files <= bounds_.together_max) return {};
  std::erase_if(together_, [](const MaterialFile& file) { return is_lone_mail(file.on_disk); });
  mail_directories_.assign(mail_directories.begin(), mail_directories.end());
  together_given_ = together_.empty();
  return {};
}

Result<void> Material::list_mails(const std::string& directory) {
  std::error_code failed;
  const fs::path root(root_);
  std::vector<MaterialFile> listed;
  fs::directory_iterator at(root / directory, failed);
  for (const fs::directory_iterator end; !failed && at != end; at.increment(failed)) {
    if (is_regular(*at) && is_lone_mail(at->path()))
      listed.push_back({at->path().lexically_relative(root).string(), at->path().string()});
  }
  if (failed) return std::unexpected(unreadable(failed, (root / directory).string()));
  std::ranges::sort(listed, {}, &MaterialFile::shown);
  std::ranges::move(listed, std::back_inserter(mails_));
  return {};
}

Result<std::optional<std::vector<MaterialFile>>> Material::next() {
  if (!std::exchange(together_given_, true)) return std::optional(std::exchange(together_, {}));
  std::vector<MaterialFile> job;
  for (std::uint64_t bytes = 0; job.size() < bounds_.together_max && bytes < bounds_.job_bytes_max;) {
    if (mails_.empty()) {
      if (mail_directories_.empty()) break;
      TRY(list_mails(mail_directories_.front()));
      mail_directories_.pop_front();
      continue;
    }
    std::error_code gone;
    const std::uintmax_t size = fs::file_size(mails_.front().on_disk, gone);
    if (!gone) bytes += size;
    job.push_back(std::move(mails_.front()));
    mails_.pop_front();
  }
  if (job.empty()) return std::nullopt;
  return job;
}

}  // namespace strongroom::agent
