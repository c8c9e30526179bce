// Checking signed entries on one core against bare Ed25519 verification: chains from memory, and a whole archive from
// the directory that a real server wrote.
#include "chain/device_chain.h"
#include "comparison.h"
#include "figures.h"
#include "openssl_limits.h"
#include "served_archive.h"
#include "verify/archive_check.h"

namespace strongroom::bench {
namespace {

constexpr std::size_t kHeaderBytes = 1700;  // what one verification hashes, about
constexpr std::size_t kEntries = 2048;
constexpr std::size_t kArchiveEntries = 8192;  // many enough that the register's part is small

/// Entries of one device, decoded anew and read as a chain in every round.
struct ChainReading {
  ChainReading() {
    const auto device = organisation.device(0);
    enrolment = device.enrolment;
    platform::SystemEntropy entropy;
    platform::SystemClock clock;
    seal::ChainState start;
    start.device = enrolment.device;
    entropy.fill(start.incarnation);
    seal::Chain chain(start, device.key, entropy, clock);
    const seal::Folder folder = open_folder(chain, entropy);
    envelope::BatchPart part;
    part.folder_header = folder.header_hash();
    part.records = 1;
    for (std::size_t i = 0; i < kEntries; ++i) {
      headers.push_back(chain.make(envelope::EntryKind::batch, envelope::encode(part), Bytes(272)).header);
    }
  }
  seal::Folder open_folder(seal::Chain& chain, platform::Entropy& entropy) {
    const envelope::Lot lot = organisation.lot_for_day();
    const auto state = roster::testing::replay(organisation.archive(), organisation.opening({lot}, 1));
    envelope::Core0 core0;
    core0.archive = core0.roster = organisation.archive();
    core0.lot = lot;
    core0.dealings = {{0, 2, 3, 1}};
    auto opened = must(seal::Folder::open(chain, core0, state.lot_keys(lot), entropy));
    headers.push_back(std::move(opened.entry.header));
    return std::move(opened.folder);
  }
  void ours() {
    std::vector<chain::LoggedEntry> entries;
    entries.reserve(headers.size());
    for (const Bytes& header : headers) {
      entries.push_back({entries.size(), must(envelope::decode_signed_header(header))});
    }
    const chain::ChainView view = chain::read_chain({enrolment, 0, {}, {}}, std::move(entries), 0);
    if (view.entries != headers.size() || !view.findings.empty()) {
      give_up(fail(ErrorCode::corrupt, "the chain was not read whole").error());
    }
  }

  roster::testing::TestOrganisation organisation;
  roster::Enrolment enrolment;
  std::vector<Bytes> headers;
};

std::function<void()> verifications(std::size_t times) {
  const auto limit = std::make_shared<Ed25519Limit>(kHeaderBytes);
  return [limit, times] {
    for (std::size_t i = 0; i < times; ++i) limit->verify();
  };
}

/// A directory as a server left it, and what strongroom-verify archive does with it.
struct WholeArchive {
  WholeArchive() {
    std::vector<SealedChain> chains;
    for (std::size_t i = 0; i < 4; ++i) chains.push_back(served.seal_chain(kArchiveEntries / 4, 1, 200));
    served.send(chains);
    served.finish(served.entries_sent());
  }
  void ours() {
    const auto directory = must(verify::open_server_directory(*files, served.data()));
    verify::ArchiveQuestion question;
    question.archive = served.archive();
    const verify::Report found = verify::check_archive(question, *directory);
    if (!found.holds()) give_up(fail(ErrorCode::corrupt, verify::report_text("The archive", found)).error());
  }

  ServedArchive served{"verification"};
  std::unique_ptr<platform::FileSystem> files = platform::make_posix_file_system();
};

}  // namespace

void register_archive_verification() {
  register_comparison({"verify/chain",
                       "entries/s, thread CPU; limit: Ed25519 verify",
                       Clock::thread_cpu,
                       {.ratio_least = 0.8}},
                      [] {
                        const auto reading = std::make_shared<ChainReading>();
                        return Pair{[reading] { reading->ours(); }, verifications(kEntries), kEntries};
                      });
  register_comparison({"verify/archive",
                       "entries/s, thread CPU, bodies and register included; limit: Ed25519 verify",
                       Clock::thread_cpu,
                       {.ratio_least = 0.8}},
                      [] {
                        const auto whole = std::make_shared<WholeArchive>();
                        const std::size_t entries = whole->served.entries_sent();
                        return Pair{[whole] { whole->ours(); }, verifications(entries),
                                    static_cast<double>(entries)};
                      });
}

}  // namespace strongroom::bench
