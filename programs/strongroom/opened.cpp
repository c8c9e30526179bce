#include "opened.h"

#include <fmt/format.h>

#include "codec/text.h"
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
