// Batches of 1 MiB made durable and put into the tree, against append and fdatasync of the same bytes on the same
// disk: the archive's vault and sequencer, without network and signatures (figure "serve/..." has those).
#include <fmt/format.h>

#include "archive/sequencer.h"
#include "archive/vault.h"
#include "comparison.h"
#include "crypto/hash.h"
#include "disk_limit.h"
#include "envelope/header.h"
#include "envelope/leaf.h"
#include "figures.h"
#include "machine.h"
#include "platform/entropy.h"

namespace strongroom::bench {
namespace {

constexpr std::size_t kHeaderBytes = 1700;  // a signed batch header, about

ledger::NoteSigner bench_signer(platform::Entropy& entropy) {
  return must(
      ledger::NoteSigner::create("bench.example/capture", ledger::KeyType::ed25519,
                                 crypto::SigningKey::from_seeds(entropy.secret<32>(), SecretBytes())));
}

struct Intake {
  explicit Intake(std::size_t batches_a_commit) : batches(batches_a_commit), signer(bench_signer(entropy)) {
    entropy.fill(header);
    entropy.fill(body);
    must(files->make_directories(scratch.path() + "/vault"));
    const archive::SequencerConfig config{files.get(), &hook, scratch.path() + "/ledger", &signer};
    must(archive::Sequencer::create(config));
    sequencer = must(archive::Sequencer::open(config));
    vault = must(archive::Vault::open(*files, scratch.path() + "/vault"));
  }

  /// Protocol §4.2 from the objects to the published checkpoint.
  void ours() {
    std::vector<Bytes> leaves;
    for (std::size_t i = 0; i < batches; ++i) {
      header[0] = static_cast<std::byte>(i);
      const envelope::Digests digests = envelope::digests_of(header);
      must(vault->append(archive::ObjectKind::header, 0, digests.sha256, header));
      must(vault->append(archive::ObjectKind::body, 0, crypto::sha256(body), body));
      leaves.push_back(envelope::encode(envelope::CaptureLeaf{digests}));
    }
    must(vault->sync());
    must(sequencer->append(leaves));
  }
  void limit() { plain.write(both, batches); }

  std::size_t batches;
  ScratchDirectory scratch{fmt::format("intake-{}", batches)};
  std::unique_ptr<platform::FileSystem> files = platform::make_posix_file_system();
  platform::SystemEntropy entropy;
  platform::NoStepHook hook;
  ledger::NoteSigner signer;
  std::unique_ptr<archive::Vault> vault;
  std::unique_ptr<archive::Sequencer> sequencer;
  PlainLog plain{*files, scratch.path()};
  Bytes header = Bytes(kHeaderBytes), body = Bytes(envelope::kBodyBytesMax);
  Bytes both = Bytes(kHeaderBytes + envelope::kBodyBytesMax, std::byte{0x5a});
};

}  // namespace

void register_intake() {
  for (const std::size_t batches : {1u, 8u}) {
    Comparison comparison{fmt::format("intake/{}x1MiB", batches),
                          "bytes/s, wall; limit: append + fdatasync of the same bytes",
                          Clock::wall,
                          {.ratio_least = 0.4}};
    register_comparison(std::move(comparison), [batches] {
      const auto intake = std::make_shared<Intake>(batches);
      return Pair{[intake] { intake->ours(); }, [intake] { intake->limit(); },
                  static_cast<double>(batches * intake->both.size())};
    });
  }
}

}  // namespace strongroom::bench
