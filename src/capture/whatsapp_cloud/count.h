/// The independent count of items: brackets and names only, no JSON library.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

namespace strongroom::capture::whatsapp_cloud {

/// The records that the text of a file with webhook bodies holds, refused ones included. Envelopes for which
/// `refused_whole` says so count as one.
std::uint64_t count_items(std::string_view text, const std::function<bool(std::string_view)>& refused_whole);

}  // namespace strongroom::capture::whatsapp_cloud
