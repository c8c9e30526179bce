// Two copies of OpenSSL in one process would be two random generators, two sets of providers and, sooner or later,
// an object of one freed by the other. This process links all libraries of ours that may bring one along.
#include <gtest/gtest.h>
#include <openssl/crypto.h>
#include <openssl/ssl.h>

#include <fstream>
#include <set>
#include <string>

namespace {

std::set<std::string> mapped_files_named(const std::string& part) {
  std::set<std::string> found;
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    const auto path = line.find('/');
    if (path != std::string::npos && line.find(part, path) != std::string::npos)
      found.insert(line.substr(path));
  }
  return found;
}

TEST(OneLibcrypto, ExactlyOneIsMapped) {
  const auto found = mapped_files_named("/libcrypto.so");
  ASSERT_EQ(found.size(), 1u) << testing::PrintToString(found);
}

TEST(OneLibcrypto, ItIsAtLeast35) {
  EXPECT_GE(OPENSSL_version_major() * 1000 + OPENSSL_version_minor(), 3005u)
      << OpenSSL_version(OPENSSL_VERSION);
}

TEST(OneLibcrypto, ItIsTheOneWeCompiledAgainst) {
  EXPECT_EQ(OPENSSL_version_major(), static_cast<unsigned>(OPENSSL_VERSION_MAJOR));
  EXPECT_EQ(OPENSSL_version_minor(), static_cast<unsigned>(OPENSSL_VERSION_MINOR));
}

TEST(OneLibcrypto, LibsslComesFromTheSamePlace) {
  ASSERT_EQ(OPENSSL_init_ssl(0, nullptr), 1);
  const auto crypto = mapped_files_named("/libcrypto.so");
  const auto ssl = mapped_files_named("/libssl.so");
  ASSERT_EQ(crypto.size(), 1u);
  ASSERT_EQ(ssl.size(), 1u);
  EXPECT_EQ(crypto.begin()->substr(0, crypto.begin()->rfind('/')),
            ssl.begin()->substr(0, ssl.begin()->rfind('/')));
}

}  // namespace
