#include "test_ground.h"

#include <fmt/format.h>

#include "base/check.h"
#include "codec/cbor.h"
#include "crypto/hash.h"
#include "roster/expiry.h"
#include "roster/signing.h"

namespace strongroom::archive::testing {

using roster::testing::kOfficer;

wire::Identity Ground::tls_identity(std::string_view whose) {
  const Hash256 seed = crypto::sha256(bytes_of(whose));
  return wire::Identity::from_seed(Secret<32>::copy_of(seed)).value();
}

Ground::Ground(const ServerNames& names, const std::string& witness_vkey) : device_(organisation_.device(0)) {
  roster::Roster roster = organisation_.genesis().roster;
  roster.register_vkey = names.register_vkey;
  roster.capture_vkey = names.capture_vkey;
  roster.server_pins = {names.server_pin};
  roster.witness_policy = fmt::format("witness outside {}\nquorum outside\n", witness_vkey);
  const std::uint64_t now_s = clock_.now_ms() / 1000;
  roster.issued_s = now_s - 3600;
  roster.expires_s = roster.issued_s + roster::kRosterLifetimeS;
  for (roster::Member& member : roster.members) {
    member.not_before_s = now_s - 86400;
    member.not_after_s = now_s + 86400 * 1000;
    if (member.id == kOfficer) member.tls_pin = officer().pin();
  }
  std::vector<roster::MemberSigner> signers;
  for (const roster::MemberId id : organisation_.trustees())
    signers.push_back({id, organisation_.member(id).key});
  genesis_object_ = sign_roster(roster, signers);
  genesis_ = open_genesis_of_itself(genesis_object_).value();
  device_.enrolment.archive = device_.enrolment.roster = genesis_.hash;
  device_.enrolment.tls_pin = device().pin();
  device_.enrolment.enrolled_s = now_s;
  today_ = static_cast<std::uint32_t>(now_s / 86400);
  lot_ = roster::lot_of(*roster::find_class(genesis_.roster, roster::testing::kTestClass), today_);
  seal::ChainState state;
  state.device = device_.enrolment.device;
  state.incarnation = entropy_.array<16>();
  set_chain(state);
}

void Ground::set_chain(const seal::ChainState& state) {
  chain_ = std::make_unique<seal::Chain>(state, device_.key, entropy_, clock_);
}

std::vector<std::pair<envelope::RegisterType, Bytes>> Ground::opening_posts() const {
  std::vector<std::pair<envelope::RegisterType, Bytes>> out;
  for (std::uint32_t position = 0; position < organisation_.trustees().size(); ++position) {
    roster::LotKey key = organisation_.lot_key(lot_, position);
    key.archive = key.roster = genesis_.hash;
    key.issued_s = device_.enrolment.enrolled_s;
    const roster::MemberId trustee = organisation_.trustees()[position];
    out.emplace_back(envelope::RegisterType::lot_key,
                     sign_lot_key(key, {trustee, organisation_.member(trustee).key}));
  }
  out.emplace_back(envelope::RegisterType::invitation, organisation_.invitation_object(device_));
  out.emplace_back(envelope::RegisterType::enrolment, organisation_.enrolment_object(device_));
  return out;
}

Ground::Invited Ground::invite() const {
  const auto one_time = crypto::SigningKey::from_seeds(Secret<32>{}, {});
  Invited out{{}, {}, {}, {}, tls_identity("one-time"), tls_identity("second device")};
  roster::testing::TestDevice second = organisation_.device(1);
  roster::Enrolment& enrolment = second.enrolment;
  enrolment.archive = enrolment.roster = genesis_.hash;
  enrolment.tls_pin = out.device.pin();
  enrolment.enrolled_s = device_.enrolment.enrolled_s;
  roster::Invitation& terms = out.terms;
  terms.archive = terms.roster = genesis_.hash;
  terms.id = enrolment.invitation;
  terms.key = one_time.public_half().ed25519;
  terms.tls_pin = out.one_time.pin();
  terms.classes = enrolment.classes;
  terms.heartbeat_s = enrolment.heartbeat_s;
  terms.officer = enrolment.officer;
  terms.countersigner = enrolment.countersigner;
  terms.issued_s = device_.enrolment.enrolled_s;
  terms.expires_s = terms.issued_s + 86400;
  const crypto::SigningKey& officer = organisation_.member(terms.officer).key;
  const crypto::SigningKey& second_person = organisation_.member(terms.countersigner).key;
  out.invitation = sign_invitation(terms, officer);
  out.pending = roster::add_invitation_signature(begin_enrolment(enrolment, second.key), one_time).value();
  out.enrolment = roster::add_enrolment_signature(out.pending, {terms.officer, officer}).value();
  out.enrolment =
      roster::add_enrolment_signature(out.enrolment, {terms.countersigner, second_person}).value();
  return out;
}

Ground::Replacement Ground::replace_key() const {
  Replacement out{{}, {}, organisation_.device(100).key, tls_identity("the new key")};
  roster::DeviceReplaced act;
  act.archive = act.roster = genesis_.hash;
  act.device = device_.enrolment.device;
  act.device_key = out.key.public_half();
  act.tls_pin = out.identity.pin();
  act.asked_s = device_.enrolment.enrolled_s;
  out.asked = begin_replacement(act, device_.key, out.key);
  out.object =
      roster::add_replacement_signature(out.asked, {kOfficer, organisation_.member(kOfficer).key}).value();
  return out;
}

std::vector<seal::SealedEntry> Ground::seal_folder(const roster::RegisterState& state, unsigned batches) {
  envelope::Core0 core0;
  core0.archive = core0.roster = genesis_.hash;
  core0.device_key = crypto::sha256(device_.enrolment.device_key.ed25519);
  core0.retention_class = roster::testing::kTestClass;
  core0.lot = lot_;
  core0.day = today_;
  for (const roster::Quorum& quorum : genesis_.roster.quorums) {
    core0.dealings.push_back({quorum.id, quorum.k, static_cast<std::uint32_t>(quorum.positions.size()), 1});
  }
  auto opened = seal::Folder::open(*chain_, core0, state.lot_keys(lot_), entropy_);
  CHECK(opened.has_value());
  std::vector<seal::SealedEntry> out{std::move(opened->entry)};
  for (unsigned i = 0; i < batches; ++i) {
    const Bytes record = copy_of(bytes_of(fmt::format("record {}", i)));
    out.push_back(opened->folder.seal_batch(*chain_, {record}, entropy_).value());
  }
  out.push_back(opened->folder.close(*chain_));
  return out;
}

Bytes submission_of(const std::vector<seal::SealedEntry>& entries) {
  cbor::Writer w;
  w.array(entries.size());
  for (const seal::SealedEntry& entry : entries) {
    w.array(2).bytes(entry.header);
    if (entry.body.empty()) {
      w.null();
    } else {
      w.bytes(entry.body);
    }
  }
  return w.take();
}

}  // namespace strongroom::archive::testing
