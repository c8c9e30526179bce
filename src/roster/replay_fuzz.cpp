// Entries whose content anybody may have made up, signed as the input says by members, a device and its invitation:
// replay takes each or names why not, and what it did not take changes nothing but the tree.
// First byte: type. Second: who signs (bits 0 to 5 members 1 to 6, 6 the device, 7 the invitation).
// Limits: -max_len=16384 -timeout=10 -rss_limit_mb=1024
// Dictionary: src/roster/register_objects_fuzz.dict
#include "base/check.h"
#include "base/fuzz_input.h"
#include "crypto/hash.h"
#include "envelope/object_sign.h"
#include "roster/test_organisation.h"

using namespace strongroom;
using namespace strongroom::roster;
using namespace strongroom::roster::testing;

namespace {

struct Ground {
  Ground() {
    entries = organisation.opening({organisation.lot_for_day()}, 1);
    const auto request = organisation.request({crypto::sha256({})}, Secret<32>());
    entries.push_back(entry_of(envelope::RegisterType::request, request.entry_object));
    for (const TestEntry& e : entries) CHECK(state.apply(e.leaf, e.object));
    CHECK(state.findings().empty());
  }
  Bytes sign(envelope::RegisterType type, BytesView content, unsigned who) const {
    using crypto::SignaturePolicy;
    envelope::SignedObject object{std::string(envelope::name_of(type)), copy_of(content), {}};
    for (MemberId id = 1; id <= 6; ++id)
      if ((who >> (id - 1) & 1) != 0)
        add_signature(object, envelope::signer_of(id), organisation.member(id).key, SignaturePolicy::both);
    if ((who & 64) != 0) add_signature(object, device.enrolment.device, device.key, SignaturePolicy::both);
    if ((who & 128) != 0)
      add_signature(object, device.enrolment.invitation, device.one_time, SignaturePolicy::ed25519_only);
    return envelope::encode(object);
  }

  TestOrganisation organisation;
  TestDevice device = organisation.device(1);
  std::vector<TestEntry> entries;
  RegisterState state{organisation.archive()};
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Ground ground;
  FuzzInput input(data, size);
  const auto type = static_cast<envelope::RegisterType>(1 + input.byte() % 23);
  const unsigned who = input.byte();
  const TestEntry entry = entry_of(type, ground.sign(type, input.rest(), who));
  RegisterState state = ground.state;
  CHECK(state.apply(entry.leaf, entry.object));
  CHECK(state.applied() == ground.state.applied() + 1);
  if (!state.findings().empty()) {
    CHECK(state.devices().size() == ground.state.devices().size());
    CHECK(state.requests().size() == ground.state.requests().size());
    CHECK(state.all_lot_keys().size() == ground.state.all_lot_keys().size());
    CHECK(state.rosters().size() == ground.state.rosters().size());
    CHECK(state.drills().size() == ground.state.drills().size());
  }
  return 0;
}
