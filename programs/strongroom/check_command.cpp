// check: a trustee opens its shares of a sample of folders unasked, and says in the register how they are
// (protocol §5.6).
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "base/counted.h"
#include "codec/json_text.h"
#include "commands.h"
#include "grant/device_entries.h"
#include "grant/key_names.h"
#include "own_shares.h"
#include "roster/signing.h"

namespace strongroom::person {
namespace {

/// So that the statement fits its entry, however many positions a trustee holds.
constexpr std::size_t kFoldersAtOnce = roster::kCheckedSharesMax / roster::kQuorumsMax;

struct CheckCommand {
  PersonOptions person;
  std::uint32_t percent = 1;
};

std::set<Hash256> checked_before(const roster::RegisterState& state, roster::MemberId me) {
  std::set<Hash256> out;
  for (const auto& [leaf, check] : state.share_checks())
    if (check.trustee == me)
      for (const roster::CheckedShare& share : check.shares) out.insert(share.folder_header);
  return out;
}

/// True in `percent` of a hundred calls.
bool drawn(platform::Entropy& entropy, std::uint32_t percent) {
  return read_be<std::uint64_t>(BytesView(entropy.array<8>())) % 100 < percent;
}

/// A lot key of mine opens a share of this folder.
bool mine_to_check(const Person& person, const roster::RegisterState& state, const envelope::Core0& core0,
                   roster::MemberId me) {
  return std::ranges::any_of(grant::positions_of(state, core0, me), [&](const auto& at) {
    return person.keys().contains(grant::lot_key_name(core0.lot, at.first, at.second));
  });
}

/// The first folder of every device, and a share of the others; none twice.
Result<std::vector<grant::FolderToGrant>> sample(const Person& person, Archive& archive,
                                                 const CheckCommand& asked, roster::MemberId me) {
  const std::set<Hash256> before = checked_before(archive.replica.state(), me);
  auto tiles = TRY(grant::capture_tiles(archive.session()));
  std::vector<grant::FolderToGrant> out;
  for (const auto& [id, enrolled] : archive.replica.state().devices()) {
    const auto device = TRY(grant::read_device(archive.session(), tiles, enrolled));
    for (std::size_t i = 0; i < device.chain.folders.size(); ++i) {
      const chain::FolderView& folder = device.chain.folders[i];
      if (before.contains(folder.open.header.hash)) continue;
      if (!mine_to_check(person, archive.replica.state(), folder.core.core0, me)) continue;
      if (i == 0 || drawn(person.entropy(), asked.percent)) out.push_back({folder, {}});
    }
  }
  return out;
}

Result<roster::ShareCheck> open_sample(const Person& person, Archive& archive, roster::MemberId me,
                                       const std::vector<grant::FolderToGrant>& folders,
                                       grant::OwnShares& own) {
  const roster::RegisterState& state = archive.replica.state();
  roster::ShareCheck check{state.archive(), state.current_roster()->hash, me, {}, person.now_s()};
  const auto good = [&](const grant::FolderToGrant& folder, std::uint32_t quorum, std::uint32_t position,
                        const Secret<32>&) -> Result<void> {
    check.shares.push_back({folder.view.open.header.hash, quorum, position, true});
    return {};
  };
  own = TRY(grant::open_own_shares(folders, me, state, person.keys(), good));
  for (const grant::BadDealing& bad : own.bad)
    check.shares.push_back({bad.folder, bad.quorum, bad.position, false});
  std::ranges::sort(check.shares, {}, [](const roster::CheckedShare& s) {
    return std::tuple(s.folder_header, s.quorum, s.position);
  });
  return check;
}

Result<void> check_shares(const CheckCommand& asked) {
  const Person person = TRY(Person::open(asked.person));
  Archive archive = TRY(person.connect());
  const roster::MemberId me = TRY(person.me_as(archive.replica, roster::Role::trustee))->id;
  auto sampled = TRY(sample(person, archive, asked, me));
  if (sampled.size() > kFoldersAtOnce) sampled.resize(kFoldersAtOnce);
  const auto [folders, left_out] = TRY(fetch_share_sets(archive, std::move(sampled)));
  grant::OwnShares own;
  const roster::ShareCheck check = TRY(open_sample(person, archive, me, folders, own));
  if (!check.shares.empty())
    TRY(grant::enter(archive.session(), envelope::RegisterType::share_check,
                     roster::sign_share_check(check, person.signing()), "the statement"));
  TRY(report_bad(person, archive, me, own));
  if (asked.person.form == Form::json) {
    fmt::print("{{\"folders\": {}, \"shares\": {}, \"bad\": {}, \"left_out\": {}}}\n", folders.size(),
               check.shares.size(), own.bad.size(), left_out);
  } else if (check.shares.empty()) {
    fmt::print("Nothing new to check.\n");
  } else {
    fmt::print("Opened {} of yours, of {}: {} good, {} bad. This is in the register now.\n",
               counted(check.shares.size(), "share"), counted(folders.size(), "folder"),
               check.shares.size() - own.bad.size(), own.bad.size());
  }
  if (left_out > 0)
    return fail(ErrorCode::corrupt, counted(left_out, "folder") + " could not be checked: see above", {},
                "ask the operator for what is lost; run 'strongroom-verify archive' to see what else is");
  if (own.bad.empty()) return {};
  return fail(ErrorCode::corrupt, "a device dealt shares that do not hold", {},
              "tell an officer: what that device seals could not be read when it is needed");
}

}  // namespace

void add_check_command(CLI::App& app, Run& run) {
  const auto asked = std::make_shared<CheckCommand>();
  CLI::App* command =
      app.add_subcommand("check", "open your shares of a sample of folders: do they hold? (trustee)");
  add_home_option(*command, asked->person);
  add_json_option(*command, asked->person);
  command->add_option("--percent", asked->percent, "of the folders, besides the first of every device")
      ->check(CLI::Range(0, 100))
      ->capture_default_str();
  command->footer("Example: strongroom check --percent 5");
  command->callback([=, &run] { run = [=] { return check_shares(*asked); }; });
}

}  // namespace strongroom::person
