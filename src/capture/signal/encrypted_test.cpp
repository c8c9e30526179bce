#include <gtest/gtest.h>

#include <algorithm>

#include "base/shared_corpus.h"
#include "capture/collecting_sink.h"
#include "capture/signal/gunzip.h"
#include "capture/signal/parser.h"
#include "capture/signal/sealed_backup.h"
#include "capture/signal/sealed_material.h"
#include "frames.pb.h"

#include <fstream>
#include <sstream>

namespace strongroom::capture::signal {
namespace {

namespace frames = ::strongroom::signal_frames;
using material::sealed_stream;
using record::AttachmentState;
using record::Kind;

void add(std::string& stream, const google::protobuf::Message& message) {
  const std::string bytes = message.SerializeAsString();
  std::size_t length = bytes.size();
  for (; length >= 0x80; length >>= 7) stream += static_cast<char>(0x80 | (length & 0x7F));
  stream += static_cast<char>(length);
  stream += bytes;
}

std::string opening() {
  std::string stream;
  frames::BackupInfo info;
  info.set_version(1);
  info.set_backuptimems(1'710'100'000'000);
  add(stream, info);
  frames::Frame ana;
  ana.mutable_recipient()->set_id(2);
  ana.mutable_recipient()->mutable_contact()->set_aci(std::string(16, '\x11'));
  add(stream, ana);
  frames::Frame chat;
  chat.mutable_chat()->set_id(5);
  chat.mutable_chat()->set_recipientid(2);
  add(stream, chat);
  return stream;
}

frames::Frame message(const std::string& text) {
  frames::Frame frame;
  frames::ChatItem& item = *frame.mutable_chatitem();
  item.set_chatid(5);
  item.set_authorid(2);
  item.set_datesent(1'710'000'000'000);
  item.mutable_incoming();
  item.mutable_standardmessage()->mutable_text()->set_body(text);
  return frame;
}

std::string small_stream() {
  std::string stream = opening();
  add(stream, message("olá"));
  return stream;
}

GivenKey key_file(std::string_view text) { return GivenKey::copy_of(bytes_of(text)); }

std::string usual_keys() {
  return "aep: " + std::string(material::kPool) + "\naci: " + codec::hex(material::kAci) + "\n";
}

struct Parsed {
  CollectingSink sink;
  Outcome outcome;
  std::uint64_t found = 0;
};

Parsed parse(const std::vector<InputFile>& files, const std::vector<GivenKey>& keys,
             const Limits& limits = {}) {
  Parsed out;
  Statement statement;
  statement.keys = keys;
  out.outcome = encrypted_parser().parse(files, statement, limits, out.sink).value();
  out.found = encrypted_parser().count(files, statement, limits).value();
  EXPECT_EQ(out.outcome.parsed + out.outcome.refused, out.found);
  for (const record::Record& r : out.sink.records) EXPECT_EQ(record::decode(record::encode(r)).value(), r);
  return out;
}

Parsed parse_main(const std::string& bytes, const std::string& keys, const Limits& limits = {}) {
  return parse({{"snapshot/main", bytes_of(bytes)}}, {key_file(keys)}, limits);
}

std::string refusal_of(const Parsed& parsed) {
  for (const record::Record& r : parsed.sink.records)
    if (r.kind == Kind::unparsed_original) return r.doubts.at(0).code;
  return {};
}

TEST(SignalEncrypted, ReadsWhatThePlainStreamHolds) {
  const std::string stream = small_stream();
  const Parsed parsed = parse_main(sealed_stream(stream), usual_keys());
  ASSERT_EQ(parsed.outcome.parsed, 4u);
  EXPECT_EQ(parsed.outcome.refused, 0u);
  const record::Record& said = parsed.sink.records.back();
  EXPECT_EQ(said.text, "olá");
  EXPECT_EQ(said.source, "signal-backup-encrypted");
  EXPECT_EQ(stream.substr(said.original.offset, said.original.length), text_of(said.original.bytes));
}

TEST(SignalEncrypted, TakesTheRecoveryKeyAsThePhoneShowsIt) {
  std::string shown;
  for (std::size_t i = 0; i < material::kPool.size(); ++i) {
    const char c = material::kPool[i];
    shown += c == 'o' ? '#' : c == '0' ? '=' : static_cast<char>(c - 'a' + 'A');
    if (i % 4 == 3) shown += i % 16 == 15 ? '\n' : ' ';
  }
  const Parsed parsed =
      parse({{"main", bytes_of(std::string_view())}}, {key_file(shown)});  // no backup: one file beside
  EXPECT_EQ(parsed.found, 1u);
  const std::string bytes = sealed_stream(small_stream());
  EXPECT_EQ(parse({{"main", bytes_of(bytes)}}, {key_file(shown), key_file(codec::hex(material::kAci))})
                .outcome.parsed,
            4u);
}

TEST(SignalEncrypted, TakesABackupKeyAndABackupIdInHexOrBytes) {
  const std::string bytes = sealed_stream(small_stream());
  const SecretBytes key = backup_key_of(material::kPool);
  const std::string id = "backup-id: " + codec::hex(backup_id_of(key, material::kAci));
  EXPECT_EQ(parse_main(bytes, "backup-key: " + codec::hex(key.reveal()) + "\r\n" + id).outcome.parsed, 4u);
  EXPECT_EQ(
      parse({{"main", bytes_of(bytes)}}, {GivenKey::copy_of(key.reveal()), key_file(id)}).outcome.parsed, 4u);
}

TEST(SignalEncrypted, FindsTheBackupIdInTheMetadataBeside) {
  const SecretBytes key = backup_key_of(material::kPool);
  const SecretBytes lock =
      crypto::Hkdf(key.reveal()).bytes(bytes_of("20241011_SIGNAL_LOCAL_BACKUP_METADATA_KEY"), 32);
  Bytes counter(12, std::byte{9});
  const std::string iv(text_of(counter));
  counter.resize(16);
  const Bytes id =
      ciphers::decrypt(ciphers::Mode::aes_256_ctr, lock.reveal(), counter, backup_id_of(key, material::kAci))
          .value();
  const std::string metadata =
      std::string("\x08\x01\x12\x20\x0a\x0c", 6) + iv + "\x12\x10" + std::string(text_of(id));
  const std::string bytes = sealed_stream(small_stream());
  const Parsed parsed =
      parse({{"a/main", bytes_of(bytes)}, {"a/metadata", bytes_of(metadata)}}, {key_file(material::kPool)});
  EXPECT_EQ(parsed.outcome.parsed, 5u);  // the metadata is kept as a file
  EXPECT_EQ(parsed.outcome.refused, 0u);
}

TEST(SignalEncrypted, SaysWhichKeyIsMissingAndKeepsTheFile) {
  const std::string bytes = sealed_stream(small_stream());
  const Parsed none = parse({{"main", bytes_of(bytes)}}, {});
  EXPECT_EQ(refusal_of(none), "key-needed");
  EXPECT_EQ(text_of(none.sink.records[0].original.bytes), bytes);
  EXPECT_NE(none.sink.records[0].doubts[0].detail.find("--key-file"), std::string::npos);
  EXPECT_EQ(refusal_of(parse_main(bytes, std::string(material::kPool))), "key-needed");  // whose?
  EXPECT_EQ(
      refusal_of(parse_main(bytes, "aep: " + std::string(64, 'a') + "\naci: " + codec::hex(material::kAci))),
      "key-does-not-fit");
}

TEST(SignalEncrypted, NothingIsDecryptedThatWasChanged) {
  std::string bytes = sealed_stream(small_stream());
  for (const std::size_t at : {std::size_t{0}, std::size_t{40}, bytes.size() - 1}) {
    std::string changed = bytes;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    EXPECT_EQ(refusal_of(parse_main(changed, usual_keys())), "key-does-not-fit") << at;
  }
}

TEST(SignalEncrypted, AStreamThatIsDamagedInsideIsReadAsFarAsItGoesAndKeptWhole) {
  const MessageKeys keys = material::keys_of();
  const Bytes packed = material::gzipped(small_stream());
  const std::string cut = material::sealed(BytesView(packed).first(packed.size() - 9), keys);
  EXPECT_EQ(refusal_of(parse_main(cut, usual_keys())), "damaged-inside");
  Bytes longer = packed;
  append(longer, bytes_of("more"));
  const Parsed more = parse_main(material::sealed(longer, keys), usual_keys());
  EXPECT_EQ(refusal_of(more), "damaged-inside");
  EXPECT_GE(more.outcome.parsed + more.outcome.refused, 1u);
  EXPECT_EQ(more.outcome.parsed, 4u) << "the whole stream stands before what follows it";
  EXPECT_EQ(refusal_of(parse_main(material::sealed(bytes_of("no gzip"), keys), usual_keys())),
            "damaged-inside");
  std::string stream = small_stream();
  stream.pop_back();
  EXPECT_EQ(refusal_of(parse_main(sealed_stream(stream), usual_keys())), "cut-off");
}

TEST(SignalEncrypted, ABackupThatUnpacksToFarMoreIsRefused) {
  std::string stream = small_stream();
  add(stream, message(std::string(6u << 20, 'x')));
  EXPECT_EQ(refusal_of(parse_main(sealed_stream(stream), usual_keys())), "too-large");  // ratio
  Limits limits;
  limits.unpacked_bytes_max = 1000;
  stream = small_stream();
  for (int i = 0; i < 100; ++i) add(stream, message("again"));
  EXPECT_EQ(refusal_of(parse_main(sealed_stream(stream), usual_keys(), limits)), "too-large");
}

TEST(SignalEncrypted, AFrameWithoutEndDoesNotFillTheMemory) {
  std::string stream = small_stream() + "\xFF\xFF\xFF\xFF\x7F";  // 32 GiB, it says
  std::uint32_t noise = 1;
  for (int i = 0; i < (66 << 20) / 64; ++i)
    stream += std::string(64, static_cast<char>((noise = noise * 1664525 + 1013904223) >> 24));
  const Parsed parsed = parse_main(sealed_stream(stream), usual_keys());
  EXPECT_EQ(refusal_of(parsed), "too-large");
  EXPECT_EQ(parsed.outcome.parsed, 4u);
}

TEST(SignalEncrypted, ForwardSecrecyNeedsItsToken) {
  const SecretBytes token = SecretBytes::copy_of(Bytes(32, std::byte{0x5A}));
  const std::string bytes = std::string("SBACKUP\x01\x04skip", 13) +
                            material::sealed(material::gzipped(small_stream()), material::keys_of(&token));
  const std::vector<InputFile> files{{"anything", bytes_of(bytes)}};
  EXPECT_EQ(encrypted_parser().detect(files), 95);
  EXPECT_EQ(refusal_of(parse(files, {key_file(usual_keys())})), "key-needed");
  EXPECT_EQ(parse(files, {key_file(usual_keys() + "token: " + codec::hex(token.reveal()))}).outcome.parsed,
            4u);
  const std::string broken = std::string("SBACKUP\x01\xFF\xFF\xFF\xFF\x0F", 13);
  EXPECT_EQ(refusal_of(parse({{"x", bytes_of(broken)}}, {key_file(usual_keys())})), "malformed-backup");
}

struct Snapshot {
  std::string stream, locked, name;
  Hash256 plain{};
};

Snapshot snapshot_with_a_picture(const std::string& picture) {
  Snapshot out;
  out.plain = crypto::sha256(bytes_of(picture));
  const std::string key = std::string(32, 'c') + std::string(32, 'm');
  Bytes padded = copy_of(bytes_of(picture));
  padded.resize(541);
  Bytes file(16, std::byte{3});
  append(file, material::cbc(bytes_of(key).first(32), file, padded));
  append(file, material::mac_of(bytes_of(key).last(32), file));
  out.locked = std::string(text_of(file));
  out.name = "files/x/" + codec::hex(crypto::sha256({BytesView(out.plain), bytes_of(key)}));
  frames::Frame frame = message("look");
  auto& pointer = *frame.mutable_chatitem()->mutable_standardmessage()->add_attachments()->mutable_pointer();
  pointer.mutable_locatorinfo()->set_plaintexthash(std::string(text_of(out.plain)));
  pointer.mutable_locatorinfo()->set_localkey(key);
  pointer.mutable_locatorinfo()->set_size(static_cast<std::uint32_t>(picture.size()));
  out.stream = opening();
  add(out.stream, frame);
  return out;
}

TEST(SignalEncrypted, FilesOfALocalSnapshotAreOpenedWithTheKeysOfTheirFrames) {
  const Snapshot snapshot = snapshot_with_a_picture("a picture");
  const std::string bytes = sealed_stream(snapshot.stream);
  const Parsed parsed = parse(
      {{"s/main", bytes_of(bytes)}, {snapshot.name, bytes_of(snapshot.locked)}, {"o", bytes_of("other")}},
      {key_file(usual_keys())});
  const record::Attachment& named = parsed.sink.records.back().attachments.at(0);
  EXPECT_EQ(named.state, AttachmentState::present);
  EXPECT_EQ(named.sha256, snapshot.plain);
  ASSERT_EQ(parsed.sink.contents.size(), 2u);
  EXPECT_EQ(text_of(parsed.sink.contents[0].second), "a picture");
  EXPECT_EQ(parsed.sink.contents[0].first.sent_at, parsed.sink.records.back().sent_at);
  EXPECT_EQ(text_of(parsed.sink.contents[1].second), "other");
}

TEST(SignalEncrypted, AFileThatWasChangedIsNotTakenForTheOneNamed) {
  Snapshot snapshot = snapshot_with_a_picture("a picture");
  snapshot.locked[20] = static_cast<char>(snapshot.locked[20] ^ 1);
  const std::string bytes = sealed_stream(snapshot.stream);
  const Parsed parsed = parse({{"s/main", bytes_of(bytes)}, {snapshot.name, bytes_of(snapshot.locked)}},
                              {key_file(usual_keys())});
  EXPECT_EQ(parsed.sink.records.back().attachments.at(0).state, AttachmentState::not_in_source);
  ASSERT_EQ(parsed.sink.contents.size(), 1u);
  EXPECT_EQ(text_of(parsed.sink.contents[0].second), snapshot.locked);
}

TEST(SignalEncrypted, OnlyNoiseUnderASnapshotsNameIsClaimed) {
  const std::string bytes = sealed_stream(small_stream());
  EXPECT_EQ(encrypted_parser().detect({{"b/main", bytes_of(bytes)}}), 40);
  EXPECT_EQ(encrypted_parser().detect({{"b/photo", bytes_of(bytes)}}), 0);
  const std::string text(1600, 'a');
  EXPECT_EQ(encrypted_parser().detect({{"b/main", bytes_of(text)}}), 0);
}

TEST(SignalEncrypted, TheOfficialEncryptedCasesOpenWithTheirPublishedKeys) {
  STRONGROOM_CORPUS(
      directory,
      "samples/signal/signalapp__libsignal/rust/message-backup/tests/res/test-cases/valid-encrypted");
  std::ifstream keys(STRONGROOM_SOURCE_DIR "/src/capture/signal/samples.key", std::ios::binary);
  std::stringstream key_text;
  key_text << keys.rdbuf();
  for (const std::string name : {"legacy-account", "new-account"}) {
    std::ifstream in(directory / (name + ".binproto.encrypted"), std::ios::binary);
    std::stringstream bytes;
    bytes << in.rdbuf();
    const std::string content = bytes.str();
    const std::vector<InputFile> files{{name + ".binproto.encrypted", bytes_of(content)}};
    EXPECT_GT(encrypted_parser().detect(files), 0) << name;
    const Parsed parsed = parse(files, {key_file(key_text.str())});
    EXPECT_EQ(parsed.outcome.refused, 0u) << name;
    EXPECT_EQ(parsed.outcome.parsed, 4u) << name;  // header, account, one recipient, one chat
  }
}

}  // namespace
}  // namespace strongroom::capture::signal
