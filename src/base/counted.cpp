#include "base/counted.h"

namespace strongroom {

std::string counted(std::uint64_t number, std::string_view noun) {
  std::string out = std::to_string(number) + " ";
  if (number == 1) return out.append(noun);
  if (noun.ends_with("ch")) return out.append(noun) + "es";
  if (!noun.ends_with('y')) return out.append(noun) + "s";
  noun.remove_suffix(1);
  return out.append(noun) + "ies";
}

}  // namespace strongroom
