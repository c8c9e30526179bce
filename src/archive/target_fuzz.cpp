// The target of a request, taken apart: its parts, joined, are the path again. Error answers are one JSON object.
// Limits: -max_len=1024 -timeout=2 -rss_limit_mb=512
#include "archive/answers.h"
#include "base/check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace strongroom;
  const std::string text = "/" + std::string(reinterpret_cast<const char*>(data), size);
  const archive::Target target = archive::parse_target(text);
  std::string path;
  for (const std::string_view part : target.parts) {
    CHECK(part.find('/') == part.npos && part.find('?') == part.npos);
    path += "/" + std::string(part);
  }
  CHECK(path == text.substr(0, text.find('?')));
  if (const auto number = target.number("from", 7, 1000)) CHECK(*number <= 1000);
  const auto answer = archive::answer_of(Error{ErrorCode::refused, text, text, text});
  for (const std::byte b : BytesView(answer.body).first(answer.body.size() - 1)) CHECK(b >= std::byte{0x20});
  return 0;
}
