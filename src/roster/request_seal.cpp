#include "roster/request_seal.h"

#include <fmt/format.h>

#include <algorithm>

#include "crypto/hash.h"
#include "crypto/hpke.h"
#include "roster/signing.h"

namespace strongroom::roster {
namespace {

Bytes info_for(envelope::Purpose purpose, const Hash256& context, const Member& recipient) {
  return envelope::hpke_info(purpose, context, std::nullopt, std::nullopt, crypto::sha256(recipient.mail));
}

Hash256 commitment_of(const RequestCopy& copy) { return request_commitment(copy.salt, copy.request); }

}  // namespace

Result<Bytes> seal_request_copy(const RequestCopy& copy, const Hash256& commitment, const Member& recipient) {
  crypto::Hkdf hkdf(copy.salt);
  const Secret<64> randomness =
      hkdf.key64(cbor::labelled("request-copy", BytesView(commitment), recipient.id));
  return crypto::hpke::seal(recipient.mail, info_for(envelope::Purpose::request, commitment, recipient),
                            encode(copy), randomness);
}

Result<PreparedRequest> prepare_request(ReadingRequest request, std::vector<Hash256> folders,
                                        const SignedRoster& roster, const crypto::SigningKey& reader,
                                        const ByteArray<32>& salt) {
  std::ranges::sort(folders);
  folders.erase(std::ranges::unique(folders).begin(), folders.end());
  if (folders.size() > kFoldersPerRequestMax)
    return fail(ErrorCode::limit_exceeded, "a request lists at most 4096 folders", "request",
                "make several requests under one case");
  request.archive = archive_of(roster);
  request.roster = roster.hash;
  request.scope.folders = folders.size();
  request.scope.folders_root = folders_root(folders);
  TRY_IN("request", decode_reading_request(encode(request)));  // what others will accept

  PreparedRequest out;
  out.copy = {sign_reading_request(request, reader), salt, std::move(folders)};
  out.entry.archive = request.archive;
  out.entry.reader = request.reader;
  out.entry.commitment = commitment_of(out.copy);
  out.entry.asked_s = request.asked_s;
  for (const MemberId id : request_recipients(roster.roster)) {
    Bytes sealed = TRY_IN(fmt::format("request, copy of member {}", id),
                          seal_request_copy(out.copy, out.entry.commitment, *find_member(roster.roster, id)));
    out.entry.copies.emplace_back(id, crypto::sha256(sealed));
    out.sealed.emplace_back(id, std::move(sealed));
  }
  out.entry_object = sign_request_entry(out.entry, reader);
  return out;
}

Result<void> check_request_copies(const RequestCopy& copy, const RequestEntry& entry,
                                  const SignedRoster& roster) {
  const std::vector<MemberId> wanted = request_recipients(roster.roster);
  if (!std::ranges::equal(wanted, entry.copies, {}, {}, &std::pair<MemberId, Hash256>::first))
    return fail(ErrorCode::unauthenticated,
                "the request did not go to exactly the trustees, approvers and auditors", "request");
  for (const auto& [id, digest] : entry.copies) {
    const Bytes again = TRY(seal_request_copy(copy, entry.commitment, *find_member(roster.roster, id)));
    if (crypto::sha256(again) != digest)
      return fail(ErrorCode::unauthenticated,
                  fmt::format("member {} was sent something else than this request", id), "request",
                  "act on no copy; report this to the officers and the audit committee");
  }
  return {};
}

Result<SealedDirectory> seal_directory(const std::vector<DirectoryEntry>& entries, const SignedRoster& roster,
                                       MemberId officer, std::uint64_t issued_s, platform::Entropy& entropy) {
  SealedDirectory out;
  out.archive = archive_of(roster);
  out.roster = roster.hash;
  out.officer = officer;
  out.issued_s = issued_s;
  const Bytes content = encode(entries);
  TRY_IN("directory", decode_directory(content));
  for (const Member& m : roster.roster.members) {
    if (!has_role(m, Role::reader) && !has_role(m, Role::officer) && !has_role(m, Role::trustee)) continue;
    out.copies.emplace_back(
        m.id, TRY(crypto::hpke::seal(m.mail, info_for(envelope::Purpose::directory, out.archive, m), content,
                                     entropy.secret<64>())));
  }
  return out;
}

}  // namespace strongroom::roster
