// fuzz_seeds DIRECTORY: one or more files for every fuzzer of a format of ours, in DIRECTORY/TARGET. Everything comes from
// a test organisation and our own encoders; names are made up.
#include <fmt/format.h>

#include <filesystem>
#include <fstream>

#include "agent/canary.h"
#include "agent/device.h"
#include "agent/spool.h"
#include "archive/framed_log.h"
#include "archive/sequencer_files.h"
#include "archive/vault.h"
#include "base/check.h"
#include "capture/worker/pipe.h"
#include "codec/cbor.h"
#include "crypto/aead.h"
#include "envelope/object.h"
#include "exports/test_evidence.h"
#include "grant/case_store.h"
#include "keystore/keystore_file.h"
#include "replica/invitation_file.h"
#include "roster/drill.h"
#include "roster/member_card.h"
#include "verify/package_format.h"
#include "witness/witness_directory.h"

using namespace strongroom;

namespace {

class Seeds {
 public:
  explicit Seeds(std::filesystem::path directory) : directory_(std::move(directory)) {}
  void put(const std::string& target, BytesView bytes) {
    std::filesystem::create_directories(directory_ / target);
    std::ofstream file(directory_ / target / fmt::format("{:03}", count_++), std::ios::binary);
    file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    if (!file.flush()) throw std::runtime_error("cannot write seeds");
  }
  void put(const std::string& target, std::string_view text) { put(target, bytes_of(text)); }

 private:
  std::filesystem::path directory_;
  unsigned count_ = 0;
};

/// As FuzzInput::piece reads it.
Bytes piece(BytesView bytes) {
  Bytes out;
  append_u16(out, static_cast<std::uint16_t>(bytes.size()));
  append(out, bytes);
  return out;
}
Bytes joined(std::initializer_list<BytesView> parts) {
  Bytes out;
  for (const BytesView part : parts) append(out, part);
  return out;
}
Bytes byte(unsigned value) { return {static_cast<std::byte>(value)}; }

record::Record full_record() {
  record::Record r = verify::testing::a_message(7, "Meet at eight\nÅ");
  r.people = {{"tel:+33100000002", "Bo", {"mailto:bo@example.org"}, "admin"}};
  r.received_at = record::SourceTime{};
  r.received_at->zone = "Europe/Lisbon";
  r.received_at->wall_clock = "2026-03-10T12:00:00";
  r.received_at->certainty = record::ZoneCertainty::assumed;
  r.ranges = {{0, 4, "bold", ""}, {5, 2, "mention", "tel:+33100000002"}};
  r.reply_to = record::Target{"m6", "tel:+33100000002", 5, "quoted"};
  r.attachments = {{"a.jpg", "image/jpeg", 5, Hash256{}, "ref", "caption", "voice", 3, 4,
                    record::AttachmentState::present}};
  r.poll = record::Poll{"When?", {{"now", 2}, {"never", 0}}, true, false};
  r.expires_in_ms = 60'000;
  r.extra = {{"number", std::uint64_t{5}},
             {"negative", std::int64_t{-5}},
             {"flag", true},
             {"text", "value"},
             {"bytes", Bytes(3)}};
  r.doubts = {{"zone-assumed", "state it"}};
  return r;
}

void records(Seeds& seeds) {
  std::vector<record::Record> all{verify::testing::a_message(1, "text"), full_record()};
  for (const auto kind :
       {record::Kind::edit, record::Kind::deletion, record::Kind::reaction, record::Kind::poll_vote,
        record::Kind::call, record::Kind::timer, record::Kind::notice}) {
    record::Record r = verify::testing::a_message(2, "changed");
    r.kind = kind;
    r.target = record::Target{"m1", "tel:+33100000001", 5, ""};
    all.push_back(r);
  }
  std::string lines;
  Bytes answers;
  capture::AnswerWriter writer([&](BytesView out) -> Result<void> {
    append(answers, out);
    return {};
  });
  for (const record::Record& r : all) {
    const std::string line = record::to_json_line(r);
    lines += line + "\n";
    seeds.put("record_record_fuzz", record::encode(r));
    seeds.put("record_json_line_fuzz", line);
    seeds.put("capture_jsonl_parser_fuzz", line + "\n");
    CHECK(writer.record(record::Record(r)));
  }
  record::Record content = verify::testing::a_message(3, "");
  content.kind = record::Kind::attachment;
  content.original.bytes.clear();
  CHECK(writer.content(std::move(content), bytes_of("the bytes of a file")));
  CHECK(writer.finish(std::vector{capture::Outcome{"strongroom-jsonl", 2, 2, 0, 0}}));
  seeds.put("capture_worker_pipe_fuzz", answers);
  seeds.put("capture_worker_pipe_fuzz", capture::encode_file_message("a/b.txt"));
  seeds.put("capture_worker_pipe_fuzz",
            capture::encode_key_message(capture::GivenKey::copy_of(bytes_of("open sesame"))).reveal());
  seeds.put("capture_worker_pipe_fuzz",
            capture::encode_start_message({{"+02:00", "dmy", "Ana"}, {}, capture::Care::announce, {}}));
  seeds.put("capture_worker_pipe_fuzz", capture::encode_killer_message({"a", 1}));
  seeds.put("agent_inspect_inspect_report_fuzz", "whatsapp-text\n" + lines);
  seeds.put("reading_show_fuzz", joined({piece(bytes_of("text")), bytes_of(lines)}));
  seeds.put("capture_divide_fuzz",
            joined({piece(bytes_of("a.jsonl")), piece(bytes_of(lines)), piece(bytes_of("b/_chat.txt")),
                    piece(bytes_of("[2024-03-10, 14:05:00] Ana: text\n"))}));
  for (const char* time : {"2024-03-10T14:05:00Z", "0000-01-01 00:00:00.123456+23:59"})
    seeds.put("record_time_fuzz", time);
}

void register_objects(Seeds& seeds, const exports::testing::TestEvidence& t) {
  using envelope::RegisterType;
  const auto& org = t.archive.org;
  // By the numbers of register_objects_fuzz.cpp.
  const std::map<RegisterType, unsigned> numbers{
      {RegisterType::ledger_opened, 0},    {RegisterType::lot_key, 1},      {RegisterType::enrolment, 2},
      {RegisterType::request, 5},          {RegisterType::approval, 6},     {RegisterType::receipt, 9},
      {RegisterType::invitation, 13},      {RegisterType::nonce, 7},        {RegisterType::revocation, 14},
      {RegisterType::stop_order, 15},      {RegisterType::case_closed, 16}, {RegisterType::share_check, 17},
      {RegisterType::device_replaced, 18}, {RegisterType::drill, 19},       {RegisterType::refusal, 10}};
  const auto content = [&](RegisterType type, BytesView bytes, unsigned who) {
    if (numbers.contains(type))
      seeds.put("roster_register_objects_fuzz", joined({byte(numbers.at(type)), bytes}));
    seeds.put("roster_replay_fuzz", joined({byte(static_cast<unsigned>(type) - 1), byte(who), bytes}));
  };
  for (const auto& entry : t.archive.register_entries) {
    seeds.put("envelope_object_fuzz", entry.leaf);
    if (entry.object.empty()) continue;
    const auto leaf = std::get<envelope::RegisterLeaf>(*envelope::decode_register_leaf(entry.leaf));
    const auto object =
        *envelope::decode_object(entry.object, envelope::name_of(leaf.type), roster::kRosterBytesMax);
    content(leaf.type, object.content, 0xFF);
    if (leaf.type == RegisterType::roster) seeds.put("roster_roster_fuzz", object.content);
  }
  const auto device = t.archive.devices[1].enrolment.device;
  const Hash256 roster = org.genesis().hash;
  const std::uint64_t now = roster::testing::kTestStart + 5000;
  content(RegisterType::nonce, encode(roster::Nonce{1, {}}), 1);
  content(RegisterType::refusal, encode(roster::Refusal{"quota", {}, 3, now}), 0);
  content(RegisterType::stop_order, encode(roster::StopOrder{org.archive(), roster, 1, {}, 0, now}), 1);
  content(RegisterType::revocation,
          encode(roster::Revocation{org.archive(), roster, device, roster::RevocationReason::lost,
                                    roster::testing::kOfficer, now}),
          8);
  content(RegisterType::case_closed,
          encode(roster::CaseClosed{org.archive(), t.archive.commitment, roster::testing::kReader, now}), 32);
  content(RegisterType::share_check, encode(roster::ShareCheck{org.archive(), roster, 1, {}, now}), 1);
  content(RegisterType::device_replaced,
          encode(roster::DeviceReplaced{
              org.archive(), roster, device, t.archive.devices[0].enrolment.device_key, {}, now}),
          64);
  seeds.put("roster_register_objects_fuzz", joined({byte(4), t.archive.request_copy}));
  seeds.put("roster_register_objects_fuzz",
            joined({byte(11), encode(std::vector<roster::DirectoryEntry>{{device, "Ana", "note"}})}));
  seeds.put(
      "roster_register_objects_fuzz",
      joined({byte(12), encode(roster::SealedDirectory{org.archive(), roster, 4, {{1, Bytes(3)}}, now})}));
  roster::Grant grant{org.archive(), t.archive.commitment, 1, {{}}};
  seeds.put("roster_register_objects_fuzz", joined({byte(8), encode(grant)}));
}

void cards(Seeds& seeds, const exports::testing::TestEvidence& t) {
  const replica::Card card{t.archive.org.archive(), "archive.example:443", {Hash256{}, crypto::sha256({})}};
  seeds.put("replica_card_fuzz", replica::format_card(card));
  replica::InvitationFile invitation;
  invitation.card = card;
  seeds.put("replica_card_fuzz", replica::format_invitation_file(invitation).reveal());
  seeds.put("replica_card_fuzz", "[::1]:443");
  roster::MemberCard member;
  member.name = "Ana Silva";
  member.signing = t.archive.org.member(1).member.signing;
  member.mail = t.archive.org.member(1).member.mail;
  seeds.put("roster_member_card_fuzz", roster::format_member_card(member));
  seeds.put("roster_member_card_fuzz", roster::format_names({{1, {{}, "Ana"}}, {2, {{}, "Bo"}}}));
}

void entries(Seeds& seeds, const exports::testing::TestEvidence& t) {
  for (const auto& item : t.archive.capture) {
    seeds.put("envelope_object_fuzz", item.leaf);
    if (item.header.empty()) continue;
    seeds.put("envelope_object_fuzz", item.header);
    const auto header = *envelope::decode_signed_header(item.header);
    seeds.put("envelope_object_fuzz", header.header.part);
    seeds.put("crypto_verify_signature_fuzz", [&] {
      cbor::Writer w;
      crypto::put_signatures(w, header.object.signers.front().signatures);
      return w.take();
    }());
    for (const BytesView bytes : {BytesView(item.header), BytesView(header.object.content),
                                  BytesView(item.body), BytesView(header.header.part)})
      if (!bytes.empty()) seeds.put("envelope_envelope_fuzz", bytes);
    cbor::Writer submission;
    submission.array(1).array(2).bytes(item.header);
    if (item.body.empty()) {
      submission.null();
    } else {
      submission.bytes(item.body);
    }
    seeds.put("archive_submission_fuzz", submission.view());
  }
  seeds.put("unseal_padding_fuzz", seal::compress_and_pad(t.archive.records[0]));
  seeds.put("unseal_batch_fuzz", t.archive.capture[2].body);
  seeds.put("crypto_verify_signature_fuzz", [&] {
    cbor::Writer w;
    crypto::put_public(w, t.archive.devices[0].enrolment.device_key);
    return w.take();
  }());
}

void ledgers(Seeds& seeds, const exports::testing::TestEvidence& t) {
  const std::string note = t.archive.capture_checkpoint();
  const auto& roster = t.archive.org.genesis().roster;
  const std::string policy = "log " + roster.capture_vkey + "\n" + roster.witness_policy;
  for (const char* target : {"ledger_note_fuzz", "ledger_checkpoint_fuzz"}) seeds.put(target, note);
  seeds.put("ledger_note_fuzz", roster.capture_vkey);
  seeds.put("ledger_policy_fuzz", policy);
  seeds.put("ledger_add_checkpoint_fuzz", "old 0\n\n" + note);
  std::vector<Bytes> leaves;
  for (const auto& item : t.archive.capture) leaves.push_back(item.leaf);
  const auto growth = *ledger::grow({}, leaves);
  for (const auto& file : growth.files) {
    const bool bundle = file.path.starts_with("tile/entries/");
    const auto width = static_cast<unsigned>(leaves.size()) - 1;
    seeds.put(bundle ? "ledger_bundle_fuzz" : "ledger_tiles_fuzz", joined({byte(width), file.bytes}));
    seeds.put("ledger_bundle_fuzz", file.path);
  }
  ledger::CompactTree tree;
  for (const Bytes& leaf : leaves) tree.append(ledger::leaf_hash(leaf));
  seeds.put("ledger_tiles_fuzz", joined({byte(0), tree.encode()}));
  seeds.put("ledger_add_checkpoint_fuzz", bytes_of(ledger::format_add_checkpoint({{1}, {Hash256{}}, note})));
  seeds.put("verify_ledger_fuzz", joined({piece(bytes_of(roster.capture_vkey)), piece({}),
                                          piece(bytes_of(policy)), piece(bytes_of(note)), piece({})}));
}

void package(Seeds& seeds, exports::testing::TestEvidence& t) {
  CHECK(t.write_package("package"));
  const Bytes manifest_text = *t.files.read("package/manifest.json", 1u << 24);
  seeds.put("verify_manifest_fuzz", manifest_text);
  const verify::Manifest manifest = *verify::parse_manifest(text_of(manifest_text));
  for (std::size_t i = 0; i < manifest.files.size(); ++i) {
    const std::string& path = manifest.files[i].path;
    const Bytes bytes = *t.files.read("package/" + path, 1u << 24);
    seeds.put("exports_package_fuzz", joined({byte(static_cast<unsigned>(i)), bytes}));
    seeds.put("verify_manifest_fuzz", path);
    if (path.starts_with("proofs/")) seeds.put("ledger_proof_fuzz", bytes);
    if (path.starts_with("franking/")) seeds.put("verify_message_proof_fuzz", bytes);
  }
  seeds.put("verify_manifest_fuzz", t.register_log);
  auto& tiles = t.mirror->tiles(verify::LedgerName::capture);
  seeds.put("verify_message_proof_fuzz", *exports::write_message_proof(t.evidence, 2, 1, tiles));
}

/// What the first byte of mirror_fuzz.cpp means is the place in a list; every file stands at every place here.
void mirror(Seeds& seeds, exports::testing::TestEvidence& t) {
  unsigned number = 0;
  for (const auto& item : t.archive.capture) {
    for (const Bytes* object : {&item.header, &item.body, &item.leaf})
      if (!object->empty()) seeds.put("verify_mirror_fuzz", joined({byte(number++), *object}));
  }
  seeds.put("verify_mirror_fuzz", joined({byte(number++), bytes_of(t.archive.capture_checkpoint())}));
  seeds.put("verify_mirror_fuzz", joined({byte(number++), bytes_of(t.archive.register_checkpoint())}));
}

void server(Seeds& seeds, const exports::testing::TestEvidence& t) {
  std::vector<Bytes> leaves;
  for (const auto& item : t.archive.capture) leaves.push_back(item.leaf);
  const auto growth = *ledger::grow({}, leaves);
  ledger::CompactTree tree;
  for (const Bytes& leaf : leaves) tree.append(ledger::leaf_hash(leaf));
  const Bytes start = archive::encode(archive::JournalStart{{}, {}});
  const Bytes later = archive::encode(archive::JournalStart{growth.next, tree});
  const Bytes batch = archive::encode(archive::StagedBatch{{}, tree.root(), leaves});
  const Bytes cell = archive::encode(archive::Cell{tree.size(), tree.root()});
  for (const Bytes& frame : {start, later, batch, cell}) {
    seeds.put("archive_ledger_files_fuzz", frame);
    seeds.put("archive_ledger_files_fuzz", archive::encode_frame(frame));
  }
  platform::MemoryFileSystem files;
  const auto vault = *archive::Vault::open(files, "vault");
  for (const auto& item : t.archive.capture)
    if (!item.header.empty())
      CHECK(vault->append(archive::ObjectKind::header, 1, crypto::sha256(item.header), item.header));
  CHECK(vault->sync());
  const Bytes segment = *files.read("vault/0000000000.seg", 1u << 24);
  seeds.put("archive_vault_fuzz", joined({piece(BytesView(segment).first(5000)), segment}));
  const auto frames = BytesView(segment).subspan(27);
  for (const Bytes& journal :
       {joined({byte(1), piece(start), byte(1), piece(batch)}), joined({byte(1), piece(later)})})
    seeds.put("verify_server_directory_fuzz", joined({journal, byte(3), piece(frames), byte(5),
                                                      piece(bytes_of(t.archive.capture_checkpoint()))}));
  for (const char* target :
       {"v1/register?from=7&max=10", "v1/device/00ff/entries?from=1", "capture/tile/0/000"})
    seeds.put("archive_target_fuzz", target);
  witness::State state;
  seeds.put("witness_state_fuzz", witness::encode(state));
  state.last = ledger::WitnessedTree{tree.size(), tree.root(), t.archive.capture_checkpoint()};
  state.answered = t.archive.capture_checkpoint();
  seeds.put("witness_state_fuzz", witness::encode(state));
  seeds.put("witness_state_fuzz", t.archive.org.genesis().roster.capture_vkey + "\n");
}

void answers(Seeds& seeds, const exports::testing::TestEvidence& t) {
  const Bytes& header = t.archive.capture[1].header;
  const auto put = [&](unsigned which, cbor::Writer& w) {
    seeds.put("replica_answers_fuzz", joined({byte(which), w.view()}));
  };
  cbor::Writer entry, head, items, index, name, entries, hearings, pending;
  put(1, entry.array(1).array(3).uint(1).uint(7).array(1).text("late"));
  put(0, head.array(3).uint(3).bytes(Hash256{}).uint(9));
  put(0, items.array(1).array(2).bytes(t.archive.capture[1].leaf).bytes(header));
  put(0, index.array(1).uint(5));
  put(0, name.array(1).bytes(Hash256{}));
  put(0, entries.array(1).array(3).uint(1).bytes(header).array(1).text("stale"));
  put(0, hearings.array(1).array(3).bytes(ByteArray<16>{}).text("silent").uint(5));
  put(0, pending.array(1).array(2).bytes(ByteArray<16>{}).bytes(header));
  seeds.put("replica_answers_fuzz",
            "\x09{\"code\": \"refused\", \"what\": \"no\", \"where\": \"\", \"hint\": \"a \\\" b\"}\n");
}

void replica_directory(Seeds& seeds, const exports::testing::TestEvidence& t) {
  const Bytes heads = cbor::Writer()
                          .array(2)
                          .text(t.archive.register_checkpoint())
                          .text(t.archive.capture_checkpoint())
                          .take();
  seeds.put("replica_directory_fuzz", joined({piece(heads), t.register_log}));
}

void device(Seeds& seeds) {
  roster::testing::TestEntropy entropy("device");
  platform::ManualClock clock(roster::testing::kTestStart * 1000);
  platform::MemoryFileSystem files;
  platform::NoStepHook steps;
  const auto keys = agent::make_device_keys(entropy);
  seeds.put("agent_device_files_fuzz", agent::encode(keys).reveal());
  seeds.put("agent_device_files_fuzz",
            agent::encode(std::vector<agent::SealedCanary>{{{1, 2, {}, {}}, {}, 5}}));
  const auto key =
      crypto::SigningKey::from_seeds(keys.ed25519_seed, SecretBytes::copy_of(keys.ml_dsa_seed.reveal()));
  auto spool = *agent::Spool::open(files, "spool", {}, steps);
  for (int i = 0; i < 3; ++i) {
    seal::Chain chain(spool.chain(), key, entropy, clock);
    agent::SpooledEntry s;
    s.entry = chain.heartbeat(60);
    s.identities = {entropy.array<32>()};
    CHECK(spool.append(s, chain.state()));
    if (i == 0) CHECK(spool.release({{0, "proof"}}));
  }
  const auto file = [&](const char* name) { return *files.read(std::string("spool/") + name, 1u << 24); };
  seeds.put("agent_spool_fuzz", joined({piece(file("state")), piece(file("stored")), file("spool")}));
  seeds.put("seal_chain_state_fuzz", seal::encode(spool.chain()));
}

void secrets(Seeds& seeds) {
  const Secret<32> master;
  keystore::file::Secrets held;
  held.emplace("a name", SecretBytes(32));
  held.emplace("b", SecretBytes(3));
  keystore::Slot slot{1, 1, keystore::file::encode(keystore::file::PassphraseParameters{}), Bytes(48)};
  seeds.put("keystore_keystore_fuzz", keystore::file::seal(master, {slot}, {}, held));
  cbor::Writer content;
  content.array(3).text("secrets").uint(1).array(2);
  content.array(2).text("a name").bytes(Bytes(32)).array(2).text("b").bytes(Bytes(3));
  seeds.put("keystore_content_fuzz", content.view());
  roster::testing::TestEntropy entropy("sealed");
  const crypto::xwing::PrivateKey key{Secret<32>()};
  seeds.put("crypto_open_fuzz",
            joined({byte(0),
                    *crypto::hpke::seal(key.public_key(), {}, bytes_of("content"), entropy.secret<64>())}));
  seeds.put("crypto_open_fuzz",
            joined({byte(1), crypto::aead_seal(Secret<32>(), crypto::kZeroNonce, {}, bytes_of("content"))}));
  seeds.put("crypto_open_fuzz", joined({byte(2), key.public_key()}));
  seeds.put("crypto_open_fuzz", joined({byte(10), byte(1), piece(Bytes(32)), byte(2), piece(Bytes(32))}));
  grant::CaseIndex index;
  index.capture_checkpoint = "a";
  index.grants = {Hash256{}};
  index.devices = {{{}, {{5, Bytes(3)}}}};
  index.missing = {{"LOSS: a", 3}};
  seeds.put("grant_case_store_fuzz", grant::encode(index));
  for (const char* text : {"AAECAw==", "00ff10", "18446744073709551615", "\"a\\b\"\x7f\xc3\xa9"})
    seeds.put("codec_text_fuzz", text);
  for (const char* text : {"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", "\xed\xa0\x80\xc0\x80"})
    seeds.put("base_utf8_fuzz", text);
  cbor::Writer item;
  item.array(7).uint(500).integer(-500).bytes(Bytes(3)).text("text").boolean(true).null();
  seeds.put("codec_cbor_fuzz",
            item.raw(cbor::MapBuilder().add("key", cbor::Writer().uint(1).take()).take()).view());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    fmt::print(stderr, "usage: fuzz_seeds DIRECTORY\n");
    return 2;
  }
  Seeds seeds(argv[1]);
  exports::testing::TestEvidence evidence;
  records(seeds);
  register_objects(seeds, evidence);
  cards(seeds, evidence);
  entries(seeds, evidence);
  ledgers(seeds, evidence);
  package(seeds, evidence);
  mirror(seeds, evidence);
  server(seeds, evidence);
  answers(seeds, evidence);
  replica_directory(seeds, evidence);
  device(seeds);
  secrets(seeds);
  return 0;
}
