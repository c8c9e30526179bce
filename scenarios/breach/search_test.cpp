// The searcher: every form at every alignment, whole and broken streams, halves of keys; and what it must not claim.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "codec/text.h"
#include "searcher.h"
#include "streams.h"

namespace strongroom::breach {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

const Bytes kText = copy_of(bytes_of("Zoé ~~ Quai?>4"));
const Bytes kKey = [] {
  Bytes key;
  for (unsigned i = 0; i < 32; ++i) key.push_back(static_cast<std::byte>(0xf0 ^ (i * 37)));
  return key;
}();

std::vector<std::string> forms_found(const Bytes& canary, BytesView bytes) {
  const Searcher searcher({{"names", "the canary", canary}});
  std::vector<std::string> out;
  searcher.search(bytes, [&](const Searcher::Found& found) { out.emplace_back(name_of(found.form)); });
  return out;
}

Bytes among(BytesView middle, std::size_t before) {
  Bytes out(before, std::byte{'x'});
  append(out, middle);
  append(out, bytes_of("yyyyyy"));
  return out;
}

TEST(Forms, AreFoundAtEveryOffset) {
  for (const Form form : all_forms()) {
    for (std::size_t before = 0; before < 9; ++before) {
      EXPECT_THAT(forms_found(kText, among(leaked_as(form, kText), before)), Contains(name_of(form)))
          << name_of(form) << " after " << before << " bytes";
    }
  }
}

TEST(Forms, AreFoundForKeysByTheirHalves) {
  for (const Form form : all_forms()) {
    EXPECT_THAT(forms_found(kKey, leaked_as(form, kKey)), testing::Not(IsEmpty())) << name_of(form);
  }
  const BytesView last_half = BytesView(kKey).subspan(16);
  EXPECT_THAT(forms_found(kKey, among(last_half, 16)), ElementsAre("raw"));
}

TEST(Forms, OfBase64AreWhatEncodersWrite) {
  // Every alignment of the secret in a longer text, by another encoder than the one that makes the patterns.
  for (std::size_t before = 0; before < 12; ++before) {
    const std::string encoded = codec::base64(among(kText, before));
    EXPECT_THAT(forms_found(kText, bytes_of(encoded)), testing::Not(IsEmpty())) << before << ": " << encoded;
  }
}

TEST(Forms, OfTextAreKnownAnswers) {
  EXPECT_EQ(text_of(written_as(Form::percent_text_upper, kText)), "Zo%C3%A9%20~~%20Quai%3F%3E4");
  EXPECT_EQ(text_of(written_as(Form::percent_form, kText)), "Zo%C3%A9+~~+Quai%3F%3E4");
  EXPECT_EQ(codec::hex(written_as(Form::utf16le, bytes_of("Aé"))), "4100e900");
  EXPECT_EQ(codec::hex(written_as(Form::utf16be, bytes_of("\U0001f433"))), "d83ddc33");
  EXPECT_EQ(text_of(leaked_as(Form::base64url_1, bytes_of("?>?>?>?>"))), "Iz8-Pz4_Pj8-Li4=");
}

TEST(Searcher, FindsTheFirstAndTheLastBytes) {
  EXPECT_THAT(forms_found(kText, kText), ElementsAre("raw"));
  const Bytes shorter(kText.begin(), kText.end() - 1);
  EXPECT_THAT(forms_found(kText, shorter), IsEmpty());
}

TEST(Searcher, TellsWhichOfManyAndHowOften) {
  std::vector<Canary> canaries;
  for (int i = 100; i < 900; ++i)
    canaries.push_back({"names", std::to_string(i), copy_of(bytes_of("canary number " + std::to_string(i)))});
  const Searcher searcher(canaries);
  std::vector<std::string> found;
  searcher.search(bytes_of("canary number 4, canary number 777 canary number 101canary number 777"),
                  [&](const Searcher::Found& one) { found.push_back(canaries[one.canary].name); });
  EXPECT_THAT(found, ElementsAre("777", "101", "777"));
}

std::vector<std::string> streams_found(BytesView bytes, const Bytes& canary) {
  const Searcher searcher({{"names", "the canary", canary}});
  Streams outer, inner;
  std::vector<std::string> out;
  outer.find(bytes, [&](const Streams::Stream& stream) {
    searcher.search(stream.content, [&](const auto&) { out.emplace_back(stream.packing); });
    inner.find(stream.content, [&](const Streams::Stream& within) {
      searcher.search(within.content, [&](const auto&) {
        out.push_back(std::string(stream.packing) + "/" + std::string(within.packing));
      });
    });
  });
  return out;
}

TEST(Streams, AreSearchedInsideWhereverTheyBegin) {
  for (const Packing packing : all_packings()) {
    for (std::size_t before = 0; before < 5; ++before) {
      EXPECT_THAT(streams_found(among(leaked_in(packing, kText), before), kText), Contains(name_of(packing)))
          << before;
    }
  }
}

TEST(Streams, AreSearchedAsFarAsTheyGo) {
  Bytes text = copy_of(bytes_of("words before "));
  append(text, kText);
  for (int i = 0; i < 20000; ++i) append(text, bytes_of(std::to_string(i * 7919)));
  for (const Packing packing : {Packing::zlib, Packing::gzip}) {
    Bytes cut = leaked_in(packing, text);
    cut.resize(cut.size() / 2);
    EXPECT_THAT(streams_found(cut, kText), Contains(name_of(packing)));
  }
}

TEST(Streams, MakeNothingOfOtherBytes) {
  Bytes noise;
  std::uint32_t state = 1;
  for (int i = 0; i < 200000; ++i) {
    state = state * 1664525 + 1013904223;
    noise.push_back(static_cast<std::byte>(state >> 24));
  }
  EXPECT_THAT(streams_found(noise, kText), IsEmpty());
  EXPECT_THAT(streams_found(bytes_of("PK\x03\x04"), kText), IsEmpty());
}

}  // namespace
}  // namespace strongroom::breach
