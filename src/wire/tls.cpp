#include "wire/tls.h"

#include <algorithm>

namespace strongroom::wire {

bool PinSet::accepts(const Pin& pin) const { return std::ranges::find(pins_, pin) != pins_.end(); }

}  // namespace strongroom::wire
