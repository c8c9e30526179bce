/// Numbers before nouns, in sentences for people.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace strongroom {

/// "1 entry", "2 entries", "0 folders". `noun` is regular English in the singular.
std::string counted(std::uint64_t number, std::string_view noun);

}  // namespace strongroom
