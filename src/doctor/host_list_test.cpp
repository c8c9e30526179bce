#include "doctor/host_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace strongroom::doctor {
namespace {

using testing::ElementsAre;

TEST(HostList, ReadsHostsPortsAndNotes) {
  const auto hosts = parse_host_list(
      "# ours\n\nmail.example.org  # the old one\r\n10.0.3.7:443,8000-8002\n[2001:db8::7]:25\n2001:db8::8\n",
      {22});
  ASSERT_TRUE(hosts.has_value()) << hosts.error().to_string();
  EXPECT_THAT(*hosts, ElementsAre(ListedHost{"mail.example.org", {22}},
                                  ListedHost{"10.0.3.7", {443, 8000, 8001, 8002}},
                                  ListedHost{"2001:db8::7", {25}}, ListedHost{"2001:db8::8", {22}}));
}

TEST(HostList, TakesAHostNamedTwiceOnce) {
  const auto hosts = parse_host_list("a:25,22\na:22,80", {});
  ASSERT_TRUE(hosts.has_value());
  EXPECT_THAT(*hosts, ElementsAre(ListedHost{"a", {22, 25, 80}}));
}

TEST(HostList, RefusesNetworksPatternsAndNothing) {
  for (const std::string_view text :
       {"10.0.0.0/24", "*.example.org", "10.0.0.1-20:22,", "a b", "a:", "a:0", "a:65536", "a:9-8", "[::1",
        "[::1]x", "-h", "::g", "# none", "", "a:1-5000", "http://a"})
    EXPECT_FALSE(parse_host_list(text, {22}).has_value()) << text;
}

TEST(HostList, NamesTheLine) {
  const auto hosts = parse_host_list("a\nb\nc/8\n", {22});
  ASSERT_FALSE(hosts.has_value());
  EXPECT_EQ(hosts.error().where, "line 3");
}

TEST(HostList, LimitsHostsAndPorts) {
  std::string many;
  for (std::size_t i = 0; i <= kHostsMax; ++i) many += "h" + std::to_string(i) + "\n";
  EXPECT_FALSE(parse_host_list(many, {22}).has_value());
  EXPECT_FALSE(parse_host_list("a:1-4000\na:5000-6000", {22}).has_value());
  EXPECT_TRUE(std::ranges::is_sorted(usual_ports()));
}

}  // namespace
}  // namespace strongroom::doctor
