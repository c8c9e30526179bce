#include "opened.h"

#include <fmt/format.h>

#include "codec/text.h"
#include "grant/fetch_case.h"
#include "grant/key_names.h"
#include "grant/open_case.h"

namespace strongroom::person {

Result<Hash256> own_case(Person& person, std::string_view case_name) {
  constexpr std::string_view prefix = "request/";
  std::vector<Hash256> found;
  for (const std::string& name : person.keys().names(prefix)) {
    const auto commitment = TRY(codec::array_from_hex<32>(std::string_view(name).substr(prefix.size())));
    const bool by_hex = !case_name.empty() && name.substr(prefix.size()).starts_with(case_name);
    if (by_hex || TRY(own_request(person, commitment)).request.case_name == case_name)
      found.push_back(commitment);
  }
  if (found.size() == 1) return found.front();
  if (found.empty())
    return fail(ErrorCode::not_found, "you have made no such request", std::string(case_name),
                "'strongroom requests' lists commitments; the case's name does as well");
  return fail(ErrorCode::refused, "several of your requests are meant", std::string(case_name),
              "give the beginning of one commitment");
}

Result<void> wait_for_grants(Archive& archive, const Hash256& commitment, std::uint64_t wait_s) {
  const auto enough = [&](const replica::Replica& r) {
    const auto progress = grant::progress_of(r.state(), commitment);
    return progress && progress->granted.size() >= progress->wanted;
  };
  if (!enough(archive.replica) && wait_s > 0)
    static_cast<void>(
        grant::refresh_until(archive.session(), enough, "enough grants", std::chrono::seconds(wait_s)));
  const grant::Progress progress = TRY(grant::progress_of(archive.replica.state(), commitment));
  if (progress.granted.empty())
    return fail(ErrorCode::unavailable, fmt::format("0 of {} trustees have granted this", progress.wanted),
                {},
                progress.approvers.empty() ? "an approver runs 'strongroom approve' first"
                                           : "trustees run 'strongroom grant'; then open it again");
  return {};
}

Result<void> fetch_granted(Person& person, Archive& archive, const Hash256& commitment) {
  const OwnRequest own = TRY(own_request(person, commitment));
  grant::CaseStore store(person.files(), person.path("cases"), commitment);
  const std::vector<Hash256> folders = TRY(store.folders());
  const grant::Fetched fetched =
      TRY(grant::fetch_case(archive.session(), store, own.request, commitment, folders));
  return store.keep_index(fetched.index, TRY(person.seed(grant::reply_key_name(commitment))).reveal());
}

Result<grant::OpenedCase> load_case(Person& person, const replica::Replica& replica,
                                    const Hash256& commitment) {
  const OwnRequest own = TRY(own_request(person, commitment));
  const grant::CaseStore store(person.files(), person.path("cases"), commitment);
  const std::vector<Hash256> folders = TRY(store.folders());
  if (roster::folders_root(folders) != own.request.scope.folders_root)
    return fail(ErrorCode::corrupt, "the list of folders is not the one that was asked for",
                store.directory());
  const Secret<32> reply_seed = TRY(person.seed(grant::reply_key_name(commitment)));
  const auto custodians = person.custodians(replica).value_or(std::map<envelope::DeviceId, std::string>{});
  return grant::open_case({own.request, commitment, folders, reply_seed, replica.state(), custodians}, store);
}

}  // namespace strongroom::person
