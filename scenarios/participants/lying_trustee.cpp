// A trustee that grants something else than its shares, with a receipt that says that all is well.
// Usage: lying_trustee HOME PASSPHRASE_FILE garbage|stranger|foreign COMMITMENT
//   garbage   bytes that no key opens
//   stranger  a share of nothing, well sealed to the reader
//   foreign   its shares, named as those of the next position
#include <fmt/format.h>

#include <algorithm>

#include "dealing/dealing.h"
#include "grant/device_entries.h"
#include "own_request.h"
#include "own_shares.h"
#include "roster/signing.h"

using namespace strongroom;
using namespace strongroom::person;

namespace {

Result<std::vector<grant::FolderToGrant>> folders_of(Archive& archive, const roster::RequestCopy& copy,
                                                     const roster::ReadingRequest& request) {
  std::vector<grant::FolderToGrant> out;
  auto tiles = TRY(grant::capture_tiles(archive.session()));
  for (const envelope::DeviceId& id : request.scope.devices) {
    const auto device =
        TRY(grant::read_device(archive.session(), tiles, archive.replica.state().devices().at(id)));
    for (const chain::FolderView& folder : device.chain.folders)
      if (std::ranges::binary_search(copy.folders, folder.open.header.hash)) out.push_back({folder, {}});
  }
  return TRY(fetch_share_sets(archive, std::move(out))).good;
}

Result<void> spoil(const std::string& kind, roster::Grant& grant,
                   const std::vector<grant::FolderToGrant>& folders, const roster::ReadingRequest& request,
                   platform::Entropy& entropy) {
  for (roster::GrantedShare& share : grant.shares) {
    if (kind == "garbage") share.sealed = entropy.array<1168>();
    if (kind == "foreign") ++share.position;
    if (kind != "stranger") continue;
    const auto folder = std::ranges::find(
        folders, share.folder_header, [](const grant::FolderToGrant& f) { return f.view.open.header.hash; });
    share.sealed = TRY(dealing::seal_share(entropy.secret<32>(), envelope::Purpose::grant,
                                           envelope::folder_id(folder->view.part.core), share.quorum,
                                           share.position, request.reply_key));
  }
  return {};
}

Result<void> grant_garbage(Person& person, const std::string& kind, const std::string& hex) {
  Archive archive = TRY(person.connect());
  const roster::MemberId me = TRY(person.me(archive.replica))->id;
  const roster::RegisterState& state = archive.replica.state();
  const Hash256 commitment = TRY(commitment_from(state, hex));
  const roster::RequestCopy copy = TRY(sealed_copy(person, archive, commitment));
  const auto object = TRY(
      envelope::decode_object(copy.request, roster::kReadingRequestLabel, roster::kRegisterObjectBytesMax));
  const roster::ReadingRequest request = TRY(roster::decode_reading_request(object.content));
  const auto folders = TRY(folders_of(archive, copy, request));
  grant::MadeGrant made = TRY(grant::reseal(folders, request, commitment, me, state, person.keys()));
  TRY(spoil(kind, made.grant, folders, request, person.entropy()));
  roster::Receipt receipt;
  receipt.archive = made.grant.archive;
  receipt.commitment = commitment;
  receipt.trustee = me;
  receipt.shares = made.grant.shares.size();
  receipt.grants_root = roster::grants_root(made.grant);
  receipt.grant_blob = TRY(archive.server.post_blob(roster::sign_grant(made.grant, person.signing())));
  receipt.register_head = archive.replica.tree_head(replica::Ledger::register_);
  receipt.capture_head = archive.replica.tree_head(replica::Ledger::capture);
  receipt.granted_s = person.now_s();
  TRY(grant::enter(archive.session(), envelope::RegisterType::receipt,
                   roster::sign_receipt(receipt, person.signing()), "the receipt"));
  return {};
}

Result<void> run(const std::vector<std::string>& arguments) {
  if (arguments.size() != 4)
    return fail(ErrorCode::malformed, "HOME PASSPHRASE_FILE garbage|stranger|foreign COMMITMENT");
  PersonOptions options;
  options.home = arguments[0];
  options.passphrase_file = arguments[1];
  options.asking = Asking::assume_yes;
  Person person = TRY(Person::open(options));
  return grant_garbage(person, arguments[2], arguments[3]);
}

}  // namespace

int main(int argc, char** argv) {
  const auto result = run({argv + 1, argv + argc});
  if (result) return 0;
  fmt::print(stderr, "lying_trustee: {}\n", result.error().to_string());
  return 1;
}
