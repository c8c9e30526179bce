#include "capture/mattermost/parser.h"

#include <algorithm>

#include "capture/mattermost/bulk.h"
#include "capture/mattermost/compliance.h"

namespace strongroom::capture::mattermost {
namespace {

using Is = bool (*)(std::string_view);
using CountText = std::uint64_t (*)(std::string_view, const Limits&);

template <Is is, int score>
int detect(const std::vector<InputFile>& files) {
  return std::ranges::any_of(files, [](const InputFile& file) { return is(text_of(file.bytes)); }) ? score
                                                                                                   : 0;
}

template <Is is, CountText count_text>
Result<std::uint64_t> count(const std::vector<InputFile>& files, const Statement&, const Limits& limits) {
  std::uint64_t found = 0;
  for (const InputFile& file : files)
    found += is(text_of(file.bytes)) ? count_text(text_of(file.bytes), limits) : 1;
  return found;
}

}  // namespace

const Parser& bulk_parser() {
  static constexpr Parser kParser{"mattermost-bulk", detect<is_bulk, 88>, parse_bulk,
                                  count<is_bulk, count_bulk>};
  return kParser;
}

const Parser& csv_parser() {
  static constexpr Parser kParser{"mattermost-csv", detect<is_csv, 92>, parse_csv, count<is_csv, count_csv>};
  return kParser;
}

const Parser& actiance_parser() {
  static constexpr Parser kParser{"mattermost-actiance", detect<is_actiance, 92>, parse_actiance,
                                  count<is_actiance, count_actiance>};
  return kParser;
}

}  // namespace strongroom::capture::mattermost
