#include "asking.h"

#include <fmt/format.h>

#include "grant/case_store.h"
#include "own_request.h"
#include "roster/request_seal.h"

namespace strongroom::person {
namespace {

/// §5.3 will demand that the last cross leaf before the request covers every folder of the list.
Result<void> wait_for_cross(Archive& archive, std::uint64_t newest) {
  TRY(archive.server.ask_cross());
  return grant::refresh_until(
      archive.session(),
      [&](const replica::Replica& r) {
        const auto& crosses = r.state().cross_leaves();
        return !crosses.empty() && crosses.back().capture_head.size > newest;
      },
      "a cross leaf that covers the folders");
}

}  // namespace

Result<Asked> ask(Person& person, Archive& archive, const PersonOptions& options, Wish wish) {
  TRY(wait_for_cross(archive, wish.newest));
  const Secret<32> reply_seed = person.entropy().secret<32>();
  wish.request.reply_key = crypto::xwing::public_from_seed(reply_seed);
  wish.request.asked_s = person.now_s();
  wish.request.expires_s = wish.request.asked_s + wish.days_valid * 86400;
  const auto prepared =
      TRY(roster::prepare_request(wish.request, wish.folders, *TRY(archive.replica.roster()),
                                  person.signing(), person.entropy().array<32>()));
  const Hash256& commitment = prepared.entry.commitment;
  if (options.form == Form::text) {
    wish.request.scope.folders = wish.folders.size();
    fmt::print("{}{}", describe(person, archive.replica, wish.request), wish.shown);
  }
  TRY(confirm(options, "Ask for this?"));
  // The one-time key is on disk before anybody can answer it.
  TRY(keep_own_request(person, commitment, prepared.copy, reply_seed));
  grant::CaseStore store(person.files(), person.path("cases"), commitment);
  TRY(store.keep_folders(prepared.copy.folders));
  for (const auto& [member, sealed] : prepared.sealed) TRY(archive.server.post_blob(sealed));
  const std::uint64_t leaf = TRY(
      grant::enter(archive.session(), envelope::RegisterType::request, prepared.entry_object, "the request"));
  return Asked{commitment, leaf};
}

}  // namespace strongroom::person
