/// What tests of the register's rules stand on. Test code only.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "roster/replay.h"
#include "roster/signing.h"
#include "roster/test_organisation.h"

namespace strongroom::roster {

using envelope::RegisterType;
using testing::entry_of;
using testing::TestEntry;
using testing::TestOrganisation;

/// A register that stands at: genesis, opening, one lot's keys, one device, one request.
class ReplayTest : public ::testing::Test {
 protected:
  static const TestOrganisation& org() {
    static const TestOrganisation one;
    return one;
  }
  static const crypto::SigningKey& key(MemberId id) { return org().member(id).key; }

  ReplayTest() : state_(testing::replay(org().archive(), org().opening({org().lot_for_day()}, 1))) {
    EXPECT_TRUE(state_.findings().empty()) << state_.findings()[0].error.to_string();
    enter(RegisterType::request, prepared().entry_object);
  }
  static const PreparedRequest& prepared() {
    static const PreparedRequest one = org().request({Hash256{}}, Secret<32>{});
    return one;
  }
  const Hash256& commitment() const { return prepared().entry.commitment; }
  std::uint64_t request_leaf() const { return state_.requests().at(commitment()).leaf; }

  /// Applies an object that must be found good.
  std::uint64_t enter(RegisterType type, const Bytes& object) {
    const std::size_t before = state_.findings().size();
    const TestEntry entry = entry_of(type, object);
    EXPECT_TRUE(state_.apply(entry.leaf, entry.object));
    EXPECT_EQ(state_.findings().size(), before) << state_.findings().back().error.to_string();
    return state_.applied() - 1;
  }
  /// Applies an object that must become a finding, and returns what the finding says.
  std::string refused(const TestEntry& entry) {
    const std::size_t before = state_.findings().size();
    EXPECT_TRUE(state_.apply(entry.leaf, entry.object));
    EXPECT_EQ(state_.findings().size(), before + 1);
    if (state_.findings().size() == before) return "nothing";
    EXPECT_EQ(state_.findings().back().leaf, state_.applied() - 1);
    return state_.findings().back().error.to_string();
  }
  std::string refused(RegisterType type, const Bytes& object) { return refused(entry_of(type, object)); }

  Approval approval() const {
    Approval a{org().archive(), org().genesis().hash, testing::kApprover, commitment(), request_leaf(), 0};
    a.approved_s = testing::kTestStart + 7200;
    return a;
  }
  /// Enters the device's invitation.
  testing::TestDevice invited(testing::TestDevice device) {
    enter(RegisterType::invitation, org().invitation_object(device));
    return device;
  }
  Roster next_roster() const {
    Roster next = org().genesis().roster;
    next.archive = next.previous = org().archive();
    next.number = 1;
    next.issued_s += 86400;
    return next;
  }
  static Bytes by_quorum(const Roster& roster) { return sign_roster(roster, {{1, key(1)}, {2, key(2)}}); }

  RegisterState state_;
};

#define EXPECT_SAYS(text, part) EXPECT_NE((text).find(part), std::string::npos) << (text)

}  // namespace strongroom::roster
