/// The Strongroom side of vectors/hpke-interop: `hpke_interop seal DIRECTORY` writes from_strongroom.json,
/// `hpke_interop open DIRECTORY` reads from_npm.json. A test program, not part of the product.
///
/// Both files are a list of {seed, public_key, info, enc, messages: [{aad, plaintext, ciphertext}],
/// exports: [{context, length, value}]}, bytes in hexadecimal; ours adds the randomness of the encapsulation.
#include <boost/json.hpp>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <string>

#include "codec/text.h"
#include "crypto/hpke.h"
#include "platform/entropy.h"

namespace {

using namespace strongroom;
using boost::json::array;
using boost::json::object;
using codec::hex;
using crypto::hpke::Context;

constexpr int kVectors = 8;
constexpr int kMessages = 4;

std::string text(const object& from, std::string_view key) { return std::string(from.at(key).as_string()); }

Bytes bytes(const object& from, std::string_view key) {
  return codec::from_hex(text(from, key)).value_or(Bytes{});
}

Bytes random_bytes(platform::Entropy& entropy, std::size_t size) {
  Bytes out(size);
  entropy.fill(out);
  return out;
}

array sealed_messages(platform::Entropy& entropy, Context& context) {
  array messages;
  for (std::size_t i = 0; i < kMessages; ++i) {
    const Bytes aad = random_bytes(entropy, i * 7);
    const Bytes plaintext = random_bytes(entropy, i * 41);
    const Bytes ciphertext = context.seal(aad, plaintext);
    messages.push_back(
        object{{"aad", hex(aad)}, {"plaintext", hex(plaintext)}, {"ciphertext", hex(ciphertext)}});
  }
  return messages;
}

/// One vector, or null if it cannot be made.
boost::json::value seal_one(platform::Entropy& entropy, std::size_t info_size) {
  const auto seed = entropy.secret<32>();
  const auto randomness = entropy.secret<64>();
  const Bytes info = random_bytes(entropy, info_size);
  const auto public_key = crypto::xwing::public_from_seed(seed);
  auto sender = crypto::hpke::setup_sender(public_key, info, randomness);
  if (!sender) return nullptr;
  array messages = sealed_messages(entropy, sender->context);
  const Bytes context = random_bytes(entropy, info_size);
  const std::size_t length = 32 + info_size;
  const array exports{object{{"context", hex(context)},
                             {"length", length},
                             {"value", hex(sender->context.export_secret(context, length).reveal())}}};
  return object{{"seed", hex(seed.reveal())},
                {"randomness", hex(randomness.reveal())},
                {"public_key", hex(public_key)},
                {"info", hex(info)},
                {"enc", hex(sender->enc)},
                {"messages", std::move(messages)},
                {"exports", exports}};
}

int seal_all(const std::string& directory) {
  platform::SystemEntropy entropy;
  array vectors;
  for (std::size_t i = 0; i < kVectors; ++i) vectors.push_back(seal_one(entropy, i * 13));
  std::ofstream out(directory + "/from_strongroom.json");
  out << boost::json::serialize(vectors);
  return out.good() ? 0 : 1;
}

bool opens(const object& vector) {
  const Bytes seed = bytes(vector, "seed");
  const Bytes enc = bytes(vector, "enc");
  if (seed.size() != 32 || enc.size() != crypto::xwing::kCiphertextBytes) return false;
  const crypto::xwing::PrivateKey key(Secret<32>::copy_of(BytesView(seed).first<32>()));
  Context context = crypto::hpke::setup_recipient(key, array_of<crypto::xwing::kCiphertextBytes>(enc),
                                                  bytes(vector, "info"));
  for (const auto& item : vector.at("messages").as_array()) {
    const auto opened = context.open(bytes(item.as_object(), "aad"), bytes(item.as_object(), "ciphertext"));
    if (!opened || hex(opened->reveal()) != text(item.as_object(), "plaintext")) return false;
  }
  for (const auto& item : vector.at("exports").as_array()) {
    const auto length = item.at("length").to_number<std::size_t>();
    const auto value = context.export_secret(bytes(item.as_object(), "context"), length);
    if (hex(value.reveal()) != text(item.as_object(), "value")) return false;
  }
  return true;
}

int open_all(const std::string& directory) {
  std::ifstream in(directory + "/from_npm.json");
  std::ostringstream read;
  read << in.rdbuf();
  const auto file = boost::json::parse(read.str());
  int opened = 0;
  for (const auto& vector : file.as_array()) {
    if (!opens(vector.as_object())) {
      std::fprintf(stderr, "hpke-interop: vector %d of from_npm.json does not open\n", opened);
      return 1;
    }
    ++opened;
  }
  std::printf("hpke-interop: opened %d of theirs\n", opened);
  return opened == kVectors ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string act = argc == 3 ? argv[1] : "";
  if (act == "seal") return seal_all(argv[2]);
  if (act == "open") return open_all(argv[2]);
  std::fputs("usage: hpke_interop seal|open DIRECTORY\n", stderr);
  return 2;
}
