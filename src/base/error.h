/// What can go wrong, said so that a person can act on it.
///
/// Expected failures (bad input, refused, missing, full) travel as `Result<T>`; broken invariants stop the
/// program (base/check.h). Exceptions are not thrown by Strongroom.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace strongroom {

/// The kind of failure, for programs; the sentence in `Error` is for people.
enum class ErrorCode {
  malformed,        ///< bytes or text that do not follow their format
  unsupported,      ///< a well-formed thing of a version or kind this program does not know
  limit_exceeded,   ///< larger, deeper or longer than the limits allow
  not_found,        ///< something named does not exist
  refused,          ///< understood, and not allowed
  unauthenticated,  ///< a signature, proof, tag or identity did not hold
  conflict,         ///< the state has moved on, or a position is already taken by something else
  io,               ///< the operating system failed (file, socket, process)
  corrupt,          ///< something stored by us is no longer what was stored
  unavailable,      ///< the other side does not answer now; trying again may help
  internal,         ///< a library failed in a way its documentation does not foresee
};

/// The name of a code as users and programs see it ("malformed", "refused", ...).
std::string_view name_of(ErrorCode code);

/// One failure: what was wrong, where, and what to do next. Never holds content or secrets.
struct Error {
  ErrorCode code = ErrorCode::internal;
  std::string what;   ///< one sentence, no final stop: "the tree size has a leading zero"
  std::string where;  ///< file, offset, line, field or peer; may be empty
  std::string hint;   ///< what to do next; may be empty

  /// "what (where)\n  hint: ..." for a terminal.
  std::string to_string() const;
  /// The same error seen from one level up: `place` is put in front of `where`.
  Error in(std::string_view place) &&;
};

template <class T>
using Result = std::expected<T, Error>;

/// Shorthand for `return fail(ErrorCode::malformed, "...")`.
inline std::unexpected<Error> fail(ErrorCode code, std::string what, std::string where = {},
                                   std::string hint = {}) {
  return std::unexpected(Error{code, std::move(what), std::move(where), std::move(hint)});
}

namespace detail {
template <class T>
T take(Result<T>&& result) {
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}
}  // namespace detail

}  // namespace strongroom

#define STRONGROOM_JOIN_(a, b) a##b
#define STRONGROOM_JOIN(a, b) STRONGROOM_JOIN_(a, b)
#define STRONGROOM_TRY(result, expression, error_of) \
  __extension__({ \
    auto result = (expression); \
    if (!result) [[unlikely]] { \
      return std::unexpected(error_of); \
    } \
    ::strongroom::detail::take(std::move(result)); \
  })
#define STRONGROOM_TRY_PLAIN(result, expression) STRONGROOM_TRY(result, expression, std::move(result).error())
#define STRONGROOM_TRY_IN(result, place, expression) \
  STRONGROOM_TRY(result, expression, std::move(result).error().in(place))

/// `auto x = TRY(parse(bytes));` — the value, or return the error to the caller.
#define TRY(expression) STRONGROOM_TRY_PLAIN(STRONGROOM_JOIN(try_, __COUNTER__), expression)

/// As TRY, adding the place where it happened to the error.
#define TRY_IN(place, expression) STRONGROOM_TRY_IN(STRONGROOM_JOIN(try_, __COUNTER__), place, expression)
