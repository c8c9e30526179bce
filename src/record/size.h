/// About how many bytes the parts of a record take when encoded; text that is no UTF-8 may take three times its share.
#pragma once

#include <cstddef>

#include "record/record.h"

namespace strongroom::record {

/// Everything but `text`, `extra` and the bytes of the original.
std::size_t size_of_rest(const Record& record);
/// One name and value of `extra`.
std::size_t size_of_extra(const std::string& name, const Extra& value);
/// The whole record.
std::size_t rough_size_of(const Record& record);

}  // namespace strongroom::record
