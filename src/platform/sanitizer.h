/// Whether this is a sanitizer's build. Sanitizers map terabytes of shadow memory, open /proc and start threads: system
/// call filters, Landlock and limits of memory would stop them, not the program. For this room.
#pragma once

namespace strongroom::platform {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kSanitized = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif
#else
inline constexpr bool kSanitized = false;
#endif

}  // namespace strongroom::platform
