// Exchanges with a whole running archive: anyone who can connect says anything, in any order: real submissions, register
// objects and blobs as they are, altered, or again, and bytes of the fuzzer's own. Every request is answered once and
// never with 500; nobody unknown gets in; what was received stays known at the same leaf; no ledger shrinks.
// Limits: -max_len=4096 -timeout=20 -rss_limit_mb=4096
#include <unistd.h>

#include <filesystem>
#include <future>
#include <map>

#include "archive/service.h"
#include "base/check.h"
#include "base/fuzz_input.h"
#include "codec/text.h"
#include "crypto/hash.h"
#include "platform/step_hook.h"
#include "replica/answers.h"
#include "test_ground.h"
#include "witness/witness.h"

using namespace strongroom;
using namespace strongroom::archive;

namespace {

class Direct final : public WitnessTransport {
 public:
  explicit Direct(witness::Witness& witness) : witness_(witness) {}
  Result<ledger::WitnessAnswer> add_checkpoint(const std::string&, const std::string& body) override {
    return witness_.add_checkpoint(body);
  }

 private:
  witness::Witness& witness_;
};

constexpr unsigned kFolders = 48;

/// Made once; it goes on from input to input, as a server does.
class World {
 public:
  World() : path_("/tmp/strongroom-exchange-" + std::to_string(::getpid())) {
    std::filesystem::remove_all(path_);
    platform::SystemEntropy entropy;
    witness::WitnessDirectory witness_directory(*files_, path_ + "/witness");
    const auto vkey = witness_directory.init("outside.example/w", entropy).value();
    DataDirectory data(*files_, path_ + "/data");
    const ServerNames names = data.init("test.example", entropy).value();
    CHECK(witness_directory.add_log(ledger::parse_vkey(names.register_vkey).value()));
    CHECK(witness_directory.add_log(ledger::parse_vkey(names.capture_vkey).value()));
    ground_.emplace(names, format_vkey(vkey));
    witness_ = witness::Witness::open(witness_directory, clock_, hook_).value();
    transport_.emplace(*witness_);
    CHECK(data.adopt(ground_->genesis_object(), hook_));
    ArchiveConfig config;
    config.data = path_ + "/data";
    config.witness_urls = {{"outside", "http://direct"}};
    const auto stop = [](const Error&) { CHECK(false && "the archive stopped"); };
    archive_ = Archive::open(config, {files_.get(), &hook_, &clock_, &*transport_, [](const Error&) {}, stop})
                   .value();
    archive_->start();
    archive_->wait_for_witnesses(std::chrono::seconds(30));
    service_.emplace(*archive_, clock_, 2);
    for (const auto& [type, object] : ground_->opening_posts()) {
      CHECK(ask(wire::Method::post, "/v1/register", ground_->officer().pin(), post_of(type, object)).status ==
            200);
    }
    const auto guest = ground_->invite();
    peers_ = {ground_->officer().pin(), ground_->device().pin(), guest.one_time.pin(), guest.device.pin(),
              Hash256{}};
    for (unsigned i = 0; i < kFolders; ++i)
      bodies_.push_back(testing::submission_of(ground_->seal_folder(*archive_->state(), 1 + i % 3)));
    const auto replacement = ground_->replace_key();
    using envelope::RegisterType;
    bodies_.push_back(post_of(RegisterType::invitation, guest.invitation));
    bodies_.push_back(post_of(RegisterType::enrolment, guest.enrolment));
    bodies_.push_back(post_of(RegisterType::device_replaced, replacement.asked));
    bodies_.push_back(guest.pending);
    id_ = codec::hex(guest.terms.id);
  }

  wire::Response ask(wire::Method method, std::string target, const std::optional<wire::Pin>& peer,
                     Bytes body) {
    wire::Request request;
    request.method = method;
    request.target = std::move(target);
    request.peer = peer;
    const wire::Admission admission = service_->admit(request);
    if (admission.refusal_status != 0) return wire::Response::text(admission.refusal_status, "");
    if (body.size() > admission.body_bytes_max) return wire::Response::text(413, "");
    request.body = std::move(body);
    std::promise<wire::Response> answered;
    auto answer = answered.get_future();
    service_->handle(std::move(request), [&](wire::Response r) { answered.set_value(std::move(r)); });
    return answer.get();
  }

  Bytes body(FuzzInput& input) const {
    const unsigned choice = input.byte();
    if (choice >= bodies_.size()) return copy_of(input.piece());
    Bytes out = bodies_[choice];
    for (unsigned changes = input.byte() % 4; changes > 0 && !out.empty(); --changes) {
      const std::size_t high = input.byte(), low = input.byte();
      out[(high * 256 + low) % out.size()] ^= std::byte(input.byte());
    }
    return out;
  }

  std::string target(FuzzInput& input) const {
    static constexpr std::string_view kTargets[] = {"/v1/entries",
                                                    "/v1/register",
                                                    "/v1/blob",
                                                    "/v1/pending/",
                                                    "/v1/pending",
                                                    "/v1/chain/",
                                                    "/v1/proof/capture/",
                                                    "/v1/proof/register/",
                                                    "/v1/register?from=",
                                                    "/v1/object/",
                                                    "/v1/device/",
                                                    "/v1/devices",
                                                    "/v1/cross",
                                                    "/v1/cross/over/",
                                                    "/capture/checkpoint",
                                                    "/capture/tile/0/",
                                                    "/register/tile/entries/",
                                                    "/health",
                                                    "/"};
    const std::string_view fixed = kTargets[input.byte() % std::size(kTargets)];
    if (fixed == "/v1/entries" || fixed == "/v1/blob") return std::string(fixed);
    if (fixed == "/v1/pending/" && input.byte() % 2 == 0) return std::string(fixed) + id_;
    return std::string(fixed) + std::string(text_of(input.piece()));
  }

  const wire::Pin& peer(unsigned number) const { return peers_[number % peers_.size()]; }
  bool is_unknown(const wire::Pin& pin) const { return pin == peers_.back(); }
  /// What the answer says was received, against what earlier answers said.
  void remember(const Bytes& body, const wire::Response& response) {
    cbor::Reader r(body);
    const auto count = r.array();
    if (response.status != 200 || !count) return;
    const auto answers = replica::read_entry_answers(response.body, *count);
    CHECK(answers.has_value());
    for (const replica::EntryAnswer& answer : *answers) {
      if (!r.array()) return;
      const auto header = r.bytes();
      const auto body_type = r.peek();
      if (!header || !body_type) return;
      if (*body_type == cbor::Type::null ? !r.null() : !r.bytes()) return;
      const bool there =
          answer.status == replica::EntryStatus::received || answer.status == replica::EntryStatus::known;
      if (!there) continue;
      const auto [at, first] = leaves_.emplace(crypto::sha256(*header), *answer.leaf);
      CHECK(at->second == *answer.leaf);
    }
  }
  void check_growth() {
    for (const LedgerName name : {LedgerName::capture, LedgerName::registers}) {
      std::uint64_t& before = sizes_[name];
      const std::uint64_t now = archive_->size(name);
      CHECK(now >= before);
      before = now;
    }
  }

 private:
  static Bytes post_of(envelope::RegisterType type, const Bytes& object) {
    cbor::Writer w;
    w.array(2).uint(static_cast<std::uint64_t>(type)).bytes(object);
    return w.take();
  }

  std::string path_;
  std::unique_ptr<platform::FileSystem> files_ = platform::make_posix_file_system();
  platform::SystemClock clock_;
  platform::NoStepHook hook_;
  std::optional<testing::Ground> ground_;
  std::unique_ptr<witness::Witness> witness_;
  std::optional<Direct> transport_;
  std::unique_ptr<Archive> archive_;
  std::optional<Service> service_;
  std::vector<wire::Pin> peers_;  ///< the last is nobody's
  std::vector<Bytes> bodies_;
  std::string id_;
  std::map<Hash256, std::uint64_t> leaves_;
  std::map<LedgerName, std::uint64_t> sizes_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static World& world = *new World;  // its threads work until the process ends
  FuzzInput input(data, size);
  for (int requests = 0; requests < 8 && !input.empty(); ++requests) {
    const unsigned how = input.byte();
    const wire::Pin& peer = world.peer(how / 4);
    const auto method = std::array{wire::Method::get, wire::Method::post, wire::Method::put}[how % 3];
    const std::string target = world.target(input);
    const Bytes body = method == wire::Method::get ? Bytes() : world.body(input);
    const wire::Response response = world.ask(method, target, peer, body);
    CHECK(response.status >= 200 && response.status < 600 && response.status != 500);
    if (world.is_unknown(peer)) CHECK(response.status == 403);
    if (target == "/v1/entries" && method == wire::Method::post) world.remember(body, response);
    world.check_growth();
  }
  return 0;
}
