// Every refusal of protocol §5.3, one thing wrong at a time.
#include "grant/check_request.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "crypto/hash.h"
#include "roster/signing.h"
#include "roster/test_organisation.h"

namespace strongroom::grant {
namespace {

using envelope::RegisterType;
using roster::testing::entry_of;
using roster::testing::kApprover;
using roster::testing::kReader;
using roster::testing::kTestClass;
using roster::testing::kTestDay;
using roster::testing::kTestStart;
using roster::testing::TestEntry;
using roster::testing::TestOrganisation;

/// The one whose turn it is: a test of the cooling-off has its own.
const TestOrganisation*& chosen() {
  static const TestOrganisation one;
  static const TestOrganisation* turn = &one;
  return turn;
}
const TestOrganisation& org() { return *chosen(); }
Hash256 some(std::string_view text) { return crypto::sha256(bytes_of(text)); }

/// Which steps the register has seen, and what the trustee's program has in hand.
struct Granting : ::testing::Test {
  static constexpr std::uint64_t kNow = kTestStart + 9000;
  const envelope::TreeHead capture{10, some("capture ledger at size 10")};
  const Hash256 folder = some("folder header");

  Granting() : prepared(org().request({folder}, Secret<32>{})), copy(prepared.copy) {
    ListedFolder listed;
    listed.device = org().device(0).enrolment.device;
    listed.header_hash = folder;
    listed.leaf = 3;
    listed.core0.device = listed.device;
    listed.core0.retention_class = kTestClass;
    listed.core0.day = kTestDay;
    folders = {listed};
    nonce[0] = std::byte{7};
    entries = org().opening({}, 1);
  }

  void enter(RegisterType type, const Bytes& object) { entries.push_back(entry_of(type, object)); }
  void cross() { entries.push_back(org().cross_leaf(capture, kTestStart + 3000)); }
  void request() {
    request_leaf = entries.size();
    enter(RegisterType::request, prepared.entry_object);
  }
  void approval() {
    enter(RegisterType::approval, org().approval_object(prepared.entry.commitment, request_leaf));
  }
  void sign_nonce() { enter(RegisterType::nonce, roster::sign_nonce({1, nonce}, org().member(1).key)); }
  void all() {
    cross();
    request();
    approval();
    sign_nonce();
  }

  Result<CheckedRequest> check(std::uint64_t witness_time_s = kNow) {
    const roster::RegisterState state = roster::testing::replay(org().archive(), entries);
    return check_request({state, head.value_or(state.head()), witness_time_s, nonce, trustee,
                          prepared.entry.commitment, copy, folders, root_at_cross, request_seen_s});
  }
  std::string refusal(std::uint64_t witness_time_s = kNow) {
    const auto checked = check(witness_time_s);
    return checked ? "granted" : checked.error().to_string();
  }
  roster::PreparedRequest prepared;
  roster::RequestCopy copy;
  std::vector<ListedFolder> folders;
  ByteArray<32> nonce{};
  std::vector<TestEntry> entries;
  std::uint64_t request_leaf = 0;
  roster::MemberId trustee = 1;
  std::optional<Hash256> root_at_cross = capture.root;
  std::optional<envelope::TreeHead> head;
  std::optional<std::uint64_t> request_seen_s;
};

#define EXPECT_REFUSED(text, part) EXPECT_NE((text).find(part), std::string::npos) << (text)

TEST_F(Granting, GrantsWhatIsRightInEveryStep) {
  all();
  const auto checked = check();
  ASSERT_TRUE(checked) << checked.error().to_string();
  EXPECT_EQ(checked->request.case_name, "case 17");
  EXPECT_EQ(checked->leaf, request_leaf);
  EXPECT_EQ(checked->approvers, std::vector<roster::MemberId>{kApprover});
}

TEST_F(Granting, GrantsADrillOfCanariesAndOfNothingElse) {
  prepared = org().request({folder}, Secret<32>{}, roster::RequestPurpose::drill);
  copy = prepared.copy;
  all();
  EXPECT_REFUSED(refusal(), "the request says that it is a drill, and the folder of leaf 3 is no canary");
  folders[0].canary = some("answer");
  EXPECT_EQ(refusal(), "granted");
}

TEST_F(Granting, RefusesWhatNobodyApproved) {
  cross();
  request();
  sign_nonce();
  EXPECT_REFUSED(refusal(), "nobody but the reader has approved");
}

TEST_F(Granting, RefusesAStaleRegisterWithoutTheNonceOfThisSession) {
  cross();
  request();
  approval();
  EXPECT_REFUSED(refusal(), "nonce signed a moment ago");
}

TEST_F(Granting, RefusesANonceOfAnotherSession) {
  all();
  nonce[0] = std::byte{8};
  EXPECT_REFUSED(refusal(), "nonce signed a moment ago");
}

TEST_F(Granting, RefusesARegisterThatWasNotTheOneWitnessed) {
  all();
  head = envelope::TreeHead{entries.size(), some("another register")};
  EXPECT_REFUSED(refusal(), "not the one that was witnessed");
}

TEST_F(Granting, RefusesAnExpiredRequestByTheWitnessesTime) {
  all();
  EXPECT_REFUSED(refusal(kTestStart + 14 * 86400), "the request has expired");
  EXPECT_EQ(refusal(kTestStart + 14 * 86400 - 1), "granted");
}

TEST_F(Granting, RefusesUnderAnExpiredRoster) {
  all();
  EXPECT_REFUSED(refusal(kTestStart + roster::kRosterLifetimeS), "roster has expired");
}

TEST_F(Granting, RefusesAListWiderThanThePredicateInDevices) {
  all();
  folders[0].device = folders[0].core0.device = org().device(1).enrolment.device;
  EXPECT_REFUSED(refusal(), "wider than the request says");
}

TEST_F(Granting, RefusesAListWiderThanThePredicateInClasses) {
  all();
  folders[0].core0.retention_class = kTestClass + 1;
  EXPECT_REFUSED(refusal(), "wider than the request says");
}

TEST_F(Granting, RefusesAListWiderThanThePredicateInDays) {
  all();
  folders[0].core0.day = kTestDay + 31;
  EXPECT_REFUSED(refusal(), "wider than the request says");
  folders[0].core0.day = kTestDay - 1;
  EXPECT_REFUSED(refusal(), "wider than the request says");
  folders[0].core0.days = 2;  // its last day is in the scope
  EXPECT_EQ(refusal(), "granted");
}

TEST_F(Granting, RefusesAFolderMoreThanTheRequestWasSignedFor) {
  all();
  copy.folders.push_back(some("one folder more"));
  std::ranges::sort(copy.folders);
  EXPECT_REFUSED(refusal(), "the list of folders is not the one");
}

TEST_F(Granting, RefusesAnotherFolderUnderTheSameCount) {
  all();
  copy.folders = {some("another folder")};
  EXPECT_REFUSED(refusal(), "the list of folders is not the one");
}

TEST_F(Granting, RefusesWhenSomebodyWasSentAnotherCopy) {
  // The reader signs an entry in which one recipient's copy is something else.
  prepared.entry.copies.front().second = some("something else");
  prepared.entry_object = roster::sign_request_entry(prepared.entry, org().member(kReader).key);
  all();
  EXPECT_REFUSED(refusal(), "was sent something else");
}

TEST_F(Granting, RefusesACopyThatTheRegisterDoesNotCommitTo) {
  all();
  copy.salt[0] ^= std::byte{1};
  EXPECT_REFUSED(refusal(), "not the one the register commits to");
}

TEST_F(Granting, RefusesARequestThatIsNotInTheRegister) {
  cross();
  sign_nonce();
  EXPECT_REFUSED(refusal(), "not in the register");
}

TEST_F(Granting, RefusesTheReadersOwnApproval) {
  cross();
  request();
  roster::Approval own{org().archive(),           org().genesis().hash, kReader,
                       prepared.entry.commitment, request_leaf,         kTestStart + 7200};
  enter(RegisterType::approval, roster::sign_approval(own, org().member(kReader).key));
  sign_nonce();
  EXPECT_REFUSED(refusal(), "nobody but the reader has approved");
}

TEST_F(Granting, RefusesAFolderYoungerThanTheLastCrossLeafBeforeTheRequest) {
  all();
  folders[0].leaf = capture.size;
  EXPECT_REFUSED(refusal(), "younger than the request");
}

TEST_F(Granting, RefusesWhenNoCrossLeafStoodBeforeTheRequest) {
  request();
  cross();
  approval();
  sign_nonce();
  EXPECT_REFUSED(refusal(), "no checkpoint of the capture ledger");
}

TEST_F(Granting, RefusesACaptureLedgerThatIsNoContinuation) {
  all();
  root_at_cross = some("a fork");
  EXPECT_REFUSED(refusal(), "not a continuation");
  root_at_cross = std::nullopt;
  EXPECT_REFUSED(refusal(), "not a continuation");
}

TEST_F(Granting, RefusesAFolderThatNoChainShows) {
  all();
  folders.clear();
  EXPECT_REFUSED(refusal(), "in no chain of the devices");
}

TEST_F(Granting, RefusesWhatAMemberStopped) {
  all();
  roster::StopOrder order{org().archive(), org().archive(), 3, prepared.entry.commitment, 0, kNow - 60};
  enter(RegisterType::stop_order, sign_stop_order(order, org().member(3).key));
  EXPECT_REFUSED(refusal(), "member 3 stopped this request");
}

TEST_F(Granting, RefusesWhileEveryReadingIsStopped) {
  all();
  roster::StopOrder order{org().archive(), org().archive(), kApprover, {}, kNow + 60, kNow - 60};
  enter(RegisterType::stop_order, sign_stop_order(order, org().member(kApprover).key));
  EXPECT_REFUSED(refusal(), "stopped every reading");
  EXPECT_EQ(refusal(kNow + 60), "granted");
}

TEST_F(Granting, RefusesUnderARegisterItHasNoRuleFor) {
  all();
  enter(RegisterType::hold, copy_of(bytes_of("an entry of a later version")));
  EXPECT_REFUSED(refusal(), "no rule for leaf");
}

TEST_F(Granting, RefusesAClosedCase) {
  all();
  roster::CaseClosed closed{org().archive(), prepared.entry.commitment, kReader, kNow - 60};
  enter(RegisterType::case_closed, sign_case_closed(closed, org().member(kReader).key));
  EXPECT_REFUSED(refusal(), "closed this case");
}

TEST_F(Granting, RefusesFoldersThatCameAfterTheirDeviceWasRevoked) {
  all();
  roster::Revocation lost{org().archive(), org().archive(), org().device(0).enrolment.device};
  lost.officer = roster::testing::kOfficer;
  lost.revoked_s = kNow - 60;
  enter(RegisterType::revocation, sign_revocation(lost, org().member(roster::testing::kOfficer).key));
  EXPECT_EQ(refusal(), "granted");  // it stood under the cross leaf before
  folders[0].leaf = capture.size;
  folders[0].leaf = 9;
  entries.erase(entries.begin() + static_cast<std::ptrdiff_t>(request_leaf - 1));  // no cross leaf before it
  request_leaf -= 1;
  EXPECT_NE(refusal(), "granted");
}

struct GrantingAfterAnHour : ::testing::Test {
  GrantingAfterAnHour() { chosen() = &patient(); }
  ~GrantingAfterAnHour() override { chosen() = before_; }
  static const TestOrganisation& patient() {
    static const TestOrganisation one(3, 3600);
    return one;
  }
  const TestOrganisation* before_ = chosen();
};

TEST_F(GrantingAfterAnHour, WaitsFromWhenTheWitnessesSawTheRequest) {
  struct One : Granting {
    void TestBody() override {}
  } granting;
  granting.all();
  EXPECT_REFUSED(granting.refusal(), "no cross leaf of the capture ledger covers the request");
  granting.request_seen_s = Granting::kNow - 3599;
  EXPECT_REFUSED(granting.refusal(), "not over: 1 hours");
  granting.request_seen_s = Granting::kNow - 3600;
  EXPECT_EQ(granting.refusal(), "granted");
}

TEST_F(Granting, RefusesSomebodyWhoIsNoTrustee) {
  all();
  trustee = kReader;
  EXPECT_REFUSED(refusal(), "does not name you as a trustee");
}

}  // namespace
}  // namespace strongroom::grant
