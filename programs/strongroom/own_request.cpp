#include "own_request.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "codec/text.h"
#include "grant/key_names.h"
#include "roster/request_open.h"

namespace strongroom::person {

Result<Hash256> commitment_from(const roster::RegisterState& state, std::string_view hex) {
  if (hex.empty()) return fail(ErrorCode::malformed, "which request?", "COMMITMENT");
  std::vector<Hash256> found;
  for (const auto& [commitment, seen] : state.requests())
    if (codec::hex(commitment).starts_with(hex)) found.push_back(commitment);
  if (found.size() == 1) return found.front();
  if (found.empty())
    return fail(ErrorCode::not_found, "the register holds no such request", std::string(hex),
                "'strongroom requests' lists those it holds; the case's name does as well, for those who may "
                "know it");
  return fail(ErrorCode::refused, "several requests begin like that", std::string(hex),
              "give more of the commitment");
}

Result<roster::RequestCopy> sealed_copy(const Person& person, Archive& archive, const Hash256& commitment) {
  const roster::MemberId me = TRY(person.me(archive.replica))->id;
  const roster::SeenRequest& seen = archive.replica.state().requests().at(commitment);
  const auto mine = std::ranges::find(seen.entry.copies, me, &std::pair<roster::MemberId, Hash256>::first);
  if (mine == seen.entry.copies.end())
    return fail(ErrorCode::refused, "no copy of this request was sealed to you", codec::hex(commitment));
  const Bytes sealed = TRY_IN("your copy of the request", archive.server.object(mine->second));
  return roster::open_request_copy(sealed, commitment, TRY(person.mail()));
}

std::string case_name_of(Person& person, Archive& archive, const Hash256& commitment) {
  if (const auto own = own_request(person, commitment)) return own->request.case_name;
  const auto copy = sealed_copy(person, archive, commitment);
  if (!copy) return {};
  const auto object =
      envelope::decode_object(copy->request, roster::kReadingRequestLabel, roster::kRegisterObjectBytesMax);
  const auto request = object ? roster::decode_reading_request(object->content)
                              : Result<roster::ReadingRequest>(std::unexpected(object.error()));
  return request ? request->case_name : std::string();
}

Result<Hash256> request_meant(Person& person, Archive& archive, std::string_view words) {
  auto by_commitment = commitment_from(archive.replica.state(), words);
  if (by_commitment || by_commitment.error().code != ErrorCode::not_found) return by_commitment;
  std::vector<Hash256> found;
  for (const auto& [commitment, seen] : archive.replica.state().requests())
    if (case_name_of(person, archive, commitment) == words) found.push_back(commitment);
  if (found.empty()) return by_commitment;
  if (found.size() == 1) return found.front();
  return fail(ErrorCode::refused, "several requests have a case of that name", std::string(words),
              "give the beginning of one commitment; 'strongroom requests' lists them");
}

Result<void> keep_own_request(Person& person, const Hash256& commitment, const roster::RequestCopy& copy,
                              const Secret<32>& reply_seed) {
  roster::RequestCopy kept{copy.request, copy.salt, {}};
  TRY(person.keys().put(grant::reply_key_name(commitment), SecretBytes::copy_of(reply_seed.reveal())));
  TRY(person.keys().put(grant::own_request_name(commitment), SecretBytes::copy_of(roster::encode(kept))));
  return person.keys().save();
}

Result<OwnRequest> own_request(Person& person, const Hash256& commitment) {
  const auto kept = person.keys().get(grant::own_request_name(commitment));
  if (!kept)
    return fail(ErrorCode::not_found, "this keystore did not make that request", codec::hex(commitment),
                "only the reader who asked can open what was granted");
  OwnRequest own;
  own.copy = TRY(roster::decode_request_copy((*kept)->reveal()));
  const auto object = TRY(envelope::decode_object(own.copy.request, roster::kReadingRequestLabel,
                                                  roster::kRegisterObjectBytesMax));
  own.request = TRY(roster::decode_reading_request(object.content));
  return own;
}

std::string why_no_names(const Person& person, const replica::Replica& replica, const Error& error) {
  const auto me = person.me(replica);
  const auto reads = [&](roster::Role role) { return me && roster::has_role(**me, role); };
  if (reads(roster::Role::reader) || reads(roster::Role::officer) || reads(roster::Role::trustee))
    return error.to_string();
  return "names are in the directory, which approvers and auditors do not hold";
}

std::string describe(const Person& person, const replica::Replica& replica,
                     const roster::ReadingRequest& request) {
  const auto custodians = person.custodians(replica);
  std::string out;
  if (request.purpose == roster::RequestPurpose::drill)
    out += "  DRILL       of canary folders, which hold nobody's messages; trustees' programs check that\n";
  out += fmt::format(
      "  case        {}\n  basis       {}\n  asked by    {}\n  days        {} to {}\n  classes     {}\n  "
      "folders     {}\n"
      "  valid until {}\n",
      request.case_name, request.legal_basis, person.name_of(replica, request.reader),
      envelope::day_name(request.scope.day_from), envelope::day_name(request.scope.day_to),
      fmt::join(request.scope.classes, ", "), request.scope.folders,
      envelope::day_name(static_cast<std::uint32_t>(request.expires_s / 86400)));
  for (const envelope::DeviceId& device : request.scope.devices) {
    std::string whose;
    if (custodians)
      whose = custodians->contains(device) ? "  " + custodians->at(device) : "  not in the directory";
    out += fmt::format("  device      {}{}\n", codec::hex(device), whose);
  }
  if (!custodians) out += "  custodians  " + why_no_names(person, replica, custodians.error()) + "\n";
  return out;
}

}  // namespace strongroom::person
