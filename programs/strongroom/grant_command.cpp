// grant: a trustee checks everything and re-seals its shares to the reader (protocol §5.3, §5.4).
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/counted.h"
#include "chain/canary.h"
#include "codec/json_text.h"
#include "codec/text.h"
#include "commands.h"
#include "crypto/hash.h"
#include "grant/check_request.h"
#include "grant/device_entries.h"
#include "grant/reseal.h"
#include "grant/witness_time.h"
#include "own_request.h"
#include "own_shares.h"
#include "roster/signing.h"

namespace strongroom::person {
namespace {

constexpr std::size_t kBlobBytesMax = 8u << 20;

struct GrantCommand {
  PersonOptions person;
  std::string request;
};

/// The folders of the list as the chains of the devices in scope show them.
struct Chains {
  std::vector<grant::ListedFolder> listed;
  std::vector<grant::FolderToGrant> folders;
  std::uint64_t records = 0;
};

/// §5.3: a nonce of this session must be under the witnessed checkpoint that is acted on.
Result<ByteArray<32>> enter_nonce(const Person& person, Archive& archive, roster::MemberId me) {
  const auto nonce = person.entropy().array<32>();
  TRY(grant::enter(archive.session(), envelope::RegisterType::nonce,
                   roster::sign_nonce({me, nonce}, person.signing()), "the nonce of this session"));
  return nonce;
}

Result<Chains> read_chains(Archive& archive, ledger::AuthenticatedTiles& tiles,
                           const roster::RequestCopy& copy, const std::vector<envelope::DeviceId>& devices) {
  Chains out;
  for (const envelope::DeviceId& id : devices) {
    const auto enrolled = archive.replica.state().devices().find(id);
    if (enrolled == archive.replica.state().devices().end()) continue;
    const auto device = TRY(grant::read_device(archive.session(), tiles, enrolled->second));
    for (const chain::FolderView& folder : device.chain.folders) {
      if (!std::ranges::binary_search(copy.folders, folder.open.header.hash)) continue;
      TRY(grant::check_opening(folder, device.enrolled, archive.replica.state().archive()));
      out.listed.push_back(
          {id, folder.open.header.hash, folder.open.leaf, folder.core.core0, chain::canary_of(folder)});
      out.folders.push_back({folder, {}});
      out.records += folder.records;
    }
  }
  return out;
}

std::optional<Hash256> root_at_cross(const roster::RegisterState& state, std::uint64_t request_leaf,
                                     ledger::AuthenticatedTiles& tiles) {
  const roster::SeenCross* cross = grant::cross_before(state, request_leaf);
  if (cross == nullptr || cross->capture_head.size > tiles.size().value) return std::nullopt;
  const auto root = ledger::root_at(ledger::TreeSize{cross->capture_head.size}, tiles);
  return root ? std::optional(*root) : std::nullopt;
}

Result<std::uint64_t> post_grant(const Person& person, Archive& archive, const grant::MadeGrant& made,
                                 const envelope::TreeHead& register_head) {
  const Bytes object = roster::sign_grant(made.grant, person.signing());
  if (object.size() > kBlobBytesMax)
    return fail(ErrorCode::limit_exceeded, "the shares of this request do not fit one answer", {},
                "let the reader ask again, for fewer folders at a time");
  roster::Receipt receipt;
  receipt.archive = made.grant.archive;
  receipt.commitment = made.grant.commitment;
  receipt.trustee = made.grant.trustee;
  receipt.shares = made.grant.shares.size();
  receipt.grants_root = roster::grants_root(made.grant);
  receipt.grant_blob = TRY(archive.server.post_blob(object));
  receipt.register_head = register_head;
  receipt.capture_head = archive.replica.tree_head(replica::Ledger::capture);
  receipt.granted_s = person.now_s();
  return grant::enter(archive.session(), envelope::RegisterType::receipt,
                      roster::sign_receipt(receipt, person.signing()), "the receipt");
}

void print_result(const GrantCommand& asked, const Hash256& commitment, const grant::MadeGrant& made,
                  std::uint64_t leaf) {
  if (asked.person.form == Form::json) {
    fmt::print(
        "{{\"granted\": {}, \"folders\": {}, \"shares\": {}, \"bad\": {}, \"without_key\": {}, \"leaf\": "
        "{}}}\n",
        codec::json_string(codec::hex(commitment)), made.folders, made.grant.shares.size(),
        made.own.bad.size(), made.own.no_key, leaf);
  } else {
    fmt::print("Granted: {} of {}, receipt in the register at leaf {}. You have seen no content.\n",
               counted(made.grant.shares.size(), "share"), counted(made.folders, "folder"), leaf);
  }
}

/// §5.3, all of it, on a register that holds a nonce of this moment.
Result<grant::CheckedRequest> check_now(const Person& person, Archive& archive, roster::MemberId me,
                                        const Hash256& commitment, const roster::RequestCopy& copy,
                                        const Chains& chains, ledger::AuthenticatedTiles& tiles) {
  const ByteArray<32> nonce = TRY(enter_nonce(person, archive, me));
  const roster::RegisterState& state = archive.replica.state();
  const roster::SeenRequest& seen = state.requests().at(commitment);
  std::optional<std::uint64_t> seen_s;
  if (state.current_roster()->roster.cooling_off_s > 0)
    seen_s = TRY(grant::witness_time_of(archive.session(), tiles, seen.leaf));
  for (const auto& [leaf, receipt] : seen.receipts)
    if (receipt.trustee == me && receipt.shares > 0)
      return fail(ErrorCode::conflict, "you have granted this request already",
                  fmt::format("register leaf {}", leaf));
  return grant::check_request({state, archive.replica.tree_head(replica::Ledger::register_),
                               archive.replica.register_head()->witness_time.value_or(0), nonce, me,
                               commitment, copy, chains.listed, root_at_cross(state, seen.leaf, tiles),
                               seen_s});
}

Result<void> grant_request(const GrantCommand& asked) {
  Person person = TRY(Person::open(asked.person));
  Archive archive = TRY(person.connect());
  const roster::MemberId me = TRY(person.me_as(archive.replica, roster::Role::trustee))->id;
  const roster::RegisterState& state = archive.replica.state();
  const Hash256 commitment = TRY(request_meant(person, archive, asked.request));
  const roster::RequestCopy copy = TRY(sealed_copy(person, archive, commitment));
  const roster::ReadingRequest claimed = TRY(grant::check_copies(state, commitment, copy));
  auto tiles = TRY(grant::capture_tiles(archive.session()));
  Chains chains = TRY(read_chains(archive, tiles, copy, claimed.scope.devices));
  const grant::CheckedRequest shown = TRY(check_now(person, archive, me, commitment, copy, chains, tiles));
  // Step 8: the person confirms predicate, names, count and volume.
  fmt::print(stderr, "{}  records     {}\n  approved by {}\n",
             describe(person, archive.replica, shown.request), chains.records,
             person.name_of(archive.replica, shown.approvers.front()));
  if (shown.request.purpose == roster::RequestPurpose::drill)
    fmt::print(
        stderr,
        "  THIS IS A DRILL: every folder it names is a canary, with one small record of its device.\n");
  TRY(confirm(asked.person, "Grant your shares of these folders?"));
  // The person may have taken a day: what forbids it since then is looked for again.
  const grant::CheckedRequest checked = TRY(check_now(person, archive, me, commitment, copy, chains, tiles));
  const envelope::TreeHead register_head = archive.replica.tree_head(replica::Ledger::register_);
  chains.folders = TRY(fetch_share_sets(archive, std::move(chains.folders))).good;
  const grant::MadeGrant made =
      TRY(grant::reseal(chains.folders, checked.request, commitment, me, state, person.keys()));
  TRY(report_bad(person, archive, me, made.own));
  if (made.grant.shares.empty())
    return fail(ErrorCode::refused, "there is no share that you could grant", {},
                "what is wrong is named above");
  const std::uint64_t leaf = TRY(post_grant(person, archive, made, register_head));
  print_result(asked, commitment, made, leaf);
  return {};
}

}  // namespace

void add_grant_command(CLI::App& app, Run& run) {
  const auto asked = std::make_shared<GrantCommand>();
  CLI::App* command =
      app.add_subcommand("grant", "check an approved request and grant your shares (trustee)");
  add_home_option(*command, asked->person);
  add_json_option(*command, asked->person);
  add_yes_option(*command, asked->person);
  command->add_option("REQUEST", asked->request, "the beginning of its commitment, or the case's name")
      ->required();
  command->footer("Example: strongroom grant 5f1c2a");
  command->callback([=, &run] { run = [=] { return grant_request(*asked); }; });
}

}  // namespace strongroom::person
