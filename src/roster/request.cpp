#include "roster/request.h"

#include "roster/encoding.h"

namespace strongroom::roster {

std::vector<MemberId> request_recipients(const Roster& roster) {
  std::vector<MemberId> ids;
  for (const Member& m : roster.members) {
    if (has_role(m, Role::trustee) || has_role(m, Role::approver) || has_role(m, Role::auditor))
      ids.push_back(m.id);
  }
  return ids;
}

Result<ReadingRequest> open_request(const RequestCopy& copy, const RequestEntry& entry,
                                    const SignedRoster& roster) {
  if (request_commitment(copy.salt, copy.request) != entry.commitment)
    return fail(ErrorCode::unauthenticated, "the request is not the one the register commits to", "request");
  const envelope::SignedObject object =
      TRY(envelope::decode_object(copy.request, kReadingRequestLabel, kRegisterObjectBytesMax));
  ReadingRequest request = TRY_IN("request", decode_reading_request(object.content));
  const Member* reader = find_member(roster.roster, request.reader);
  if (reader == nullptr || !has_role(*reader, Role::reader) || request.reader != entry.reader)
    return fail(ErrorCode::unauthenticated, "the request is not from the rostered reader who entered it",
                "request");
  TRY_IN("request", envelope::verify_signer(object, envelope::signer_of(reader->id), reader->signing,
                                            crypto::SignaturePolicy::both));
  if (object.signers.size() != 1)
    return fail(ErrorCode::unauthenticated, "the request has more signers than one", "request");
  if (request.archive != archive_of(roster) || request.archive != entry.archive ||
      request.roster != roster.hash)
    return fail(ErrorCode::conflict, "the request names another archive or roster", "request");
  if (request.expires_s <= request.asked_s || request.asked_s != entry.asked_s)
    return fail(ErrorCode::malformed, "the request's times do not agree", "request");
  if (!encoding::ascending(copy.folders) || copy.folders.size() != request.scope.folders ||
      folders_root(copy.folders) != request.scope.folders_root)
    return fail(ErrorCode::unauthenticated, "the list of folders is not the one the request was signed for",
                "request");
  return request;
}

}  // namespace strongroom::roster
