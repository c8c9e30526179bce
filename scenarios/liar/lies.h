/// What a server could answer instead of the truth. Each lie is one way to treat an honest answer, or the request.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "ledger/sign.h"
#include "wire/http.h"

namespace strongroom::liar {

/// "GET /v1/object/*": method and path, with what differs from request to request left out.
std::string kind_of(const wire::RequestHead& request);

/// Honest answers to earlier requests of the same kind; null where there is none.
struct Past {
  const wire::Response* first = nullptr;  ///< the oldest, of the same target where there is one
  const wire::Response* other = nullptr;  ///< the newest with another body
};

/// The lie told instead of `honest`; nothing if it cannot be told of this answer, or would be the truth. Lies about
/// answers: gone, broken, empty, cut, grown, invented, flood, flip-N (a bit after N tenths), stale, other; about lists:
/// drop-first, drop-last, repeat, reverse; about the register: exchange (two entries of one kind change objects).
std::optional<wire::Response> told(std::string_view lie, const wire::Response& honest, const Past& past);

/// "swallow": the thanks for a request that is thrown away.
std::optional<wire::Response> swallowed(const wire::Request& request, const Past& past);
/// "alter": one bit of the request is another. False if it has no body.
bool alter(wire::Request& request);

/// "resign": the checkpoint of one entry more with an invented root, signed by the ledger's own key, over the
/// cosignatures of the true one.
std::optional<wire::Response> resigned(const wire::Response& checkpoint, const ledger::NoteSigner& ledger);

}  // namespace strongroom::liar
