/// What can be captured, in words for people: from the source.txt beside each connector. Needs no connector, so that a
/// program without parsers can say it. The page docs/connectors.md is made of it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace strongroom::capture {

/// One source, as its source.txt says.
struct SourceText {
  std::string source;  ///< "whatsapp-text"
  std::string name;  ///< "WhatsApp, exported chat"
  std::string reads;  ///< which files
  std::string captured;
  std::string never;  ///< what the source never gives
  std::string checked;  ///< how the reading was checked
};

/// The blocks of one or more source.txt: "field: text" lines, blocks parted by empty lines, fields in this order.
/// nullopt if a block lacks a field, repeats one or has another.
std::optional<std::vector<SourceText>> parse_source_texts(std::string_view text);
/// Of this build, sorted by source.
const std::vector<SourceText>& source_texts();

/// For a terminal, lines of at most 100 columns.
std::string sources_table(const std::vector<SourceText>& sources);
/// The page docs/connectors.md.
std::string sources_page(const std::vector<SourceText>& sources);

}  // namespace strongroom::capture
