// Packages and message proofs made from a real archive, and everything that can be done to them afterwards.
#include "exports/evidence.h"

#include "exports/test_evidence.h"
#include "verify/archive_files.h"
#include "verify/message_proof.h"
#include "verify/package_check.h"
#include "verify/package_format.h"
#include "verify/test_archive.h"

namespace strongroom::exports {
namespace {

using ::testing::HasSubstr;
using verify::Report;
constexpr const char* kPlace = "package";

struct Exported : ::testing::Test, testing::TestEvidence {
  void write() {
    const auto written = write_package(kPlace);
    ASSERT_TRUE(written.has_value()) << written.error().to_string();
    EXPECT_EQ(written->records, 3u);
  }
  Report check() { return verify::check_package(files, kPlace, archive.org.archive()); }
  verify::MessageProof proof(std::uint64_t leaf = 2, std::uint64_t index = 1) {
    const auto bytes = write_message_proof(evidence, leaf, index, mirror->tiles(verify::LedgerName::capture));
    EXPECT_TRUE(bytes.has_value()) << bytes.error().to_string();
    return verify::decode_message_proof(*bytes).value();
  }
  verify::Manifest manifest() {
    const Bytes text = files.read("package/manifest.json", 1u << 24).value();
    return verify::parse_manifest(text_of(text)).value();
  }
  /// Puts a file in place of another, and a manifest that agrees with it: what somebody who knows the format does.
  void replace(const std::string& path, BytesView content) {
    verify::Manifest m = manifest();
    std::erase_if(m.files, [&](const verify::PackageFile& f) { return f.path == path; });
    if (!content.empty()) {
      m.files.push_back({path, content.size(), crypto::sha256(content)});
      std::ranges::sort(m.files, {}, &verify::PackageFile::path);
      ASSERT_TRUE(files.write_loose(std::string(kPlace) + "/" + path, content));
    } else {
      ASSERT_TRUE(files.remove(std::string(kPlace) + "/" + path));
    }
    ASSERT_TRUE(files.write_loose("package/manifest.json", bytes_of(verify::format_manifest(m))));
  }
  static std::string said(const Report& report, std::string_view code) {
    for (const verify::Finding& f : report.findings())
      if (f.code == code) return f.text;
    return "NOT FOUND in: " + verify::report_text("It", report);
  }
};

// ---- packages ----

TEST_F(Exported, PackageHolds) {
  write();
  const Report report = check();
  EXPECT_TRUE(report.holds()) << verify::report_text("It", report);
  EXPECT_EQ(report.count(verify::Weight::warning), 0u) << verify::report_text("It", report);
  EXPECT_THAT(verify::report_json(report), HasSubstr(R"("records proved":"3 of 3")"));
  EXPECT_THAT(verify::report_json(report), HasSubstr(R"("case":"case 17")"));
}

TEST_F(Exported, PackageIsNotWrittenOverAnother) {
  write();
  EXPECT_EQ(write_evidence(evidence, mirror->tiles(verify::LedgerName::capture), files, kPlace).error().code,
            ErrorCode::conflict);
}

TEST_F(Exported, PackageOfAnotherArchiveIsNotBelieved) {
  write();
  const Report report = verify::check_package(files, kPlace, Hash256{});
  EXPECT_FALSE(report.holds());
  EXPECT_EQ(report.count("another-archive"), 1u);
}

TEST_F(Exported, EveryFileAlteredInTurnIsNamed) {
  write();
  for (const verify::PackageFile& file : manifest().files) {
    const std::string path = std::string(kPlace) + "/" + file.path;
    ASSERT_TRUE(files.flip_byte(path, file.bytes / 2)) << file.path;
    const Report report = check();
    EXPECT_FALSE(report.holds()) << file.path;
    EXPECT_THAT(said(report, "altered-file"), HasSubstr(file.path));
    ASSERT_TRUE(files.flip_byte(path, file.bytes / 2));
  }
  EXPECT_TRUE(check().holds());
}

TEST_F(Exported, EveryFileAlteredInTurnIsFoundThoughTheManifestAgrees) {
  write();
  for (const verify::PackageFile& file : manifest().files) {
    const Bytes good = files.read(std::string(kPlace) + "/" + file.path, 1u << 24).value();
    Bytes bad = good;
    bad[bad.size() / 2] ^= std::byte{1};
    replace(file.path, bad);
    EXPECT_FALSE(check().holds()) << file.path;
    replace(file.path, good);
  }
  EXPECT_TRUE(check().holds());
}

TEST_F(Exported, EveryFileRemovedInTurnIsFoundThoughTheManifestAgrees) {
  write();
  for (const verify::PackageFile& file : manifest().files) {
    // A package may be without the request (then less can be told) and without share sets (nothing is proved by them).
    const bool may_be_missing =
        file.path == "request" || file.path == verify::body_file(crypto::sha256(archive.capture[1].body));
    if (may_be_missing) continue;
    const Bytes good = files.read(std::string(kPlace) + "/" + file.path, 1u << 24).value();
    replace(file.path, {});
    EXPECT_FALSE(check().holds()) << file.path;
    replace(file.path, good);
  }
  EXPECT_TRUE(check().holds());
}

TEST_F(Exported, FileThatIsNotListedIsNamed) {
  write();
  ASSERT_TRUE(files.write_loose("package/bodies/more", bytes_of("x")));
  EXPECT_THAT(said(check(), "extra-file"), HasSubstr("bodies/more"));
}

TEST_F(Exported, NameOfAFileCannotCommandATerminal) {
  write();
  ASSERT_TRUE(files.write_loose("package/bodies/more\x1B[2J\n  [ok] nothing", bytes_of("x")));
  const std::string text = verify::report_text("The package", check());
  EXPECT_THAT(text, HasSubstr("bodies/more\xEF\xBF\xBD[2J\xEF\xBF\xBD  [ok] nothing"));
}

TEST_F(Exported, PackageWithoutOneRecordNamesTheBatch) {
  evidence.entries[1].records.pop_back();
  ASSERT_TRUE(write_evidence(evidence, mirror->tiles(verify::LedgerName::capture), files, kPlace));
  EXPECT_THAT(said(check(), "missing-record"),
              HasSubstr("of the 2 records sealed at capture leaf 2 the package shows 1"));
}

TEST_F(Exported, PackageWithoutOneEntryNamesTheGap) {
  evidence.entries.erase(evidence.entries.begin() + 2);
  ASSERT_TRUE(write_evidence(evidence, mirror->tiles(verify::LedgerName::capture), files, kPlace));
  EXPECT_THAT(said(check(), "gap"), HasSubstr("entry 2 is missing"));
}

TEST_F(Exported, PackageWithoutTheGrantedFolderNamesIt) {
  evidence.entries.clear();
  ASSERT_TRUE(write_evidence(evidence, mirror->tiles(verify::LedgerName::capture), files, kPlace));
  EXPECT_THAT(said(check(), "missing-folder"), HasSubstr("is not in the package"));
}

TEST_F(Exported, PackageOfARequestThatTheRegisterDoesNotHaveIsNamed) {
  evidence.commitment = Hash256{};
  ASSERT_TRUE(write_evidence(evidence, mirror->tiles(verify::LedgerName::capture), files, kPlace));
  EXPECT_EQ(check().count("no-request"), 1u);
}

TEST_F(Exported, EntryAtAnotherLeafIsNotExported) {
  evidence.entries[1].leaf = 3;
  EXPECT_EQ(write_evidence(evidence, mirror->tiles(verify::LedgerName::capture), files, kPlace).error().code,
            ErrorCode::unauthenticated);
}

TEST_F(Exported, OriginalsLieBesideTheRecords) {
  write();
  const Bytes original = copy_of(bytes_of("original of m2"));
  EXPECT_EQ(files.read("package/" + verify::original_file(crypto::sha256(original)), 100).value(), original);
}

// ---- messages ----

TEST_F(Exported, MessageHoldsAndSaysWhatIsProved) {
  const auto proven = verify::verify_message(proof(), archive.org.archive());
  ASSERT_TRUE(proven.has_value()) << proven.error().to_string();
  EXPECT_EQ(proven->record.text, "text 1");
  EXPECT_EQ(proven->leaf, 2u);
  const std::string text = verify::report_text(*proven);
  EXPECT_THAT(text, HasSubstr(codec::hex(archive.devices[0].enrolment.device)));
  EXPECT_THAT(text, HasSubstr("at entry 2"));
  EXPECT_THAT(text, HasSubstr("2026-11-22T01:06:40Z"));
  EXPECT_THAT(text, ::testing::Not(HasSubstr("text 1")));
}

TEST_F(Exported, MessageOfAnotherArchiveIsRefused) {
  EXPECT_EQ(verify::verify_message(proof(), Hash256{}).error().code, ErrorCode::unauthenticated);
}

TEST_F(Exported, MessageThatTheEvidenceDoesNotHaveIsNotFound) {
  auto& tiles = mirror->tiles(verify::LedgerName::capture);
  EXPECT_EQ(write_message_proof(evidence, 2, 9, tiles).error().code, ErrorCode::not_found);
  EXPECT_EQ(write_message_proof(evidence, 1, 0, tiles).error().code, ErrorCode::not_found);
}

TEST_F(Exported, EveryFieldOfAMessageProofAlteredInTurnIsRefused) {
  const verify::MessageProof good = proof();
  const auto refused = [&](const char* what, auto change) {
    verify::MessageProof bad = good;
    change(bad);
    EXPECT_FALSE(verify::verify_message(bad, archive.org.archive()).has_value()) << what;
  };
  const auto flip = [](auto& bytes) { bytes[bytes.size() / 2] ^= std::byte{1}; };
  refused("archive", [&](auto& p) { flip(p.archive); });
  refused("index", [](auto& p) { p.record.index = 0; });
  refused("cbor", [&](auto& p) { flip(p.record.cbor); });
  refused("franking key", [&](auto& p) { flip(p.record.franking_key); });
  refused("siv", [&](auto& p) { flip(p.record.siv); });
  refused("frank", [&](auto& p) { flip(p.record.frank); });
  refused("ciphertext", [&](auto& p) { flip(p.record.ciphertext); });
  refused("path", [&](auto& p) { flip(p.record.path[0]); });
  refused("shorter path", [](auto& p) { p.record.path.pop_back(); });
  refused("batch header", [&](auto& p) { flip(p.batch_header); });
  refused("open header", [&](auto& p) { flip(p.open_header); });
  refused("batch proof", [](auto& p) { p.batch_proof[40] ^= 1; });
  refused("open proof", [](auto& p) { p.open_proof[40] ^= 1; });
  refused("enrolment", [&](auto& p) { flip(p.provenance.enrolment.object); });
  refused("enrolment proof", [](auto& p) { p.provenance.enrolment.proof[40] ^= 1; });
  refused("genesis", [&](auto& p) { flip(p.provenance.genesis); });
  refused("successor", [](auto& p) {
    p.provenance.successors.push_back({p.provenance.genesis, p.provenance.enrolment.proof});
  });
  refused("proofs exchanged", [](auto& p) { std::swap(p.batch_proof, p.open_proof); });
  refused("headers exchanged", [](auto& p) { std::swap(p.batch_header, p.open_header); });
}

TEST_F(Exported, EveryByteOfAMessageFileMattersOrDoesNotParse) {
  const Bytes good = write_message_proof(evidence, 3, 0, mirror->tiles(verify::LedgerName::capture)).value();
  for (std::size_t at = 0; at < good.size(); at += 97) {
    Bytes bad = good;
    bad[at] ^= std::byte{0x10};
    const auto parsed = verify::decode_message_proof(bad);
    if (!parsed) continue;
    EXPECT_FALSE(verify::verify_message(*parsed, archive.org.archive()).has_value()) << at;
  }
}

TEST_F(Exported, MessageFileParsesToTheSameBytesAndNoOthers) {
  const Bytes good = write_message_proof(evidence, 3, 0, mirror->tiles(verify::LedgerName::capture)).value();
  EXPECT_EQ(encode(verify::decode_message_proof(good).value()), good);
  EXPECT_EQ(verify::decode_message_proof({}).error().code, ErrorCode::malformed);
  Bytes other = good;
  other[0] = std::byte{2};
  EXPECT_EQ(verify::decode_message_proof(other).error().code, ErrorCode::unsupported);
  other = good;
  other.push_back(std::byte{0});
  EXPECT_FALSE(verify::decode_message_proof(other));
  for (std::size_t size = 0; size < good.size(); size += 61)
    EXPECT_FALSE(verify::decode_message_proof(BytesView(good).first(size)));
}

// ---- the manifest ----

TEST(Manifest, IsWrittenInOneWayOnly) {
  verify::Manifest m;
  m.generated_by = "x \"y\"";
  m.missing = {"One thing."};
  m.files = {{"bodies/aa", 3, Hash256{}}, {"records.jsonl", 0, Hash256{}}};
  const std::string text = verify::format_manifest(m);
  EXPECT_EQ(verify::parse_manifest(text).value(), m);
  EXPECT_FALSE(verify::parse_manifest(text + " "));
  EXPECT_FALSE(verify::parse_manifest("{}"));
  EXPECT_FALSE(verify::parse_manifest("["));
  m.files[0].path = "../outside";
  EXPECT_EQ(verify::parse_manifest(verify::format_manifest(m)).error().code, ErrorCode::malformed);
  m.files[0].path = "zz";
  EXPECT_EQ(verify::parse_manifest(verify::format_manifest(m)).error().code, ErrorCode::malformed);
}

}  // namespace
}  // namespace strongroom::exports
