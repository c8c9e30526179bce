/// Small compound files and winmail.dat made by tests.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace strongroom::capture::mail {

inline std::string little_bytes(std::uint64_t value, std::size_t size) {
  std::string out;
  for (std::size_t i = 0; i < size; ++i) out.push_back(static_cast<char>(value >> (8 * i)));
  return out;
}

inline std::string fixed_property(std::uint64_t id, std::uint64_t type, std::uint64_t value) {
  return little_bytes(type, 2) + little_bytes(id, 2) + little_bytes(6, 4) + little_bytes(value, 8);
}

inline std::string tnef_begin() { return little_bytes(0x223E9F78, 4) + little_bytes(1, 2); }
inline std::string tnef_attribute(char level, std::uint64_t id, const std::string& data) {
  return std::string(1, level) + little_bytes(id, 4) + little_bytes(data.size(), 4) + data +
         std::string(2, '\0');
}

/// Version 3, sectors of 512 bytes; siblings in one chain to the right.
class TestCompound {
 public:
  TestCompound() { entries_.push_back({"Root Entry", 5, {}, kNone, kNone, kNone}); }
  std::size_t storage(std::size_t parent, const std::string& name) {
    return add(parent, {name, 1, {}, kNone, kNone, kNone});
  }
  void stream(std::size_t parent, const std::string& name, const std::string& content) {
    add(parent, {name, 2, content, kNone, kNone, kNone});
  }
  std::string bytes() {
    std::string small;
    std::vector<std::uint32_t> small_table;
    for (Entry& e : entries_) {
      if (e.type != 2 || e.content.size() >= 4096) continue;
      e.start = e.content.empty() ? kEnd : static_cast<std::uint32_t>(small.size() / 64);
      small += e.content + std::string((64 - e.content.size() % 64) % 64, '\0');
      while (small_table.size() * 64 < small.size())
        small_table.push_back(static_cast<std::uint32_t>(small_table.size() + 1));
      if (!e.content.empty()) small_table.back() = kEnd;
    }
    for (Entry& e : entries_) {
      if (e.type == 2 && e.content.size() >= 4096) e.start = put(e.content);
    }
    entries_[0].content = small;
    entries_[0].start = put(small);
    std::string table_bytes;
    for (const std::uint32_t n : small_table) table_bytes += little_bytes(n, 4);
    const std::uint32_t small_table_start = put(table_bytes);
    std::string directory;
    for (const Entry& e : entries_) directory += entry(e);
    const std::uint32_t directory_start = put(directory);
    table_.resize((table_.size() + 2 + 127) / 128 * 128, kNone);
    std::string table;
    for (const std::uint32_t n : table_) table += little_bytes(n, 4);
    const std::size_t table_start = body_.size() / 512, tables = table.size() / 512;
    std::string header = little_bytes(0xE11AB1A1E011CFD0, 8) + std::string(16, '\0') + little_bytes(0x3E, 2) +
                         little_bytes(3, 2) + little_bytes(0xFFFE, 2) + little_bytes(9, 2) +
                         little_bytes(6, 2) + std::string(10, '\0') + little_bytes(tables, 4) +
                         little_bytes(directory_start, 4) + std::string(4, '\0') + little_bytes(4096, 4) +
                         little_bytes(small_table_start, 4) + little_bytes(1, 4) + little_bytes(kEnd, 4) +
                         little_bytes(0, 4);
    for (std::size_t i = 0; i < 109; ++i) header += little_bytes(i < tables ? table_start + i : kNone, 4);
    return header + body_ + table;
  }

 private:
  static constexpr std::uint32_t kNone = 0xFFFFFFFF, kEnd = 0xFFFFFFFE;
  struct Entry {
    std::string name;
    char type;
    std::string content;
    std::uint32_t right, child, start;
  };
  std::size_t add(std::size_t parent, Entry entry) {
    entry.right = entries_[parent].child;
    entries_[parent].child = static_cast<std::uint32_t>(entries_.size());
    entries_.push_back(std::move(entry));
    return entries_.size() - 1;
  }
  std::uint32_t put(const std::string& content) {
    if (content.empty()) return kEnd;
    const auto start = static_cast<std::uint32_t>(table_.size());
    body_ += content + std::string((512 - content.size() % 512) % 512, '\0');
    while (table_.size() * 512 < body_.size())
      table_.push_back(static_cast<std::uint32_t>(table_.size() + 1));
    table_.back() = kEnd;
    return start;
  }
  static std::string entry(const Entry& e) {
    std::string name;
    for (const char c : e.name) name += {c, '\0'};
    const std::size_t length = name.size() + 2;
    name.resize(64, '\0');
    return name + little_bytes(length, 2) + std::string(1, e.type) + std::string(1, '\1') +
           little_bytes(kNone, 4) + little_bytes(e.right, 4) + little_bytes(e.child, 4) +
           std::string(36, '\0') + little_bytes(e.start, 4) + little_bytes(e.content.size(), 8);
  }
  std::vector<Entry> entries_;
  std::string body_;
  std::vector<std::uint32_t> table_;
};

}  // namespace strongroom::capture::mail
