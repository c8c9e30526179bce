#include "agent/device.h"

#include "base/check.h"
#include "codec/cbor.h"

namespace strongroom::agent {
namespace {

constexpr std::uint64_t kSmallFileBytesMax = 64 * 1024;

std::string in(const std::string& directory, std::string_view name) {
  return directory + "/" + std::string(name);
}

constexpr std::string_view kNextName = "keys.next";

Result<DeviceKeySet> read_key_set(platform::FileSystem& files, const std::string& path) {
  Bytes raw = TRY(files.read(path, kSmallFileBytesMax));
  auto seeds = decode_device_keys(raw);
  wipe(raw);
  if (!seeds) return std::unexpected(std::move(seeds).error().in(path));
  auto signing =
      crypto::SigningKey::from_seeds(seeds->ed25519_seed, SecretBytes::copy_of(seeds->ml_dsa_seed.reveal()));
  wire::Identity identity = TRY(wire::Identity::from_seed(seeds->tls_seed));
  return DeviceKeySet{std::move(*seeds), std::move(signing), std::move(identity)};
}

Result<void> remove_next(platform::FileSystem& files, const std::string& directory) {
  TRY(files.remove(in(directory, kNextName)));
  return files.sync_directory(directory);
}

}  // namespace

DeviceKeys make_device_keys(platform::Entropy& entropy) {
  return {entropy.array<16>(), entropy.secret<32>(), entropy.secret<32>(), entropy.secret<32>()};
}

SecretBytes encode(const DeviceKeys& keys) {
  cbor::Writer w;
  w.array(6).text("device-keys").uint(1).bytes(keys.id);
  w.bytes(keys.ed25519_seed.reveal()).bytes(keys.ml_dsa_seed.reveal()).bytes(keys.tls_seed.reveal());
  Bytes plain = w.take();
  SecretBytes out = SecretBytes::copy_of(plain);
  wipe(plain);
  return out;
}

Result<DeviceKeys> decode_device_keys(BytesView bytes) {
  cbor::Reader r(bytes);
  TRY(r.array(6));
  TRY(r.label("device-keys"));
  if (TRY(r.uint()) != 1) return r.error(ErrorCode::unsupported, "unknown version");
  DeviceKeys keys;
  keys.id = TRY(r.array_bytes<16>());
  for (Secret<32>* seed : {&keys.ed25519_seed, &keys.ml_dsa_seed, &keys.tls_seed}) {
    const BytesView raw = TRY(r.bytes());
    if (raw.size() != 32) return r.error(ErrorCode::malformed, "a seed has the wrong length");
    *seed = Secret<32>::copy_of(raw.first<32>());
  }
  TRY(r.end());
  return keys;
}

Device::Device(std::string directory, DeviceKeySet keys, std::optional<DeviceKeySet> next, replica::Card card,
               platform::DirectoryLock lock)
    : directory_(std::move(directory)),
      keys_(std::move(keys)),
      next_(std::move(next)),
      card_(std::move(card)),
      lock_(std::move(lock)) {}

bool Device::exists(platform::FileSystem& files, const std::string& directory) {
  return files.exists(in(directory, "keys")).value_or(false);
}

Result<Device> Device::create(platform::FileSystem& files, const std::string& directory,
                              const replica::Card& card, platform::Entropy& entropy) {
  if (exists(files, directory))
    return fail(ErrorCode::conflict, "this directory holds a device already", directory,
                "use another directory, or go on with the device that is there");
  TRY(files.make_directories(directory));
  const DeviceKeys keys = make_device_keys(entropy);
  TRY(files.write_durable(in(directory, "card"), bytes_of(replica::format_card(card))));
  TRY(files.write_durable(in(directory, "keys"), encode(keys).reveal()));
  return open(files, directory);
}

Result<Device> Device::open(platform::FileSystem& files, const std::string& directory) {
  if (!exists(files, directory))
    return fail(ErrorCode::not_found, "there is no enrolled device in this directory", directory,
                "run 'strongroom-agent enrol INVITATION --state DIR' first");
  auto lock = TRY(platform::acquire_directory_lock(directory));
  DeviceKeySet keys = TRY(read_key_set(files, in(directory, "keys")));
  std::optional<DeviceKeySet> next;
  if (TRY(files.exists(in(directory, kNextName)))) next = TRY(read_key_set(files, in(directory, kNextName)));
  if (next && next->signing.public_half() == keys.signing.public_half()) {
    next.reset();  // a stop after the switch
    TRY(remove_next(files, directory));
  }
  const Bytes card_text = TRY(files.read(in(directory, "card"), kSmallFileBytesMax));
  replica::Card card = TRY_IN(in(directory, "card"), replica::parse_card(text_of(card_text)));
  return Device(directory, std::move(keys), std::move(next), std::move(card), std::move(lock));
}

Result<void> Device::make_next(platform::FileSystem& files, platform::Entropy& entropy) {
  if (next_) return {};
  DeviceKeys seeds = make_device_keys(entropy);
  seeds.id = id();
  const std::string path = in(directory_, kNextName);
  TRY(files.write_durable(path, encode(seeds).reveal()));
  next_ = TRY(read_key_set(files, path));
  return {};
}

Result<void> Device::switch_to_next(platform::FileSystem& files, platform::StepHook& steps) {
  CHECK(next_.has_value());
  TRY(files.write_durable(in(directory_, "keys"), encode(next_->seeds).reveal()));
  steps.reached("key-switched");
  keys_ = *std::exchange(next_, std::nullopt);
  return remove_next(files, directory_);
}

Result<replica::Replica> Device::replica(platform::FileSystem& files) const {
  return replica::Replica::open(files, in(directory_, "replica"), card_);
}

Result<seal::ChainState> Device::fresh_chain(platform::FileSystem& files, platform::Entropy& entropy) const {
  const std::string path = in(directory_, "incarnation");
  if (!TRY(files.exists(path))) TRY(files.write_durable(path, entropy.array<16>()));
  const Bytes incarnation = TRY(files.read(path, kSmallFileBytesMax));
  if (incarnation.size() != 16) return fail(ErrorCode::corrupt, "the incarnation is not 16 bytes", path);
  seal::ChainState state;
  state.device = id();
  state.incarnation = array_of<16>(incarnation);
  return state;
}

Result<roster::Enrolment> enrolment_of(const replica::Replica& replica, const envelope::DeviceId& device) {
  const auto found = replica.state().devices().find(device);
  if (found == replica.state().devices().end())
    return fail(ErrorCode::refused, "this device is not enrolled yet", {},
                "an officer must confirm it and a second person countersign; then run this again");
  roster::Enrolment now = found->second.enrolment;
  if (!found->second.later_keys.empty()) {
    const roster::DeviceReplaced& newest = found->second.later_keys.back().act;
    now.device_key = newest.device_key;
    now.tls_pin = newest.tls_pin;
  }
  return now;
}

}  // namespace strongroom::agent
