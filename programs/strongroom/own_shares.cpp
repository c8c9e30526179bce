#include "own_shares.h"

#include <fmt/format.h>

#include "base/counted.h"
#include "codec/text.h"
#include "roster/signing.h"

namespace strongroom::person {

Result<WithShares> fetch_share_sets(Archive& archive, std::vector<grant::FolderToGrant> folders) {
  WithShares out;
  for (grant::FolderToGrant& folder : folders) {
    const auto body = archive.server.object(folder.view.open.header.header.body_sha256);
    if (!body && body.error().code != ErrorCode::not_found) return std::unexpected(body.error());
    auto shares =
        body ? grant::read_share_set(folder.view, *body)
             : Result<envelope::ShareSet>(fail(ErrorCode::not_found, "LOSS: the server has it no more"));
    if (!shares) {
      fmt::print(stderr, "Left out, the share set of the folder of leaf {}: {}\n", folder.view.open.leaf,
                 shares.error().what);
      ++out.left_out;
      continue;
    }
    folder.shares = std::move(*shares);
    out.good.push_back(std::move(folder));
  }
  return out;
}

Result<void> report_bad(const Person& person, Archive& archive, roster::MemberId me,
                        const grant::OwnShares& own) {
  for (const grant::BadDealing& bad : own.bad) {
    fmt::print(stderr, "BAD DEALING: device {}, folder of leaf {}, quorum {}, position {}: {}\n",
               codec::hex(bad.device), bad.leaf, bad.quorum, bad.position, bad.error.what);
    const roster::Refusal refusal{"bad-dealing", bad.folder, 1, person.now_s()};
    TRY(grant::enter(archive.session(), envelope::RegisterType::refusal,
                     roster::sign_refusal(refusal, {me, person.signing()}), "the report of a bad dealing"));
  }
  if (own.no_key > 0)
    fmt::print(stderr, "Left out: {}, whose lot keys are not in this keystore.\n",
               counted(own.no_key, "share"));
  return {};
}

}  // namespace strongroom::person
