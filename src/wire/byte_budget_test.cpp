#include "wire/byte_budget.h"

#include <gtest/gtest.h>

#include <optional>

namespace strongroom::wire {
namespace {

TEST(ByteBudget, GivesAtOnceWhatIsThereAndTakesItBack) {
  const auto budget = std::make_shared<ByteBudget>(100);
  {
    const auto waiter = budget->ask(60, [] { FAIL() << "nobody waited"; });
    ASSERT_TRUE(waiter->granted());
    const ByteBudget::Share share = waiter->take();
    EXPECT_EQ(budget->left(), 40U);
  }
  EXPECT_EQ(budget->left(), 100U);
}

TEST(ByteBudget, ServesThoseWhoWaitInTheirOrder) {
  const auto budget = std::make_shared<ByteBudget>(100);
  std::optional<ByteBudget::Share> all = budget->ask(100, [] {})->take();
  int woken = 0;
  const auto large = budget->ask(80, [&] { ++woken; });
  const auto small = budget->ask(30, [&] { ++woken; });
  EXPECT_FALSE(large->granted());
  EXPECT_FALSE(small->granted());
  all.reset();
  EXPECT_EQ(woken, 1);
  EXPECT_TRUE(large->granted());
  EXPECT_FALSE(small->granted()) << "the small one does not overtake, or a large one would wait for ever";
  static_cast<void>(large->take());
  EXPECT_EQ(woken, 2);
  EXPECT_TRUE(small->granted());
}

TEST(ByteBudget, LosesNothingWhenSomeoneLeaves) {
  const auto budget = std::make_shared<ByteBudget>(100);
  std::optional<ByteBudget::Share> most = budget->ask(90, [] {})->take();
  const auto first = budget->ask(50, [] {});
  const auto second = budget->ask(10, [] {});
  first->leave();
  EXPECT_TRUE(second->granted()) << "nobody is in front any more";
  second->leave();
  most.reset();
  EXPECT_EQ(budget->left(), 100U);
}

}  // namespace
}  // namespace strongroom::wire
