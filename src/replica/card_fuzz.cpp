// What people carry by hand: archive cards and invitations. What is accepted is written back to the same text.
// Limits: -max_len=2048 -timeout=2 -rss_limit_mb=512
#include "base/check.h"
#include "replica/card.h"
#include "replica/invitation_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace strongroom;
  const BytesView bytes = std::as_bytes(std::span(data, size));
  if (const auto card = replica::parse_card(text_of(bytes)))
    CHECK(replica::format_card(*card) == text_of(bytes));
  if (const auto file = replica::parse_invitation_file(bytes))
    CHECK(equal(replica::format_invitation_file(*file).reveal(), bytes));
  if (const auto address = replica::split_address(text_of(bytes))) CHECK(!address->first.empty());
  return 0;
}
