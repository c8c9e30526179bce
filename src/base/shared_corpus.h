/// Where tests find the optional corpus of other people's samples and vectors (HACKING.md). Test code only.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>

namespace strongroom::testing {

/// The corpus directory: $STRONGROOM_SHARED, or ../shared beside the checkout; nullopt if there is none.
inline std::optional<std::filesystem::path> shared_corpus() {
  const char* named = std::getenv("STRONGROOM_SHARED");
  std::filesystem::path path = named != nullptr ? named : STRONGROOM_SOURCE_DIR "/../shared";
  if (!std::filesystem::is_directory(path)) return std::nullopt;
  return path;
}

/// True where a missing corpus is a failure, not a skip.
inline bool shared_corpus_required() { return std::getenv("STRONGROOM_SHARED_REQUIRED") != nullptr; }

}  // namespace strongroom::testing

/// Ends the test when the corpus (or `relative` in it) is not there: skipped loudly, or failed where required.
/// Defines `path`.
#define STRONGROOM_CORPUS(path, relative) \
  const auto corpus_root_ = ::strongroom::testing::shared_corpus(); \
  if (!corpus_root_) { \
    if (::strongroom::testing::shared_corpus_required()) FAIL() << "the corpus ../shared is required here"; \
    GTEST_SKIP() << "SKIPPED WITHOUT THE CORPUS: ../shared is absent, " << relative << " was not tested"; \
  } \
  const auto path = *corpus_root_ / relative; \
  ASSERT_TRUE(std::filesystem::exists(path)) << path << " is missing from the corpus"
