#include "roster/register_objects.h"

#include <gtest/gtest.h>

#include "crypto/hash.h"
#include "roster/drill.h"
#include "roster/member_card.h"
#include "roster/restraints.h"
#include "roster/test_organisation.h"

namespace strongroom::roster {
namespace {

const testing::TestOrganisation& organisation() {
  static const testing::TestOrganisation one;
  return one;
}

/// decode(encode(x)) == x; no truncation and no byte more is accepted; what a flipped bit leaves readable is written
/// back to the very same bytes.
template <class T, class Decode>
void survives(const T& value, Decode decode) {
  Bytes content = encode(value);
  const auto back = decode(content);
  ASSERT_TRUE(back) << back.error().to_string();
  EXPECT_EQ(*back, value);
  for (std::size_t n = 0; n < content.size(); n += n < 200 ? 1 : 61)
    EXPECT_FALSE(decode(BytesView(content).first(n)));
  for (std::size_t i = 0; i < content.size(); i += i < 200 ? 1 : 61) {
    content[i] ^= std::byte{0x21};
    if (const auto other = decode(content)) {
      EXPECT_EQ(encode(*other), content);
    }
    content[i] ^= std::byte{0x21};
  }
  content.push_back(std::byte{0});
  EXPECT_FALSE(decode(content));
}

TEST(RegisterObjects, EveryKindComesBackAsItWas) {
  const PreparedRequest request = organisation().request({Hash256{}, crypto::sha256({})}, Secret<32>{});
  survives(LedgerOpened{organisation().archive(), "a", "b", 7}, decode_ledger_opened);
  survives(organisation().lot_key(organisation().lot_for_day(), 1), decode_lot_key);
  survives(organisation().device(0).enrolment, decode_enrolment);
  survives(request.copy, decode_request_copy);
  survives(request.entry, decode_request_entry);
  survives(Approval{Hash256{}, Hash256{}, 5, Hash256{}, 70, 80}, decode_approval);
  survives(Nonce{3, {}}, decode_nonce);
  survives(organisation().receipt(Hash256{}, 1, {3, Hash256{}}), decode_receipt);
  survives(Refusal{"header-signature", Hash256{}, 3, 4}, decode_refusal);
  survives(std::vector<DirectoryEntry>{{{}, "name", ""}}, decode_directory);
  survives(SealedDirectory{Hash256{}, Hash256{}, 4, {{1, Bytes(3)}, {2, {}}}, 5}, decode_sealed_directory);
  survives(Revocation{{}, {}, {}, RevocationReason::stolen, 4, 80}, decode_revocation);
  survives(StopOrder{{}, {}, 5, Hash256{}, 70, 80}, decode_stop_order);
  survives(CaseClosed{{}, {}, 6, 80}, decode_case_closed);
  survives(ShareCheck{{}, {}, 2, {{Hash256{}, 0, 1, true}, {Hash256{}, 0, 2, false}}, 9}, decode_share_check);
  survives(Drill{{}, {}, Hash256{}, 6, {{{}, {}, {}, DrillOutcome::opened, {}, {1, 3}}}, 80}, decode_drill);
  survives(LotKeySet{{0, 0, {}, 5}, {0, 1, {}, 6}, {2, 0, {}, 300}}, decode_lot_key_set);
}

// What a reader or an officer writes is shown to others before they approve.
TEST(RegisterObjects, TextThatCouldWriteElsewhereOnATerminalIsRefused) {
  ReadingRequest request;
  for (const char* text : {"case 17\n  folders     0", "case\x1B[2J",
                           "case\xC2\x9B"
                           "2J",
                           "case\x7F"}) {
    request.case_name = text;
    EXPECT_FALSE(decode_reading_request(encode(request))) << text;
    EXPECT_FALSE(decode_directory(encode(std::vector<DirectoryEntry>{{{}, text, ""}})));
    EXPECT_FALSE(decode_refusal(encode(Refusal{text, Hash256{}, 3, 4})));
  }
}

TEST(NameList, NamesEachMemberOnceInOrderInWholeLines) {
  const std::string salt(32, '0');
  const auto line = [&](int id, std::string_view name) {
    return "member " + std::to_string(id) + " " + salt + " " + std::string(name) + "\n";
  };
  ASSERT_TRUE(parse_names(format_names({{1, {{}, "Ana"}}, {2, {{}, "Bo"}}})));
  const std::string head = format_names({}).substr(0, format_names({}).find('\n') + 1);
  EXPECT_TRUE(parse_names(head + line(1, "Ana") + line(2, "Bo")));
  EXPECT_FALSE(parse_names(head + line(1, "Ana") + line(1, "Bo")));
  EXPECT_FALSE(parse_names((head + line(1, "Ana")).substr(0, head.size() + line(1, "Ana").size() - 1)));
  EXPECT_FALSE(parse_names(head + line(2, "Ana") + line(1, "Bo")));
  EXPECT_FALSE(parse_names(head + line(1,
                                       "Ana\xC2\x9B"
                                       "2J")));
}

TEST(RegisterObjects, TheRequestItselfComesBackAsItWas) {
  const PreparedRequest prepared = organisation().request({Hash256{}}, Secret<32>{});
  const auto object =
      envelope::decode_object(prepared.copy.request, kReadingRequestLabel, kRegisterObjectBytesMax).value();
  survives(decode_reading_request(object.content).value(), decode_reading_request);
}

TEST(RegisterObjects, AGrantHoldsEachShareOnceInOrder) {
  Grant grant{Hash256{}, Hash256{}, 2, {}};
  grant.shares.resize(2);
  grant.shares[1].position = 1;
  survives(grant, decode_grant);
  const Hash256 root = grants_root(grant);
  std::swap(grant.shares[0], grant.shares[1]);
  EXPECT_FALSE(decode_grant(encode(grant)));
  EXPECT_NE(grants_root(grant), root);
  grant.shares[1] = grant.shares[0];
  EXPECT_FALSE(decode_grant(encode(grant)));
}

TEST(RegisterObjects, ListsOutOfOrderAreRefused) {
  EXPECT_FALSE(decode_lot_key_set(encode(LotKeySet{{0, 1, {}, 5}, {0, 0, {}, 6}})));
  EXPECT_FALSE(decode_lot_key_set(encode(LotKeySet{{0, 1, {}, 5}, {0, 1, {}, 6}})));
  Enrolment enrolment = organisation().device(0).enrolment;
  enrolment.classes = {2, 1};
  EXPECT_FALSE(decode_enrolment(encode(enrolment)));
}

TEST(RegisterObjects, TheHashOfALotKeySetNamesEveryPartOfIt) {
  const LotKeySet set{{0, 0, {}, 5}};
  for (int part = 0; part < 4; ++part) {
    LotKeySet other = set;
    if (part == 0) other[0].quorum = 1;
    if (part == 1) other[0].position = 1;
    if (part == 2) other[0].public_key[7] = std::byte{1};
    if (part == 3) other[0].leaf_index = 6;
    EXPECT_NE(hash_of(other), hash_of(set));
  }
}

}  // namespace
}  // namespace strongroom::roster
