#include "roster/replay_ground.h"

#include "crypto/hash.h"
#include "crypto/xwing.h"
#include "envelope/object_sign.h"

namespace strongroom::roster {
namespace {

class Replay : public ReplayTest {};

TEST_F(Replay, AWholeReadingLeavesNoFinding) {
  enter(RegisterType::nonce, sign_nonce({1, {}}, key(1)));
  EXPECT_TRUE(state_.nonce_leaf({}));
  enter(RegisterType::approval, org().approval_object(commitment(), request_leaf()));
  for (const MemberId trustee : {1u, 2u})
    enter(RegisterType::receipt, org().receipt_object(org().receipt(commitment(), trustee, state_.head())));
  enter(RegisterType::refusal, sign_refusal({"request-expired", {}, 1, 5}, {3, key(3)}));
  const SeenRequest& seen = state_.requests().at(commitment());
  EXPECT_EQ(seen.approvals.size(), 1u);
  EXPECT_EQ(seen.receipts.size(), 2u);
  EXPECT_EQ(state_.devices().size(), 1u);
  EXPECT_NE(state_.device_by_pin(org().device(0).enrolment.tls_pin), nullptr);
  EXPECT_TRUE(state_.findings().empty());
}

TEST_F(Replay, TheRootIsThatOfTheLeaves) {
  ledger::MemoryTree tree;
  const std::vector<TestEntry> entries = org().opening({org().lot_for_day()}, 1);
  for (const TestEntry& entry : entries) tree.append(ledger::leaf_hash(entry.leaf));
  EXPECT_EQ(testing::replay(org().archive(), entries).head(),
            (envelope::TreeHead{entries.size(), tree.root()}));
  EXPECT_EQ(state_.root_at(state_.applied() + 1), nullptr);
}

TEST_F(Replay, AnObjectThatIsNotTheLeavesStopsTheReplayUnchanged) {
  TestEntry entry = entry_of(RegisterType::nonce, sign_nonce({1, {}}, key(1)));
  entry.object.back() ^= std::byte{1};
  const auto before = state_.applied();
  EXPECT_EQ(state_.apply(entry.leaf, entry.object).error().code, ErrorCode::corrupt);
  EXPECT_EQ(state_.applied(), before);
}

TEST_F(Replay, NothingCountsBeforeTheGenesis) {
  RegisterState empty(org().archive());
  const TestEntry nonce = entry_of(RegisterType::nonce, sign_nonce({1, {}}, key(1)));
  ASSERT_TRUE(empty.apply(nonce.leaf, nonce.object));
  EXPECT_EQ(empty.findings().size(), 1u);
  EXPECT_EQ(empty.current_roster(), nullptr);
  const TestOrganisation rival(2);
  const TestEntry genesis = entry_of(RegisterType::roster, rival.genesis_object());
  ASSERT_TRUE(empty.apply(genesis.leaf, genesis.object));
  EXPECT_EQ(empty.findings().size(), 2u);
  EXPECT_EQ(empty.current_roster(), nullptr);
}

TEST_F(Replay, UnknownLeavesAndKindsWithoutARuleAreFindings) {
  EXPECT_SAYS(refused(RegisterType::hold, Bytes(1)), "no rule");
  Bytes leaf = entry_of(RegisterType::nonce, {}).leaf;
  leaf[1] = std::byte{0x7f};
  EXPECT_SAYS(refused(TestEntry{leaf, {}}), "unknown type");
  leaf.pop_back();
  EXPECT_SAYS(refused(TestEntry{leaf, {}}), "shape");
}

// ---- lot keys ------------------------------------------------------------------------------------------

TEST_F(Replay, ALotIsCompleteWhenEveryPositionHasAKey) {
  const LotKeySet set = state_.lot_keys(org().lot_for_day());
  ASSERT_EQ(set.size(), 3u);
  EXPECT_TRUE(state_.complete(set));
  EXPECT_EQ(set[1].public_key, org().lot_key(org().lot_for_day(), 1).public_key);
  EXPECT_EQ(set[1].leaf_index, 3u);
  const envelope::Lot later = org().lot_for_day(testing::kTestDay + 31);
  enter(RegisterType::lot_key, org().lot_key_object(later, 0));
  EXPECT_FALSE(state_.complete(state_.lot_keys(later)));
  EXPECT_EQ(state_.latest_complete_lot(testing::kTestClass), org().lot_for_day());
  enter(RegisterType::lot_key, org().lot_key_object(later, 2));
  enter(RegisterType::lot_key, org().lot_key_object(later, 1));
  EXPECT_EQ(state_.latest_complete_lot(testing::kTestClass), later);
}

TEST_F(Replay, ASecondKeyForALotIsEquivocationAndTheFirstStays) {
  const envelope::Lot lot = org().lot_for_day();
  const LotKeySet before = state_.lot_keys(lot);
  LotKey second = org().lot_key(lot, 1);
  second.public_key[0] ^= std::byte{1};
  EXPECT_SAYS(refused(RegisterType::lot_key, sign_lot_key(second, {2, key(2)})), "EQUIVOCATION");
  EXPECT_EQ(state_.lot_keys(lot), before);
}

TEST_F(Replay, ALotKeyComesFromTheTrusteeOfItsPosition) {
  const envelope::Lot later = org().lot_for_day(testing::kTestDay + 31);
  LotKey lot_key = org().lot_key(later, 1);
  refused(RegisterType::lot_key, sign_lot_key(lot_key, {1, key(1)}));   // another trustee
  refused(RegisterType::lot_key, sign_lot_key(lot_key, {2, key(1)}));   // in its name
  lot_key.position = 3;
  refused(RegisterType::lot_key, sign_lot_key(lot_key, {2, key(2)}));
  lot_key = org().lot_key(later, 1);
  lot_key.quorum = 1;
  refused(RegisterType::lot_key, sign_lot_key(lot_key, {2, key(2)}));
  lot_key = org().lot_key(later, 1);
  lot_key.archive[0] ^= std::byte{1};
  EXPECT_SAYS(refused(RegisterType::lot_key, sign_lot_key(lot_key, {2, key(2)})), "another archive");
  lot_key = org().lot_key(later, 1);
  lot_key.roster[0] ^= std::byte{1};
  EXPECT_SAYS(refused(RegisterType::lot_key, sign_lot_key(lot_key, {2, key(2)})), "roster");
  lot_key = org().lot_key(later, 1);
  lot_key.lot.retention_class = 9;
  EXPECT_SAYS(refused(RegisterType::lot_key, sign_lot_key(lot_key, {2, key(2)})), "class");
  lot_key = org().lot_key(later, 1);
  lot_key.public_key = org().lot_key(org().lot_for_day(), 1).public_key;
  lot_key.lot = org().lot_for_day();
  EXPECT_TRUE(state_.lot_keys(later).empty());
}

TEST_F(Replay, OneKeyServesOnePositionOfALot) {
  const envelope::Lot later = org().lot_for_day(testing::kTestDay + 31);
  enter(RegisterType::lot_key, org().lot_key_object(later, 0));
  LotKey copied = org().lot_key(later, 1);
  copied.public_key = org().lot_key(later, 0).public_key;
  EXPECT_SAYS(refused(RegisterType::lot_key, sign_lot_key(copied, {2, key(2)})), "already");
}

// ---- rosters -------------------------------------------------------------------------------------------

TEST_F(Replay, ANewRosterTakesOverAndRivalsAreFindings) {
  const Roster next = next_roster();
  Roster rival = next;
  rival.quorums[0].k = 2;
  rival.expires_s -= 1;
  EXPECT_SAYS(refused(RegisterType::roster, sign_roster(next, {{1, key(1)}})), "1 signatures");
  enter(RegisterType::roster, by_quorum(next));
  EXPECT_EQ(state_.current_roster()->roster.number, 1u);
  EXPECT_SAYS(refused(RegisterType::roster, by_quorum(rival)), "follow");
  EXPECT_SAYS(refused(RegisterType::roster, org().genesis_object()), "follow");
  EXPECT_NE(state_.roster_by_hash(org().archive()), nullptr);
  // What names the roster before is signed again; keys of trustees who stay go on counting.
  EXPECT_SAYS(refused(RegisterType::approval, sign_approval(approval(), key(testing::kApprover))),
              "not the one in force");
  EXPECT_TRUE(state_.complete(state_.lot_keys(org().lot_for_day())));
}

TEST_F(Replay, KeysOfATrusteeWhoLeftItsPositionNoLongerCount) {
  Roster next = next_roster();
  next.members[3].roles = {Role::trustee, Role::officer};
  next.quorums[0].positions = {1, 2, testing::kOfficer};
  enter(RegisterType::roster, by_quorum(next));
  const envelope::Lot lot = org().lot_for_day();
  EXPECT_EQ(state_.lot_keys(lot).size(), 2u);
  EXPECT_FALSE(state_.complete(state_.lot_keys(lot)));
  LotKey mine = org().lot_key(lot, 2);
  mine.roster = state_.current_roster()->hash;
  mine.public_key[5] ^= std::byte{1};
  mine.issued_s += 86400;
  enter(RegisterType::lot_key, sign_lot_key(mine, {testing::kOfficer, key(testing::kOfficer)}));
  EXPECT_TRUE(state_.complete(state_.lot_keys(lot)));
}

TEST_F(Replay, AnExpiredRosterStopsEnrolmentsRequestsApprovalsAndReceipts) {
  enter(RegisterType::approval, org().approval_object(commitment(), request_leaf()));
  const std::uint64_t after = org().genesis().roster.expires_s + 1;
  const TestEntry cross = org().cross_leaf({0, ledger::empty_root()}, after);
  ASSERT_TRUE(state_.apply(cross.leaf, {}));
  EXPECT_EQ(state_.witness_time_s(), after);
  // Their dates are old; the witnesses' time is not.
  EXPECT_SAYS(refused(RegisterType::enrolment, org().enrolment_object(org().device(1))), "expired");
  EXPECT_SAYS(refused(RegisterType::request, org().request({}, Secret<32>{}).entry_object), "expired");
  EXPECT_SAYS(refused(RegisterType::approval, sign_approval(approval(), key(testing::kApprover))), "expired");
  EXPECT_SAYS(
      refused(RegisterType::receipt, org().receipt_object(org().receipt(commitment(), 1, state_.head()))),
      "expired");
  enter(RegisterType::lot_key, org().lot_key_object(org().lot_for_day(testing::kTestDay + 31), 0));
  Revocation lost{org().archive(), org().archive(), org().device(0).enrolment.device};
  lost.officer = testing::kOfficer;
  lost.revoked_s = after;
  enter(RegisterType::revocation, sign_revocation(lost, key(testing::kOfficer)));
  Roster late = next_roster();
  late.issued_s = after + 86400;
  late.expires_s = late.issued_s + 86400;
  enter(RegisterType::roster, by_quorum(late));
}

TEST_F(Replay, AMemberOutsideItsTimeCannotAct) {
  Roster next = next_roster();
  next.members[4].not_after_s = testing::kTestStart + 100;
  enter(RegisterType::roster, by_quorum(next));
  Approval a = approval();
  a.roster = state_.current_roster()->hash;
  EXPECT_SAYS(refused(RegisterType::approval, sign_approval(a, key(testing::kApprover))), "outside its time");
}

// ---- enrolments ----------------------------------------------------------------------------------------

TEST_F(Replay, AnEnrolmentNeedsOfficerCountersignerDeviceAndInvitation) {
  const testing::TestDevice d = invited(org().device(1));
  const auto signed_by = [](const Bytes& object, MemberId id) {
    return add_enrolment_signature(object, {id, key(id)}).value();
  };
  const Bytes by_device = begin_enrolment(d.enrolment, d.key);
  const Bytes by_both = add_invitation_signature(by_device, d.one_time).value();
  refused(RegisterType::enrolment, by_both);
  const Bytes by_officer = signed_by(by_both, testing::kOfficer);
  refused(RegisterType::enrolment, by_officer);
  refused(RegisterType::enrolment, signed_by(signed_by(by_device, testing::kOfficer), testing::kApprover));
  testing::TestDevice thief = org().device(1);
  thief.key = org().device(2).key;
  refused(RegisterType::enrolment, org().enrolment_object(thief));
  const Bytes by_all = signed_by(by_officer, testing::kApprover);
  refused(RegisterType::enrolment, signed_by(by_all, 1));
  enter(RegisterType::enrolment, by_all);
  EXPECT_SAYS(refused(RegisterType::enrolment, by_all), "enrolled at leaf");
}

TEST_F(Replay, NobodyIsEnrolledWithoutAnInvitation) {
  EXPECT_SAYS(refused(RegisterType::enrolment, org().enrolment_object(org().device(1))),
              "an invitation that is not in the register");
  EXPECT_EQ(state_.devices().size(), 1u);
}

TEST_F(Replay, WhoMayCountersign) {
  testing::TestDevice d = org().device(1);
  d.enrolment.countersigner = testing::kOfficer;
  EXPECT_SAYS(refused(RegisterType::invitation, org().invitation_object(d)), "its own");
  d.enrolment.countersigner = testing::kReader;
  refused(RegisterType::invitation, org().invitation_object(d));
  d.enrolment.countersigner = 1;
  d.enrolment.officer = testing::kApprover;
  EXPECT_SAYS(refused(RegisterType::invitation, org().invitation_object(d)), "officer");
  // With two officers on the roster, a trustee does not do.
  Roster next = next_roster();
  next.members[4].roles = {Role::officer, Role::approver};
  enter(RegisterType::roster, by_quorum(next));
  d.enrolment.roster = state_.current_roster()->hash;
  d.enrolment.officer = testing::kOfficer;
  EXPECT_SAYS(refused(RegisterType::invitation, org().invitation_object(d)), "second officer");
  d.enrolment.countersigner = testing::kApprover;
  enter(RegisterType::enrolment, org().enrolment_object(invited(std::move(d))));
}

TEST_F(Replay, ADeviceBringsNothingThatIsInUse) {
  const Enrolment known = org().device(0).enrolment;
  unsigned number = 1;
  const auto with = [&](auto change) {
    invited(org().device(number));
    testing::TestDevice d = org().device(number);
    ++number;
    change(d.enrolment);
    return refused(RegisterType::enrolment, org().enrolment_object(d));
  };
  EXPECT_SAYS(with([&](Enrolment& e) { e.device = known.device; }), "enrolled");
  EXPECT_SAYS(with([&](Enrolment& e) { e.heartbeat_s = 100 * 86400; }), "heartbeat");
  EXPECT_SAYS(with([&](Enrolment& e) { e.tls_pin = known.tls_pin; }), "enrolled");
  EXPECT_SAYS(with([&](Enrolment& e) { e.invitation = known.invitation; }), "invitation");
  EXPECT_SAYS(with([&](Enrolment& e) { e.tls_pin = org().member(1).member.tls_pin; }), "member's");
  EXPECT_SAYS(with([&](Enrolment& e) { e.tls_pin = org().genesis().roster.server_pins[0]; }), "server's");
  EXPECT_SAYS(with([&](Enrolment& e) { e.classes = {7}; }), "class 7");
  EXPECT_SAYS(with([&](Enrolment& e) { e.classes.clear(); }), "no class");
  EXPECT_SAYS(with([&](Enrolment& e) { e.heartbeat_s = 5; }), "heartbeat");
  EXPECT_EQ(state_.devices().size(), 1u);
}

TEST_F(Replay, AnInvitationBindsTheEnrolmentThatSpendsIt) {
  const testing::TestDevice d = org().device(1);
  const Bytes object = org().invitation_object(d);
  const auto opened = envelope::decode_object(object, kInvitationLabel, kRegisterObjectBytesMax).value();
  const Invitation i = decode_invitation(opened.content).value();
  refused(RegisterType::invitation, sign_invitation(i, key(testing::kApprover)));
  enter(RegisterType::invitation, object);
  EXPECT_SAYS(refused(RegisterType::invitation, object), "invitation");
  EXPECT_TRUE(state_.invitations().contains(i.id));
  ASSERT_NE(state_.unspent_invitation_by_pin(i.tls_pin), nullptr);

  testing::TestDevice other = org().device(1);
  other.enrolment.heartbeat_s += 60;
  EXPECT_SAYS(refused(RegisterType::enrolment, org().enrolment_object(other)), "terms");
  other = org().device(1);
  other.enrolment.enrolled_s = i.expires_s + 1;
  EXPECT_SAYS(refused(RegisterType::enrolment, org().enrolment_object(other)), "expired");
  other = org().device(1);
  other.one_time = org().device(2).one_time;
  refused(RegisterType::enrolment, org().enrolment_object(other));
  enter(RegisterType::enrolment, org().enrolment_object(d));
  EXPECT_EQ(state_.unspent_invitation_by_pin(i.tls_pin), nullptr);
}

// ---- readings ------------------------------------------------------------------------------------------

TEST_F(Replay, ARequestIsAReadersAndGoesToAllWhoMustKnow) {
  EXPECT_SAYS(refused(RegisterType::request, prepared().entry_object), "already");
  RequestEntry entry = org().request({Hash256{}, crypto::sha256({})}, Secret<32>{}).entry;
  RequestEntry without = entry;
  without.copies.erase(without.copies.begin());
  EXPECT_SAYS(refused(RegisterType::request, sign_request_entry(without, key(testing::kReader))), "exactly");
  refused(RegisterType::request, sign_request_entry(entry, key(testing::kOfficer)));
  entry.reader = testing::kOfficer;
  EXPECT_SAYS(refused(RegisterType::request, sign_request_entry(entry, key(testing::kOfficer))), "reader");
}

TEST_F(Replay, AnApprovalIsAnotherMembersForThatVeryRequest) {
  const auto& approver = key(testing::kApprover);
  Approval a = approval();
  a.request_leaf += 1;
  refused(RegisterType::approval, sign_approval(a, approver));
  a = approval();
  a.commitment[0] ^= std::byte{1};
  refused(RegisterType::approval, sign_approval(a, approver));
  a = approval();
  refused(RegisterType::approval, sign_approval(a, key(testing::kReader)));
  a.approver = testing::kReader;
  EXPECT_SAYS(refused(RegisterType::approval, sign_approval(a, key(testing::kReader))), "approver");
  enter(RegisterType::approval, sign_approval(approval(), approver));
  EXPECT_SAYS(refused(RegisterType::approval, sign_approval(approval(), approver)), "already");
}

TEST_F(Replay, AReaderWhoIsApproverTooCannotApproveItsOwnRequest) {
  Roster next = next_roster();
  next.exclusions.clear();
  next.members[5].roles = {Role::approver, Role::reader};
  enter(RegisterType::roster, by_quorum(next));
  Approval a = approval();
  a.roster = state_.current_roster()->hash;
  a.approver = testing::kReader;
  EXPECT_SAYS(refused(RegisterType::approval, sign_approval(a, key(testing::kReader))), "its own request");
}

TEST_F(Replay, AReceiptBeforeTheApprovalIsFound) {
  const envelope::TreeHead before = state_.head();
  EXPECT_SAYS(refused(RegisterType::receipt, org().receipt_object(org().receipt(commitment(), 1, before))),
              "before");
  enter(RegisterType::approval, org().approval_object(commitment(), request_leaf()));
  EXPECT_SAYS(refused(RegisterType::receipt, org().receipt_object(org().receipt(commitment(), 1, before))),
              "before");
  enter(RegisterType::receipt, org().receipt_object(org().receipt(commitment(), 1, state_.head())));
}

TEST_F(Replay, AReceiptOfAForkedRegisterIsFound) {
  enter(RegisterType::approval, org().approval_object(commitment(), request_leaf()));
  Receipt receipt = org().receipt(commitment(), 1, state_.head());
  receipt.register_head.root[0] ^= std::byte{1};
  EXPECT_SAYS(refused(RegisterType::receipt, org().receipt_object(receipt)), "forked");
  receipt.register_head = {state_.applied() + 10, {}};
  EXPECT_SAYS(refused(RegisterType::receipt, org().receipt_object(receipt)), "forked");
  receipt = org().receipt({}, 1, state_.head());
  EXPECT_SAYS(refused(RegisterType::receipt, org().receipt_object(receipt)), "not in the register");
  receipt = org().receipt(commitment(), testing::kOfficer, state_.head());
  EXPECT_SAYS(refused(RegisterType::receipt, org().receipt_object(receipt)), "trustee");
}

TEST_F(Replay, ANonceIsATrusteesAndNew) {
  enter(RegisterType::nonce, sign_nonce({2, {}}, key(2)));
  EXPECT_SAYS(refused(RegisterType::nonce, sign_nonce({2, {}}, key(2))), "before");
  refused(RegisterType::nonce, sign_nonce({2, {std::byte{1}}}, key(1)));
  EXPECT_SAYS(refused(RegisterType::nonce, sign_nonce({testing::kReader, {}}, key(testing::kReader))),
              "trustee");
}

TEST_F(Replay, TheDirectoryComesFromAnOfficerAndGoesToNoApprover) {
  testing::TestEntropy entropy("directory");
  SealedDirectory d =
      seal_directory({}, org().genesis(), testing::kOfficer, testing::kTestStart + 9, entropy).value();
  enter(RegisterType::directory, sign_directory(d, key(testing::kOfficer)));
  EXPECT_EQ(state_.directories().size(), 1u);
  refused(RegisterType::directory, sign_directory(d, key(1)));
  d.copies[4].first = testing::kApprover;
  EXPECT_SAYS(refused(RegisterType::directory, sign_directory(d, key(testing::kOfficer))), "may not hold");
}

// ---- ledgers -------------------------------------------------------------------------------------------

TEST_F(Replay, CrossLeavesNeedTheWitnessAndAGrowingLedger) {
  const Hash256 root = crypto::sha256(bytes_of("root"));
  const auto apply = [&](const TestEntry& cross) { return state_.apply(cross.leaf, {}).has_value(); };
  ASSERT_TRUE(apply(org().cross_leaf({5, root}, testing::kTestStart + 500)));
  ASSERT_EQ(state_.cross_leaves().size(), 1u);
  EXPECT_EQ(state_.cross_leaves()[0].capture_head, (envelope::TreeHead{5, root}));
  EXPECT_SAYS(refused(org().cross_leaf({4, root}, testing::kTestStart + 600)), "smaller");
  EXPECT_SAYS(refused(org().cross_leaf({5, Hash256{}}, testing::kTestStart + 600)), "forked");
  std::string unwitnessed = org().capture_checkpoint({6, root}, testing::kTestStart + 600);
  unwitnessed.resize(unwitnessed.rfind("\xE2\x80\x94"));
  refused(TestEntry{envelope::encode(envelope::CrossLeaf{unwitnessed}), {}});
  const std::string own = org().register_checkpoint({6, root}, testing::kTestStart + 600);
  refused(TestEntry{envelope::encode(envelope::CrossLeaf{own}), {}});
  EXPECT_EQ(state_.witness_time_s(), testing::kTestStart + 500);
}

TEST_F(Replay, TheLedgersAreOpenedOnceByAnOfficerOrTheGoverningQuorum) {
  LedgerOpened act;
  act.archive = org().archive();
  act.register_origin = org().register_signer().vkey().name;
  act.capture_origin = org().capture_signer().vkey().name;
  act.opened_s = testing::kTestStart + 30;
  EXPECT_SAYS(refused(RegisterType::ledger_opened,
                      sign_ledger_opened(act, {{testing::kOfficer, key(testing::kOfficer)}})),
              "before");
  RegisterState fresh =
      testing::replay(org().archive(), {entry_of(RegisterType::roster, org().genesis_object())});
  const auto findings_after = [&](const Bytes& object) {
    const TestEntry entry = entry_of(RegisterType::ledger_opened, object);
    EXPECT_TRUE(fresh.apply(entry.leaf, entry.object));
    return fresh.findings().size();
  };
  EXPECT_EQ(findings_after(sign_ledger_opened(act, {{testing::kReader, key(testing::kReader)}})), 1u);
  EXPECT_EQ(findings_after(sign_ledger_opened(act, {{1, key(1)}})), 2u);
  LedgerOpened other = act;
  other.capture_origin = "elsewhere.example";
  EXPECT_EQ(findings_after(sign_ledger_opened(other, {{testing::kOfficer, key(testing::kOfficer)}})), 3u);
  EXPECT_EQ(findings_after(sign_ledger_opened(act, {{1, key(1)}, {3, key(3)}})), 3u);
}

}  // namespace
}  // namespace strongroom::roster
