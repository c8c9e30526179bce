/// Material of other applications in the sizes that matter, made anew for each run: the same every time.
#pragma once

#include <cstdint>
#include <string>

namespace strongroom::bench {

// Each writes one file (or, for the maildir, a directory) and gives its size in bytes.
std::uint64_t write_json_lines(const std::string& path, std::size_t messages);
std::uint64_t write_signal_cli(const std::string& path, std::size_t messages);
std::uint64_t write_signal(const std::string& path, std::size_t messages);
std::uint64_t write_telegram(const std::string& path, std::size_t messages);
std::uint64_t write_wecom(const std::string& path, std::size_t messages);
std::uint64_t write_matrix(const std::string& path, std::size_t messages);
std::uint64_t write_slack(const std::string& path, std::size_t messages);
std::uint64_t write_discord(const std::string& path, std::size_t messages);
std::uint64_t write_teams(const std::string& path, std::size_t messages);
std::uint64_t write_mattermost(const std::string& path, std::size_t messages);
std::uint64_t write_sms(const std::string& path, std::size_t messages);
std::uint64_t write_mbox(const std::string& path, std::size_t mails);
std::uint64_t write_maildir(const std::string& path, std::size_t mails);
std::uint64_t write_imessage(const std::string& path, std::size_t messages);

/// Every frame of such a backup parsed by protobuf, and thrown away.
void protobuf_frames(const std::string& path);

}  // namespace strongroom::bench
