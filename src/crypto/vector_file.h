/// Reading JSON vector files in tests. Test code only: Boost.JSON stays out of the product.
#pragma once

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "base/bytes.h"
#include "base/secret.h"
#include "base/shared_corpus.h"
#include "codec/text.h"

namespace strongroom::crypto::vectors {

inline boost::json::value load(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  return boost::json::parse(text.str());
}

inline std::string text(const boost::json::object& object, std::string_view key) {
  return std::string(object.at(key).as_string());
}

/// The bytes of a hexadecimal field; the test fails if it is not hexadecimal.
inline Bytes bytes(const boost::json::object& object, std::string_view key) {
  auto decoded = codec::from_hex(text(object, key));
  EXPECT_TRUE(decoded.has_value()) << key;
  return decoded ? std::move(*decoded) : Bytes{};
}

template <std::size_t N>
Secret<N> secret(BytesView bytes) {
  EXPECT_EQ(bytes.size(), N);
  Secret<N> out;
  if (bytes.size() == N) std::memcpy(out.reveal_mutable().data(), bytes.data(), N);
  return out;
}
template <std::size_t N>
Secret<N> secret(const boost::json::object& object, std::string_view key) {
  return secret<N>(BytesView(bytes(object, key)));
}

inline bool is_valid(const boost::json::object& vector) { return text(vector, "result") == "valid"; }

/// Calls `visit(group, vector)` for every vector of a Wycheproof file; returns how many there were.
template <class Visit>
std::size_t each_wycheproof(const boost::json::value& file, Visit visit) {
  std::size_t count = 0;
  for (const auto& group : file.at("testGroups").as_array()) {
    for (const auto& vector : group.at("tests").as_array()) {
      SCOPED_TRACE("tcId " + std::to_string(vector.at("tcId").as_int64()));
      visit(group.as_object(), vector.as_object());
      ++count;
    }
  }
  return count;
}

}  // namespace strongroom::crypto::vectors
