#include <fmt/format.h>

#include <algorithm>

#include "base/counted.h"
#include "codec/json_text.h"
#include "codec/text.h"
#include "conviction/conviction.h"
#include "crypto/hash.h"
#include "dealing/dealing.h"
#include "envelope/object.h"
#include "verify/wording.h"

namespace strongroom::conviction {
namespace {

using verify::KnownDevice;
using verify::LoggedHeader;

/// The folder as the device logged it, and what must have been logged.
struct Folder {
  LoggedHeader opening;
  envelope::Core core;
  Hash256 core_hash{};
  envelope::ShareSet logged;
};

Result<Folder> read_folder(const Conviction& c, const LoggedHeader& opening, const KnownDevice& device) {
  Folder out{opening, TRY(verify::open_folder_core(opening, device)), {}, {}};
  const envelope::Header& header = opening.header.header;
  const envelope::OpenPart part = TRY(envelope::decode_open(header.part));
  out.core_hash = envelope::folder_id(part.core);
  TRY(envelope::check_body(header, c.share_set, envelope::BodyCheck::both));
  out.logged = TRY(envelope::decode_share_set(c.share_set));
  if (envelope::share_root(out.logged) != part.share_root)
    return fail(ErrorCode::unauthenticated, "the share set is not the one the folder's header commits to");
  if (roster::hash_of(c.lot_keys) != out.core.core0.lot_key_set)
    return fail(ErrorCode::unauthenticated, "the lot keys are not those the folder's header names");
  return out;
}

const envelope::SealedShare* logged_at(const envelope::ShareSet& shares, std::uint32_t quorum,
                                       std::uint32_t position) {
  const auto found = std::ranges::find_if(
      shares, [&](const auto& s) { return s.quorum == quorum && s.position == position; });
  return found == shares.end() ? nullptr : &*found;
}

/// Each shown share is the one the device committed to, and there are exactly as many as open the folder.
Result<Secret<32>> combine(const Conviction& c, const Folder& folder) {
  const auto& dealings = folder.core.core0.dealings;
  const auto dealing = std::ranges::find(dealings, c.quorum, &envelope::Dealing::quorum);
  if (dealing == dealings.end() || c.shares.size() != dealing->k)
    return fail(ErrorCode::unauthenticated, "these are not as many shares as open the folder");
  std::vector<crypto::Share> shares;
  for (const ShownShare& shown : c.shares) {
    auto share = Secret<32>::copy_of(shown.share);
    const envelope::SealedShare* logged = logged_at(folder.logged, c.quorum, shown.position);
    if (logged == nullptr ||
        dealing::share_commitment(share, folder.core_hash, c.quorum, shown.position) != logged->commitment)
      return fail(
          ErrorCode::unauthenticated,
          fmt::format("the share of position {} is not the one the device committed to", shown.position));
    shares.push_back({static_cast<std::uint8_t>(shown.position + 1), std::move(share)});
  }
  return crypto::combine_shares(shares);
}

bool rebuilds(const Secret<32>& fs, const Folder& folder) {
  const Hash256 core0_hash = crypto::sha256(envelope::encode(folder.core.core0));
  return crypto::xwing::public_from_seed(dealing::folder_seed(fs, core0_hash)) == folder.core.public_key;
}

std::vector<std::string> wrong_dealings(const Folder& folder, const envelope::ShareSet& expected) {
  std::vector<std::string> out;
  for (const envelope::SealedShare& share : expected) {
    const envelope::SealedShare* logged = logged_at(folder.logged, share.quorum, share.position);
    if (logged == nullptr || !(*logged == share))
      out.push_back(
          fmt::format("What it dealt to position {} of quorum {} is not the share of that position.",
                      share.position, share.quorum));
  }
  if (folder.logged.size() > expected.size())
    out.emplace_back("It dealt to positions that the folder does not have.");
  return out;
}

/// The grant, signed by a trustee of the roster that the request names, for that request.
struct ChargedGrant {
  roster::Grant grant;
  crypto::xwing::PublicKey reply_key{};
};
Result<ChargedGrant> read_grant(const Conviction& c, const KnownDevice& known) {
  const auto object = TRY(envelope::decode_object(c.grant, roster::kGrantLabel, roster::kGrantBytesMax));
  ChargedGrant out{TRY(roster::decode_grant(object.content)), {}};
  if (out.grant.archive != c.archive ||
      roster::request_commitment(c.request_salt, c.request) != out.grant.commitment)
    return fail(ErrorCode::unauthenticated, "the grant is not for the request that is shown");
  const auto request =
      TRY(envelope::decode_object(c.request, roster::kReadingRequestLabel, roster::kRegisterObjectBytesMax));
  const roster::ReadingRequest asked = TRY(roster::decode_reading_request(request.content));
  const roster::Roster* roster = verify::named(known, asked.roster);
  const roster::Member* trustee =
      roster == nullptr ? nullptr : roster::find_member(*roster, out.grant.trustee);
  if (trustee == nullptr)
    return fail(ErrorCode::unauthenticated, "the grant is of nobody on the roster that its request names");
  TRY(envelope::verify_signer(object, envelope::signer_of(trustee->id), trustee->signing,
                              crypto::SignaturePolicy::ed25519_only));
  out.reply_key = asked.reply_key;
  return out;
}

bool holds(const roster::Roster& roster, std::uint32_t quorum, std::uint32_t position, roster::MemberId who) {
  const roster::Quorum* found = roster::find_quorum(roster, quorum);
  return found != nullptr && position < found->positions.size() && found->positions[position] == who;
}

/// §5.4: the one right grant of a position is a function of its share and the reader's key.
Result<std::vector<std::string>> wrong_grants(const Folder& folder, const ChargedGrant& charged,
                                              const roster::Roster& roster, const Secret<32>& fs,
                                              const envelope::ShareSet& expected) {
  std::vector<std::string> out;
  const Hash256 core0_hash = crypto::sha256(envelope::encode(folder.core.core0));
  for (const roster::GrantedShare& granted : charged.grant.shares) {
    if (granted.folder_header != folder.opening.header.hash) continue;
    const std::string place = fmt::format("position {} of quorum {}", granted.position, granted.quorum);
    const envelope::SealedShare* dealt = logged_at(expected, granted.quorum, granted.position);
    if (dealt == nullptr || !holds(roster, granted.quorum, granted.position, charged.grant.trustee)) {
      out.push_back(fmt::format("It granted a share of {}, which is not its own.", place));
      continue;
    }
    const envelope::SealedShare* logged = logged_at(folder.logged, granted.quorum, granted.position);
    if (logged == nullptr || !(*logged == *dealt)) continue;  // it was dealt garbage itself
    const auto dealing =
        std::ranges::find(folder.core.core0.dealings, granted.quorum, &envelope::Dealing::quorum);
    const auto shares = dealing::deal_shares(fs, core0_hash, *dealing);
    const auto right =
        TRY(dealing::seal_share(shares[granted.position].y, envelope::Purpose::grant, folder.core_hash,
                                granted.quorum, granted.position, charged.reply_key));
    if (right != granted.sealed)
      out.push_back(fmt::format("What it granted for {} is not the share that the device dealt it.", place));
  }
  return out;
}

Result<std::vector<std::string>> judge_equivocation(const Conviction& c, const LoggedHeader& first,
                                                    const KnownDevice& device) {
  const LoggedHeader second =
      TRY_IN("second entry", verify::open_logged(c.other.header, c.other.proof, device));
  const envelope::Header& a = first.header.header;
  const envelope::Header& b = second.header.header;
  std::vector<std::string> out;
  if (a.incarnation == b.incarnation && a.sequence == b.sequence && first.header.hash != second.header.hash)
    out.push_back(fmt::format("It signed two different entries {} of one incarnation (leaves {} and {}).",
                              a.sequence, first.leaf, second.leaf));
  return out;
}

/// §3.2: k good shares make everything again.
Result<void> judge_shares(const Conviction& c, const LoggedHeader& first, const KnownDevice& device,
                          Judgement& out) {
  const Folder folder = TRY_IN("folder", read_folder(c, first, device));
  const Secret<32> fs = TRY_IN("shares", combine(c, folder));
  if (!rebuilds(fs, folder)) {
    if (c.charge == Charge::grant)
      return fail(ErrorCode::unauthenticated,
                  "the shares do not rebuild the folder's key, so no grant can be judged");
    out.wrongs.push_back(fmt::format(
        "{} that it committed to do not rebuild the key of the folder: they are not of one dealing.",
        counted(c.shares.size(), "share")));
    return {};
  }
  const dealing::Dealt dealt = TRY_IN("lot keys", dealing::deal(fs, folder.core.core0, c.lot_keys));
  if (c.charge == Charge::dealing) {
    out.wrongs = wrong_dealings(folder, dealt.shares);
    return {};
  }
  const ChargedGrant charged = TRY_IN("grant", read_grant(c, device));
  out.trustee = charged.grant.trustee;
  out.wrongs =
      TRY(wrong_grants(folder, charged, *verify::named(device, folder.core.core0.roster), fs, dealt.shares));
  return {};
}

}  // namespace

Result<Judgement> judge(const Conviction& c, const Hash256& archive) {
  if (c.archive != archive)
    return fail(ErrorCode::unauthenticated, "the evidence is of another archive", {},
                "compare the archive id, or its six words");
  const KnownDevice device = TRY(verify::follow(c.provenance, archive));
  const LoggedHeader first = TRY_IN("entry", verify::open_logged(c.entry.header, c.entry.proof, device));
  Judgement out{c.charge, device.enrolment.device, std::nullopt, first.leaf, first.witness_time_s, {}};
  if (c.charge == Charge::equivocation) {
    out.wrongs = TRY(judge_equivocation(c, first, device));
  } else {
    TRY(judge_shares(c, first, device, out));
  }
  if (out.wrongs.empty())
    return fail(ErrorCode::conflict, "everything in it holds, and nobody did what it charges", {},
                "whoever accuses with this file is wrong");
  return out;
}

std::string report_text(const Judgement& j) {
  const std::string device = codec::hex(j.device);
  std::string out = j.trustee ? fmt::format("Convicted: the trustee who is member {}.\n", *j.trustee)
                              : fmt::format("Convicted: device {}.\n", device);
  for (const std::string& wrong : j.wrongs) out += "  - " + wrong + "\n";
  out += fmt::format(
      "The entry concerned is of device {}, at leaf {} of the capture ledger; witnesses outside the archive "
      "had\n"
      "seen it on {} at the latest. Everything was made again and compared: nobody has to be believed.\n",
      device, j.leaf, verify::utc(j.witness_time_s));
  if (j.charge != Charge::equivocation)
    out += "The file discloses enough shares to open this one folder: show it to those who may read that.\n";
  return out;
}

std::string report_json(const Judgement& j) {
  std::string wrongs;
  for (const std::string& wrong : j.wrongs) wrongs += (wrongs.empty() ? "" : ",") + codec::json_string(wrong);
  return fmt::format(
             R"({{"convicted":{},"charge":"{}","device":"{}","member":{},"leaf":{},"witness_time":{},"wrongs":[{}]}})",
             j.trustee ? R"("trustee")" : R"("device")", name_of(j.charge), codec::hex(j.device),
             j.trustee ? std::to_string(*j.trustee) : "null", j.leaf, j.witness_time_s, wrongs) +
         "\n";
}

}  // namespace strongroom::conviction
