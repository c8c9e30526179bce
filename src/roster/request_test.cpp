#include "roster/request.h"

#include <gtest/gtest.h>

#include "crypto/hash.h"
#include "roster/request_open.h"
#include "roster/signing.h"
#include "roster/test_organisation.h"

namespace strongroom::roster {
namespace {

using testing::TestOrganisation;

const TestOrganisation& organisation() {
  static const TestOrganisation one;
  return one;
}
std::vector<Hash256> some_folders() {
  return {crypto::sha256(bytes_of("c")), crypto::sha256(bytes_of("a")), crypto::sha256(bytes_of("b"))};
}
const PreparedRequest& prepared() {
  static const PreparedRequest one = organisation().request(some_folders(), Secret<32>{});
  return one;
}
crypto::xwing::PrivateKey mail_of(MemberId id) {
  return crypto::xwing::PrivateKey(organisation().member(id).mail_seed);
}

TEST(Request, EveryRecipientOpensItsCopyAndCanCheckAllOthers) {
  ASSERT_EQ(prepared().sealed.size(), 4u);  // three trustees and the approver
  for (const auto& [id, sealed] : prepared().sealed) {
    const auto copy = open_request_copy(sealed, prepared().entry.commitment, mail_of(id));
    ASSERT_TRUE(copy) << copy.error().to_string();
    EXPECT_EQ(*copy, prepared().copy);
    const auto request = open_request(*copy, prepared().entry, organisation().genesis());
    ASSERT_TRUE(request) << request.error().to_string();
    EXPECT_EQ(request->scope.folders, 3u);
    EXPECT_TRUE(check_request_copies(*copy, prepared().entry, organisation().genesis()));
  }
}

TEST(Request, ACopyOpensForNobodyElseAndForNoOtherCommitment) {
  const Bytes& sealed = prepared().sealed[0].second;
  EXPECT_FALSE(open_request_copy(sealed, prepared().entry.commitment, mail_of(2)));
  EXPECT_FALSE(open_request_copy(sealed, Hash256{}, mail_of(1)));
}

TEST(Request, CopiesThatDifferAreFoundAndTheirRecipientNamed) {
  RequestEntry entry = prepared().entry;
  entry.copies[2].second[0] ^= std::byte{1};
  const auto checked = check_request_copies(prepared().copy, entry, organisation().genesis());
  ASSERT_FALSE(checked);
  EXPECT_NE(checked.error().what.find("member 3"), std::string::npos);
  entry = prepared().entry;
  entry.copies.pop_back();
  EXPECT_FALSE(check_request_copies(prepared().copy, entry, organisation().genesis()));
}

TEST(Request, OpeningRefusesWhatWasNotSigned) {
  const auto refused = [](const RequestCopy& copy, RequestEntry entry) {
    entry.commitment = request_commitment(copy.salt, copy.request);
    return !open_request(copy, entry, organisation().genesis());
  };
  RequestCopy copy = prepared().copy;
  EXPECT_FALSE(refused(copy, prepared().entry));
  copy.folders.pop_back();
  EXPECT_TRUE(refused(copy, prepared().entry));
  copy = prepared().copy;
  copy.folders.back()[0] ^= std::byte{1};
  EXPECT_TRUE(refused(copy, prepared().entry));
  copy = prepared().copy;
  copy.request.back() ^= std::byte{1};
  EXPECT_TRUE(refused(copy, prepared().entry));
  RequestEntry of_another = prepared().entry;
  of_another.reader = testing::kOfficer;
  EXPECT_TRUE(refused(prepared().copy, of_another));
  // The entry commits to another request.
  EXPECT_FALSE(open_request(prepared().copy, RequestEntry{}, organisation().genesis()));
}

TEST(Request, ListsAtMost4096Folders) {
  std::vector<Hash256> folders(kFoldersPerRequestMax + 1);
  for (std::size_t i = 0; i < folders.size(); ++i) {
    Bytes number;
    append_u64(number, i);
    folders[i] = crypto::sha256(number);
  }
  const auto prepare = [&] {
    ReadingRequest request;
    request.reader = testing::kReader;
    request.expires_s = 1;
    return prepare_request(request, folders, organisation().genesis(),
                           organisation().member(testing::kReader).key, {});
  };
  EXPECT_EQ(prepare().error().code, ErrorCode::limit_exceeded);
  folders.pop_back();
  EXPECT_TRUE(prepare());
}

TEST(Directory, OpensForReadersOfficersAndTrusteesOnly) {
  testing::TestEntropy entropy("directory");
  const std::vector<DirectoryEntry> entries = {
      {organisation().device(0).enrolment.device, "A. Custodian", "desk 4"}};
  const SealedDirectory sealed =
      seal_directory(entries, organisation().genesis(), testing::kOfficer, testing::kTestStart, entropy)
          .value();
  ASSERT_EQ(sealed.copies.size(), 5u);
  for (const auto& [id, copy] : sealed.copies) {
    EXPECT_NE(id, testing::kApprover);
    EXPECT_EQ(open_directory_copy(copy, organisation().archive(), mail_of(id)).value(), entries);
    EXPECT_FALSE(open_directory_copy(copy, organisation().archive(), mail_of(testing::kApprover)));
  }
}

}  // namespace
}  // namespace strongroom::roster
