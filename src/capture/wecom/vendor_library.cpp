#include "capture/wecom/vendor_library.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "base/check.h"
#include "base/secret.h"

namespace strongroom::capture::wecom {
namespace {

constexpr int kMessageBytesMax = 64 << 20;

struct Slice;  // the library's own
using NewSlice = Slice* (*)();
using FreeSlice = void (*)(Slice*);
using DecryptData = int (*)(const char* key, const char* message, Slice* out);
using GetContentFromSlice = char* (*)(Slice*);
using GetSliceLen = int (*)(Slice*);

/// Ends with a NUL, is wiped.
SecretBytes as_c_string(std::string_view text) {
  SecretBytes out(text.size() + 1);
  std::ranges::copy(bytes_of(text), out.reveal_mutable().begin());
  out.reveal_mutable().back() = std::byte{0};
  return out;
}

class Library {
 public:
  explicit Library(std::span<void* const> symbols)
      : new_slice_(reinterpret_cast<NewSlice>(symbols[0])),
        free_slice_(reinterpret_cast<FreeSlice>(symbols[1])),
        decrypt_(reinterpret_cast<DecryptData>(symbols[2])),
        content_(reinterpret_cast<GetContentFromSlice>(symbols[3])),
        length_(reinterpret_cast<GetSliceLen>(symbols[4])) {}

  Result<Bytes> open(std::string_view key, std::string_view message) const {
    if (key.contains('\0') || message.contains('\0'))
      return fail(ErrorCode::corrupt, "a key or a message with a NUL in it");
    const std::unique_ptr<Slice, FreeSlice> slice(new_slice_(), free_slice_);
    if (slice == nullptr) return fail(ErrorCode::corrupt, "NewSlice gives nothing");
    const SecretBytes key_text = as_c_string(key);
    const int answer = decrypt_(reinterpret_cast<const char*>(key_text.reveal().data()),
                                std::string(message).c_str(), slice.get());
    if (answer != 0) return fail(ErrorCode::corrupt, fmt::format("DecryptData answers {}", answer));
    const int length = length_(slice.get());
    const char* content = content_(slice.get());
    if (content == nullptr || length <= 0 || length > kMessageBytesMax)
      return fail(ErrorCode::corrupt, fmt::format("DecryptData succeeds and gives {} bytes", length));
    return copy_of(bytes_of(std::string_view(content, static_cast<std::size_t>(length))));
  }

 private:
  NewSlice new_slice_;
  FreeSlice free_slice_;
  DecryptData decrypt_;
  GetContentFromSlice content_;
  GetSliceLen length_;
};

}  // namespace

VendorOpen vendor_open(std::span<void* const> symbols) {
  CHECK(symbols.size() == kVendorSymbols.size());
  return [library = Library(symbols)](std::string_view key, std::string_view message) {
    return library.open(key, message);
  };
}

}  // namespace strongroom::capture::wecom
