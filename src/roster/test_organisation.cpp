#include "roster/test_organisation.h"

#include <fmt/format.h>

#include "base/check.h"
#include "codec/cbor.h"
#include "crypto/hash.h"
#include "crypto/xwing.h"
#include "ledger/policy.h"
#include "roster/expiry.h"
#include "roster/signing.h"

namespace strongroom::roster::testing {
namespace {

template <class T>
T must(Result<T> result) {
  CHECK(result.has_value());
  return std::move(*result);
}

std::string checkpoint_of(const envelope::TreeHead& head, const ledger::NoteSigner& log,
                          const ledger::NoteSigner& witness, std::uint64_t time_s) {
  const ledger::CosignedCheckpoint signed_by_log =
      must(ledger::sign_checkpoint(ledger::TreeSize{head.size}, head.root, log));
  const ledger::NoteSignature line = witness.cosign(signed_by_log.note.text, time_s);
  return ledger::format_cosigned_checkpoint(ledger::with_cosignatures(signed_by_log, {line}));
}

}  // namespace

TestEntry entry_of(envelope::RegisterType type, Bytes object) {
  Bytes leaf = envelope::encode(envelope::RegisterLeaf{type, envelope::digests_of(object)});
  return {std::move(leaf), std::move(object)};
}

TestEntropy::TestEntropy(std::string_view seed) : state_(crypto::sha256(bytes_of(seed))) {}

void TestEntropy::fill(MutableBytes out) {
  while (!out.empty()) {
    state_ = crypto::sha256(state_);
    const Hash256 block = crypto::sha256({state_, bytes_of("out")});
    const std::size_t n = std::min(out.size(), block.size());
    std::memcpy(out.data(), block.data(), n);
    out = out.subspan(n);
  }
}

Secret<32> TestOrganisation::seed(std::string_view what, std::uint64_t number) const {
  crypto::Hkdf hkdf(bytes_of("test organisation"));
  return hkdf.key(cbor::labelled("test", std::uint64_t{number_}, what, number));
}

crypto::SigningKey TestOrganisation::signing_key(std::string_view what, std::uint64_t number) const {
  const Secret<32> ml_dsa = seed(fmt::format("{} ml-dsa-65", what), number);
  return crypto::SigningKey::from_seeds(seed(fmt::format("{} ed25519", what), number),
                                        SecretBytes::copy_of(ml_dsa.reveal()));
}

void TestOrganisation::add_member(MemberId id, Role role) {
  const Secret<32> ml_dsa = seed("member ml-dsa-65", id);
  TestMember m{{},
               seed("member ed25519", id),
               SecretBytes::copy_of(ml_dsa.reveal()),
               seed("mail", id),
               signing_key("member", id)};
  m.member.id = id;
  m.member.name_hash = name_hash(ByteArray<16>{}, fmt::format("member {}", id));
  m.member.roles = {role};
  m.member.signing = m.key.public_half();
  m.member.mail = crypto::xwing::public_from_seed(m.mail_seed);
  m.member.tls_pin = crypto::sha256(seed("member tls", id).reveal());
  m.member.not_before_s = kTestStart - 86400;
  m.member.not_after_s = kTestStart + kRosterLifetimeS;  // as real drafts have it: the roster's own end
  members_.push_back(std::move(m));
}

void TestOrganisation::make_ledgers(Roster& roster) {
  using ledger::KeyType;
  const auto signer = [&](std::string_view what, KeyType type) {
    return must(
        ledger::NoteSigner::create(fmt::format("{}.example/{}", what, number_), type, signing_key(what, 0)));
  };
  register_signer_.emplace(signer("register", KeyType::ed25519));
  capture_signer_.emplace(signer("capture", KeyType::ed25519));
  witness_signer_.emplace(signer("witness", KeyType::cosignature_v1));
  roster.register_vkey = ledger::format_vkey(register_signer_->vkey());
  roster.capture_vkey = ledger::format_vkey(capture_signer_->vkey());
  roster.witness_policy =
      fmt::format("witness outside {}\nquorum outside\n", ledger::format_vkey(witness_signer_->vkey()));
}

TestOrganisation::TestOrganisation(unsigned number, std::uint64_t cooling_off_s) : number_(number) {
  Roster roster;
  roster.cooling_off_s = cooling_off_s;
  for (const MemberId id : {1u, 2u, 3u}) add_member(id, Role::trustee);
  add_member(kOfficer, Role::officer);
  add_member(kApprover, Role::approver);
  add_member(kReader, Role::reader);
  for (const TestMember& m : members_) roster.members.push_back(m.member);
  roster.issued_s = kTestStart;
  roster.expires_s = kTestStart + kRosterLifetimeS;
  roster.quorums = {{0, 2, {1, 2, 3}}};
  roster.classes = {{kTestClass, "class 1", 84}};
  roster.exclusions = {{Role::approver, Role::reader}};
  make_ledgers(roster);
  roster.server_pins = {crypto::sha256(seed("server tls", 0).reveal())};
  genesis_object_ = sign_roster(roster, {{1, member(1).key}, {2, member(2).key}, {3, member(3).key}});
  genesis_ = must(open_genesis(genesis_object_, hash_of(roster)));
}

const TestMember& TestOrganisation::member(MemberId id) const {
  CHECK(id >= 1 && id <= members_.size());
  return members_[id - 1];
}

std::string TestOrganisation::capture_checkpoint(const envelope::TreeHead& head, std::uint64_t time_s) const {
  return checkpoint_of(head, *capture_signer_, *witness_signer_, time_s);
}
std::string TestOrganisation::register_checkpoint(const envelope::TreeHead& head,
                                                  std::uint64_t time_s) const {
  return checkpoint_of(head, *register_signer_, *witness_signer_, time_s);
}
TestEntry TestOrganisation::cross_leaf(const envelope::TreeHead& capture_head, std::uint64_t time_s) const {
  return {envelope::encode(envelope::CrossLeaf{capture_checkpoint(capture_head, time_s)}), {}};
}

Secret<32> TestOrganisation::lot_seed(const envelope::Lot& lot, std::uint32_t position) const {
  cbor::Writer w;
  envelope::put_lot(w, lot);
  return seed(fmt::format("lot {}", read_be<std::uint64_t>(BytesView(crypto::sha256(w.view())).first(8))),
              position);
}

LotKey TestOrganisation::lot_key(const envelope::Lot& lot, std::uint32_t position) const {
  LotKey key;
  key.archive = archive();
  key.roster = genesis_.hash;
  key.lot = lot;
  key.position = position;
  key.public_key = crypto::xwing::public_from_seed(lot_seed(lot, position));
  key.issued_s = kTestStart + 60;
  return key;
}

Bytes TestOrganisation::lot_key_object(const envelope::Lot& lot, std::uint32_t position) const {
  const MemberId trustee = trustees()[position];
  return sign_lot_key(lot_key(lot, position), {trustee, member(trustee).key});
}

envelope::Lot TestOrganisation::lot_for_day(std::uint32_t day) const {
  return lot_of(*find_class(genesis_.roster, kTestClass), day);
}

TestDevice TestOrganisation::device(unsigned number) const {
  TestDevice d{{}, signing_key("device", number), signing_key("one-time", number)};
  d.enrolment.archive = archive();
  d.enrolment.roster = genesis_.hash;
  d.enrolment.device = array_of<16>(seed("pseudonym", number).reveal());
  d.enrolment.device_key = d.key.public_half();
  d.enrolment.tls_pin = crypto::sha256(seed("device tls", number).reveal());
  d.enrolment.classes = {kTestClass};
  d.enrolment.invitation = array_of<16>(seed("invitation", number).reveal());
  d.enrolment.heartbeat_s = 3600;
  d.enrolment.officer = kOfficer;
  d.enrolment.countersigner = kApprover;
  d.enrolment.enrolled_s = kTestStart + 120;
  return d;
}

Bytes TestOrganisation::invitation_object(const TestDevice& d) const {
  const Enrolment& e = d.enrolment;
  Invitation i;
  i.archive = e.archive;
  i.roster = e.roster;
  i.id = e.invitation;
  i.key = d.one_time.public_half().ed25519;
  i.tls_pin = crypto::sha256(e.invitation);
  i.classes = e.classes;
  i.heartbeat_s = e.heartbeat_s;
  i.officer = e.officer;
  i.countersigner = e.countersigner;
  i.issued_s = e.enrolled_s - 60;
  i.expires_s = e.enrolled_s + 86400;
  return sign_invitation(i, member(e.officer).key);
}

Bytes TestOrganisation::enrolment_object(const TestDevice& d) const {
  Bytes object = must(add_invitation_signature(begin_enrolment(d.enrolment, d.key), d.one_time));
  for (const MemberId id : {d.enrolment.officer, d.enrolment.countersigner})
    object = must(add_enrolment_signature(object, {id, member(id).key}));
  return object;
}

PreparedRequest TestOrganisation::request(const std::vector<Hash256>& folders, const Secret<32>& reply_seed,
                                          RequestPurpose purpose) const {
  ReadingRequest asked;
  asked.purpose = purpose;
  asked.reader = kReader;
  asked.case_name = "case 17";
  asked.legal_basis = "order of the court";
  asked.scope.devices = {device(0).enrolment.device};
  asked.scope.classes = {kTestClass};
  asked.scope.day_from = kTestDay;
  asked.scope.day_to = kTestDay + 30;
  asked.reply_key = crypto::xwing::public_from_seed(reply_seed);
  asked.asked_s = kTestStart + 3600;
  asked.expires_s = kTestStart + 14 * 86400;
  const ByteArray<32> salt = array_of<32>(seed("request salt", folders.size()).reveal());
  return must(prepare_request(std::move(asked), folders, genesis_, member(kReader).key, salt));
}

Bytes TestOrganisation::approval_object(const Hash256& commitment, std::uint64_t request_leaf) const {
  Approval approval;
  approval.archive = archive();
  approval.roster = genesis_.hash;
  approval.approver = kApprover;
  approval.commitment = commitment;
  approval.request_leaf = request_leaf;
  approval.approved_s = kTestStart + 7200;
  return sign_approval(approval, member(kApprover).key);
}

Receipt TestOrganisation::receipt(const Hash256& commitment, MemberId trustee,
                                  const envelope::TreeHead& head) const {
  Receipt receipt;
  receipt.archive = archive();
  receipt.commitment = commitment;
  receipt.trustee = trustee;
  receipt.register_head = head;
  receipt.capture_head = {0, ledger::empty_root()};
  receipt.granted_s = kTestStart + 9000;
  return receipt;
}

Bytes TestOrganisation::receipt_object(const Receipt& receipt) const {
  return sign_receipt(receipt, member(receipt.trustee).key);
}

std::vector<TestEntry> TestOrganisation::opening(const std::vector<envelope::Lot>& lots,
                                                 unsigned devices) const {
  using envelope::RegisterType;
  std::vector<TestEntry> entries;
  entries.push_back(entry_of(RegisterType::roster, genesis_object_));
  LedgerOpened act;
  act.archive = archive();
  act.register_origin = register_signer_->vkey().name;
  act.capture_origin = capture_signer_->vkey().name;
  act.opened_s = kTestStart + 30;
  entries.push_back(
      entry_of(RegisterType::ledger_opened, sign_ledger_opened(act, {{kOfficer, member(kOfficer).key}})));
  for (const envelope::Lot& lot : lots) {
    for (std::uint32_t position = 0; position < trustees().size(); ++position)
      entries.push_back(entry_of(RegisterType::lot_key, lot_key_object(lot, position)));
  }
  for (unsigned i = 0; i < devices; ++i) {
    const TestDevice one = device(i);
    entries.push_back(entry_of(RegisterType::invitation, invitation_object(one)));
    entries.push_back(entry_of(RegisterType::enrolment, enrolment_object(one)));
  }
  return entries;
}

RegisterState replay(const Hash256& archive, const std::vector<TestEntry>& entries) {
  RegisterState state(archive);
  for (const TestEntry& entry : entries) CHECK(state.apply(entry.leaf, entry.object).has_value());
  return state;
}

}  // namespace strongroom::roster::testing
