#include "roster/request_open.h"

#include "crypto/hash.h"
#include "crypto/hpke.h"

namespace strongroom::roster {
namespace {

Result<SecretBytes> open_for(envelope::Purpose purpose, const Hash256& context, BytesView sealed,
                             const crypto::xwing::PrivateKey& mail) {
  const Bytes info =
      envelope::hpke_info(purpose, context, std::nullopt, std::nullopt, crypto::sha256(mail.public_key()));
  return crypto::hpke::open(mail, info, sealed);
}

}  // namespace

Result<RequestCopy> open_request_copy(BytesView sealed, const Hash256& commitment,
                                      const crypto::xwing::PrivateKey& mail) {
  const SecretBytes opened =
      TRY_IN("copy of a request", open_for(envelope::Purpose::request, commitment, sealed, mail));
  return decode_request_copy(opened.reveal());
}

Result<std::vector<DirectoryEntry>> open_directory_copy(BytesView sealed, const Hash256& archive,
                                                        const crypto::xwing::PrivateKey& mail) {
  const SecretBytes opened =
      TRY_IN("copy of the directory", open_for(envelope::Purpose::directory, archive, sealed, mail));
  return decode_directory(opened.reveal());
}

}  // namespace strongroom::roster
