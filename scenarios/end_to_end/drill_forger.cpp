// A dishonest reader's program, for the test of drills: it leaves out what strongroom checks before it asks or tells.
// Usage: drill_forger HOME PASSPHRASE_FILE ask DEVICE          a "drill" of folders that are no canaries
//        drill_forger HOME PASSPHRASE_FILE tell COMMITMENT     a drill told with answers that nobody found
#include <fmt/format.h>

#include <algorithm>

#include "asking.h"
#include "canaries.h"
#include "codec/text.h"
#include "grant/device_entries.h"
#include "own_request.h"
#include "roster/signing.h"

using namespace strongroom;
using namespace strongroom::person;

namespace {

Result<void> ask_for_messages(Person& person, Archive& archive, const std::string& device_hex) {
  const roster::RegisterState& state = archive.replica.state();
  const auto id = TRY(codec::array_from_hex<16>(device_hex));
  auto tiles = TRY(grant::capture_tiles(archive.session()));
  const auto device = TRY(grant::read_device(archive.session(), tiles, state.devices().at(id)));
  Wish wish;
  wish.request.purpose = roster::RequestPurpose::drill;
  wish.request.reader = TRY(person.me(archive.replica))->id;
  wish.request.case_name = "Drill";
  wish.request.legal_basis = "Drill: canary folders only";
  wish.request.scope.devices = {id};
  wish.request.scope.classes = {1};
  wish.request.scope.day_to = 40000;
  for (const chain::FolderView& folder : device.chain.folders) {
    if (folder.core.core0.mode == envelope::CaptureMode::canary) continue;
    wish.folders.push_back(folder.open.header.hash);
    wish.newest = std::max(wish.newest, folder.open.leaf);
  }
  const Asked done = TRY(ask(person, archive, person.options(), std::move(wish)));
  fmt::print("{{\"commitment\": \"{}\"}}\n", codec::hex(done.commitment));
  return {};
}

Result<void> tell(Person& person, Archive& archive, const std::string& commitment_hex) {
  const roster::RegisterState& state = archive.replica.state();
  const Hash256 commitment = TRY(commitment_from(state, commitment_hex));
  roster::Drill drill{
      state.archive(), state.current_roster()->hash, commitment, TRY(person.me(archive.replica))->id, {},
      person.now_s()};
  std::vector<roster::MemberId> trustees;
  for (const auto& [leaf, receipt] : state.requests().at(commitment).receipts)
    trustees.push_back(receipt.trustee);
  std::ranges::sort(trustees);
  std::vector<envelope::DeviceId> devices;
  for (const auto& [id, device] : state.devices()) devices.push_back(id);
  for (const FoundCanary& canary : TRY(find_canaries(archive, devices)))
    drill.folders.push_back({canary.asked.header_hash, canary.asked.device, canary.asked.lot,
                             roster::DrillOutcome::opened, person.entropy().array<32>(), trustees});
  std::ranges::sort(drill.folders, {}, &roster::DrilledFolder::folder_header);
  TRY(grant::enter(archive.session(), envelope::RegisterType::drill,
                   roster::sign_drill(drill, person.signing()), "the drill"));
  return {};
}

Result<void> run(const std::vector<std::string>& arguments) {
  if (arguments.size() != 4) return fail(ErrorCode::malformed, "HOME PASSPHRASE_FILE ask|tell WHAT");
  PersonOptions options;
  options.home = arguments[0];
  options.passphrase_file = arguments[1];
  options.form = Form::json;
  options.asking = Asking::assume_yes;
  Person person = TRY(Person::open(options));
  Archive archive = TRY(person.connect());
  return arguments[2] == "ask" ? ask_for_messages(person, archive, arguments[3])
                               : tell(person, archive, arguments[3]);
}

}  // namespace

int main(int argc, char** argv) {
  const auto result = run({argv + 1, argv + argc});
  if (result) return 0;
  fmt::print(stderr, "drill_forger: {}\n", result.error().to_string());
  return 1;
}
