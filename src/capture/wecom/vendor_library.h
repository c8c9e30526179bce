/// The five functions of the vendor's library (libWeWorkFinanceSdk_C.so) that open a message. Loading it is not done
/// here: strongroom-parse does it, before it closes its cage.
#pragma once

#include <array>
#include <span>

#include "capture/parser.h"

namespace strongroom::capture::wecom {

/// In this order.
inline constexpr std::array<const char*, 5> kVendorSymbols{"NewSlice", "FreeSlice", "DecryptData",
                                                           "GetContentFromSlice", "GetSliceLen"};

/// Calls them. What is given back is what the library says; nothing of it is believed but its length, up to 64 MiB.
/// `corrupt` if it cannot open the message. `symbols`: their addresses, one for each of kVendorSymbols.
VendorOpen vendor_open(std::span<void* const> symbols);

}  // namespace strongroom::capture::wecom
