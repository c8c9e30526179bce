#include <gtest/gtest.h>
#include <openssl/crypto.h>

#include <fstream>
#include <set>
#include <string>

namespace strongroom::crypto {
namespace {

/// Protocol §1.1. Two copies in one process would be two random generators and two sets of bugs.
TEST(OpenSsl, ExactlyOneLibcryptoOfAtLeast35IsMapped) {
  EXPECT_GE(OpenSSL_version_num(), 0x30500000ul);
  std::set<std::string> mapped;
  std::ifstream maps("/proc/self/maps");
  ASSERT_TRUE(maps.is_open());
  for (std::string line; std::getline(maps, line);) {
    const auto slash = line.find('/');
    if (slash != std::string::npos && line.find("/libcrypto.so") != std::string::npos) mapped.insert(line.substr(slash));
  }
  EXPECT_EQ(mapped.size(), 1u);
}

}  // namespace
}  // namespace strongroom::crypto
