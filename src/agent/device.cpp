#include "agent/device.h"

#include "codec/cbor.h"

namespace strongroom::agent {
namespace {

constexpr std::uint64_t kSmallFileBytesMax = 64 * 1024;

std::string in(const std::string& directory, std::string_view name) {
  return directory + "/" + std::string(name);
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

Device::Device(std::string directory, DeviceKeys keys, replica::Card card, crypto::SigningKey signing,
               wire::Identity identity, platform::DirectoryLock lock)
    : directory_(std::move(directory)),
      keys_(std::move(keys)),
      card_(std::move(card)),
      signing_(std::move(signing)),
      identity_(std::move(identity)),
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
  Bytes raw = TRY(files.read(in(directory, "keys"), kSmallFileBytesMax));
  auto keys = decode_device_keys(raw);
  wipe(raw);
  if (!keys) return std::unexpected(std::move(keys).error().in(in(directory, "keys")));
  const Bytes card_text = TRY(files.read(in(directory, "card"), kSmallFileBytesMax));
  replica::Card card = TRY_IN(in(directory, "card"), replica::parse_card(text_of(card_text)));
  auto signing =
      crypto::SigningKey::from_seeds(keys->ed25519_seed, SecretBytes::copy_of(keys->ml_dsa_seed.reveal()));
  wire::Identity identity = TRY(wire::Identity::from_seed(keys->tls_seed));
  return Device(directory, std::move(*keys), std::move(card), std::move(signing), std::move(identity),
                std::move(lock));
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
  state.device = keys_.id;
  state.incarnation = array_of<16>(incarnation);
  return state;
}

Result<roster::Enrolment> enrolment_of(const replica::Replica& replica, const envelope::DeviceId& device) {
  const auto found = replica.state().devices().find(device);
  if (found == replica.state().devices().end())
    return fail(ErrorCode::refused, "this device is not enrolled yet", {},
                "an officer must confirm it and a second person countersign; then run this again");
  return found->second.enrolment;
}

}  // namespace strongroom::agent
