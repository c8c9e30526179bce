/// A small, real archive in memory: an organisation, two devices, one folder of three records, a reading granted.
/// Tests change it before or after it is written, and read what a check says. Test code only.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "codec/text.h"
#include "crypto/hash.h"
#include "platform/clock.h"
#include "platform/memory_file_system.h"
#include "record/record.h"
#include "roster/test_organisation.h"
#include "seal/seal.h"

namespace strongroom::verify::testing {

using roster::testing::kTestDay;
using roster::testing::kTestStart;
using roster::testing::TestEntry;

/// One leaf of the capture ledger: an entry, or a cross leaf (then `header` is empty).
struct CaptureItem {
  Bytes leaf, header, body;
};

inline record::Record a_message(std::uint64_t number, std::string text) {
  record::Record r;
  r.source = "strongroom-jsonl";
  r.conversation = {"room", "The room", record::ConversationKind::group};
  r.author = record::Person{"tel:+33100000001", "Ana", {}, ""};
  r.native_id = "m" + std::to_string(number);
  r.order = number;
  r.sent_at.unix_ms = static_cast<std::int64_t>(kTestStart) * 1000 + static_cast<std::int64_t>(number) * 1000;
  r.text = std::move(text);
  r.original.bytes = copy_of(bytes_of("original of " + r.native_id));
  r.original.length = r.original.bytes.size();
  r.original.file = "export.jsonl";
  return r;
}

class TestArchive {
 public:
  TestArchive() : entropy_("archive"), lot_(org.lot_for_day()) {
    for (unsigned number : {0u, 1u}) devices.push_back(org.device(number));
    register_entries = org.opening({lot_}, 2);
    take_register_cross();
    seal_device_0();
    seal_device_1();
    grant_reading();
  }

  envelope::TreeHead register_head(std::size_t size) const {
    ledger::CompactTree tree;
    for (std::size_t i = 0; i < size; ++i) tree.append(ledger::leaf_hash(register_entries[i].leaf));
    return {size, tree.root()};
  }
  envelope::TreeHead register_head() const { return register_head(register_entries.size()); }
  envelope::TreeHead capture_head() const {
    ledger::CompactTree tree;
    for (const CaptureItem& item : capture) tree.append(ledger::leaf_hash(item.leaf));
    return {capture.size(), tree.root()};
  }
  std::string register_checkpoint() const { return org.register_checkpoint(register_head(), witness_time_s); }
  std::string capture_checkpoint() const { return org.capture_checkpoint(capture_head(), witness_time_s); }

  /// As a server with its keys, and a witness that had seen nothing yet, would write it.
  void write(platform::MemoryFileSystem& files, const std::string& directory) const {
    std::vector<Bytes> leaves;
    for (const TestEntry& e : register_entries) {
      leaves.push_back(e.leaf);
      if (!e.object.empty()) write_object(files, directory, e.object);
    }
    write_ledger(files, directory + "/register", leaves, register_checkpoint());
    leaves.clear();
    for (const CaptureItem& item : capture) {
      leaves.push_back(item.leaf);
      if (!item.header.empty()) write_object(files, directory, item.header);
      if (!item.body.empty()) write_object(files, directory, item.body);
    }
    write_ledger(files, directory + "/capture", leaves, capture_checkpoint());
  }

  static std::string object_path(const std::string& directory, BytesView object) {
    const std::string hex = codec::hex(crypto::sha256(object));
    return directory + "/objects/" + hex.substr(0, 2) + "/" + hex;
  }

  void add(const seal::SealedEntry& e) {
    capture.push_back(
        {envelope::encode(envelope::CaptureLeaf{envelope::digests_of(e.header)}), e.header, e.body});
  }
  void take_register_cross() {
    capture.push_back({envelope::encode(envelope::CrossLeaf{register_checkpoint()}), {}, {}});
  }
  void take_capture_cross() { register_entries.push_back(org.cross_leaf(capture_head(), witness_time_s)); }
  /// The replica's register.log.
  Bytes register_log() const {
    Bytes out;
    for (const TestEntry& e : register_entries) {
      for (const Bytes* part : {&e.leaf, &e.object}) {
        append_u32(out, static_cast<std::uint32_t>(part->size()));
        append(out, *part);
      }
    }
    return out;
  }

  roster::testing::TestOrganisation org;
  std::vector<roster::testing::TestDevice> devices;
  std::vector<TestEntry> register_entries;
  std::vector<CaptureItem>
      capture;  ///< 0 cross, 1 open, 2 batch (2), 3 batch (1), 4 close, 5 beat, 6, 7 device 1
  std::vector<Bytes> records;  ///< the three, encoded
  std::uint64_t witness_time_s = kTestStart + 4000;
  Hash256 folder{}, commitment{};
  Bytes request_copy;
  std::optional<envelope::Core> core;
  platform::ManualClock clock{(kTestStart + 600) * 1000};

 private:
  static void write_object(platform::MemoryFileSystem& files, const std::string& directory,
                           BytesView object) {
    const std::string path = object_path(directory, object);
    ASSERT_TRUE(files.make_directories(path.substr(0, path.rfind('/'))));
    ASSERT_TRUE(files.write_loose(path, object));
  }
  static void write_ledger(platform::MemoryFileSystem& files, const std::string& directory,
                           const std::vector<Bytes>& leaves, const std::string& checkpoint) {
    const auto growth = ledger::grow({}, leaves);
    ASSERT_TRUE(growth.has_value());
    for (const ledger::TileFile& file : growth->files) {
      const std::string path = directory + "/" + file.path;
      ASSERT_TRUE(files.make_directories(path.substr(0, path.rfind('/'))));
      ASSERT_TRUE(files.write_loose(path, file.bytes));
    }
    ASSERT_TRUE(files.write_loose(directory + "/checkpoint", bytes_of(checkpoint)));
  }

  void seal_device_0() {
    const auto state = roster::testing::replay(org.archive(), register_entries);
    seal::ChainState start;
    start.device = devices[0].enrolment.device;
    entropy_.fill(start.incarnation);
    seal::Chain chain(start, devices[0].key, entropy_, clock);
    envelope::Core0 core0;
    core0.archive = org.archive();
    core0.roster = org.genesis().hash;
    const roster::LotKeySet keys = state.lot_keys(lot_);
    core0.lot_key_set = roster::hash_of(keys);
    core0.device_key = crypto::sha256(devices[0].enrolment.device_key.ed25519);
    core0.retention_class = roster::testing::kTestClass;
    core0.lot = lot_;
    core0.day = kTestDay;
    core0.dealings = {{0, 2, 3, 1}};
    core0.register_seen = register_head();
    core0.capture_seen = capture_head();
    auto opened = seal::Folder::open(chain, core0, keys, entropy_).value();
    folder = opened.folder.header_hash();
    core = opened.folder.core();
    add(opened.entry);
    for (std::uint64_t n : {0u, 1u, 2u})
      records.push_back(record::encode(a_message(n, "text " + std::to_string(n))));
    add(opened.folder.seal_batch(chain, {records[0], records[1]}, entropy_).value());
    add(opened.folder.seal_batch(chain, {records[2]}, entropy_).value());
    add(opened.folder.close(chain));
    clock.advance(std::chrono::seconds(3000));
    add(chain.heartbeat(3600));
  }
  void seal_device_1() {
    seal::ChainState start;
    start.device = devices[1].enrolment.device;
    entropy_.fill(start.incarnation);
    seal::Chain chain(start, devices[1].key, entropy_, clock);
    add(chain.heartbeat(3600));
    clock.advance(std::chrono::seconds(300));
    add(chain.heartbeat(3600));
  }
  void grant_reading() {
    using envelope::RegisterType;
    using roster::testing::entry_of;
    take_capture_cross();
    const auto request = org.request({folder}, org.lot_seed(lot_, 9));
    commitment = request.entry.commitment;
    request_copy = roster::encode(request.copy);
    register_entries.push_back(entry_of(RegisterType::request, request.entry_object));
    register_entries.push_back(
        entry_of(RegisterType::approval, org.approval_object(commitment, register_entries.size() - 1)));
    const envelope::TreeHead head = register_head();
    for (roster::MemberId trustee : {1u, 2u})
      register_entries.push_back(
          entry_of(RegisterType::receipt, org.receipt_object(org.receipt(commitment, trustee, head))));
  }

  roster::testing::TestEntropy entropy_;
  envelope::Lot lot_;
};

}  // namespace strongroom::verify::testing
