// A device's later keys: docs/formats/register.md, rule 15.
#include "crypto/hash.h"
#include "roster/replay_ground.h"

namespace strongroom::roster {
namespace {

class DeviceKeys : public ReplayTest {
 protected:
  DeviceKeys() {
    const TestEntry cross = org().cross_leaf({5, crypto::sha256({})}, testing::kTestStart + 500);
    EXPECT_TRUE(state_.apply(cross.leaf, {}));
  }
  static testing::TestDevice device(unsigned number = 0) { return org().device(number); }
  static crypto::SigningKey new_key(unsigned number) { return org().device(100 + number).key; }
  static DeviceReplaced act(unsigned number = 1) {
    DeviceReplaced d;
    d.archive = d.roster = org().archive();
    d.device = device().enrolment.device;
    d.device_key = new_key(number).public_half();
    d.tls_pin = org().device(100 + number).enrolment.tls_pin;
    d.asked_s = testing::kTestStart + 600;
    return d;
  }
  static Bytes by_officer(const Bytes& object) {
    return add_replacement_signature(object, {testing::kOfficer, key(testing::kOfficer)}).value();
  }
  static Bytes replacement(const DeviceReplaced& d, unsigned number = 1) {
    return by_officer(begin_replacement(d, device().key, new_key(number)));
  }
  const EnrolledDevice& known() const { return state_.devices().at(device().enrolment.device); }
};

TEST_F(DeviceKeys, FromTheEntryOnTheNewKeyCountsAndTheOldPinIsNobody) {
  const std::uint64_t leaf = enter(RegisterType::device_replaced, replacement(act()));
  ASSERT_EQ(known().later_keys.size(), 1u);
  EXPECT_EQ(known().later_keys[0].leaf, leaf);
  EXPECT_EQ(known().key(), act().device_key);
  EXPECT_EQ(known().key_at(4), device().enrolment.device_key);
  EXPECT_EQ(known().key_at(5), act().device_key);
  EXPECT_EQ(state_.device_by_pin(device().enrolment.tls_pin), nullptr);
  EXPECT_EQ(state_.device_by_pin(act().tls_pin), &known());
}

TEST_F(DeviceKeys, ItTakesTheKeyInForceTheNewOneAndAnOfficer) {
  const Bytes asked = begin_replacement(act(), device().key, new_key(1));
  EXPECT_SAYS(refused(RegisterType::device_replaced, asked), "no officer");
  EXPECT_SAYS(
      refused(RegisterType::device_replaced,
              add_replacement_signature(asked, {testing::kApprover, key(testing::kApprover)}).value()),
      "no officer");
  EXPECT_SAYS(
      refused(RegisterType::device_replaced,
              by_officer(
                  add_replacement_signature(asked, {testing::kApprover, key(testing::kApprover)}).value())),
      "no part");
  // By another device, by the new key alone, by a new key that nobody has.
  refused(RegisterType::device_replaced, by_officer(begin_replacement(act(), device(1).key, new_key(1))));
  refused(RegisterType::device_replaced, by_officer(begin_replacement(act(), new_key(1), new_key(1))));
  refused(RegisterType::device_replaced, by_officer(begin_replacement(act(), device().key, new_key(2))));
  EXPECT_TRUE(known().later_keys.empty());
}

TEST_F(DeviceKeys, AReplacedKeyReplacesNothing) {
  enter(RegisterType::device_replaced, replacement(act()));
  // Whoever stole the first key: for another new key, and the first entry once more.
  refused(RegisterType::device_replaced, by_officer(begin_replacement(act(2), device().key, new_key(2))));
  EXPECT_SAYS(refused(RegisterType::device_replaced, replacement(act())), "TLS pin");
  DeviceReplaced second = act(2);
  enter(RegisterType::device_replaced, by_officer(begin_replacement(second, new_key(1), new_key(2))));
  EXPECT_EQ(known().key(), second.device_key);
  EXPECT_EQ(known().later_keys.size(), 2u);
}

TEST_F(DeviceKeys, NoKeyIsGivenTwice) {
  enter(RegisterType::device_replaced, replacement(act()));
  DeviceReplaced back = act(2);
  back.device_key = device().enrolment.device_key;
  EXPECT_SAYS(
      refused(RegisterType::device_replaced, by_officer(begin_replacement(back, new_key(1), device().key))),
      "is or was");
  back = act(2);
  back.tls_pin = device().enrolment.tls_pin;
  EXPECT_SAYS(
      refused(RegisterType::device_replaced, by_officer(begin_replacement(back, new_key(1), new_key(2)))),
      "is or was");
  testing::TestDevice other = device(7);
  other.enrolment.device_key = act().device_key;
  enter(RegisterType::invitation, org().invitation_object(other));
  EXPECT_SAYS(refused(RegisterType::enrolment, org().enrolment_object(other)), "is or was");
}

TEST_F(DeviceKeys, ARevokedOrUnknownDeviceGetsNone) {
  DeviceReplaced unknown = act();
  unknown.device[0] ^= std::byte{1};
  EXPECT_SAYS(refused(RegisterType::device_replaced, replacement(unknown)), "no such device");
  Revocation v{org().archive(), org().archive(), device().enrolment.device};
  v.reason = RevocationReason::stolen;
  v.officer = testing::kOfficer;
  v.revoked_s = testing::kTestStart + 550;
  enter(RegisterType::revocation, sign_revocation(v, key(testing::kOfficer)));
  EXPECT_SAYS(refused(RegisterType::device_replaced, replacement(act())), "revoked");
}

TEST_F(DeviceKeys, OldAndFutureRequestsAndOtherRostersAreRefused) {
  DeviceReplaced d = act();
  d.asked_s = testing::kTestStart + 500 + 32 * 86400;
  EXPECT_SAYS(refused(RegisterType::device_replaced, replacement(d)), "after today");
  d = act();
  d.roster[0] ^= std::byte{1};
  EXPECT_SAYS(refused(RegisterType::device_replaced, replacement(d)), "not the one in force");
  const TestEntry later = org().cross_leaf({6, crypto::sha256({})}, testing::kTestStart + 31 * 86400);
  ASSERT_TRUE(state_.apply(later.leaf, {}));
  EXPECT_SAYS(refused(RegisterType::device_replaced, replacement(act())), "30 days");
}

TEST_F(DeviceKeys, SurviveTheirEncoding) {
  EXPECT_EQ(decode_device_replaced(encode(act())).value(), act());
  Bytes longer = encode(act());
  longer.push_back(std::byte{0});
  EXPECT_FALSE(decode_device_replaced(longer));
}

}  // namespace
}  // namespace strongroom::roster
