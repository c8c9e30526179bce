#include "verify/record_files.h"

#include <fmt/format.h>

#include "codec/text.h"
#include "crypto/hash.h"

namespace strongroom::verify {

std::uint64_t RecordFiles::count_of(std::uint64_t leaf) const {
  const auto found = counts_.find(leaf);
  return found == counts_.end() ? 0 : found->second;
}

/// The proof at the place its name says, of a batch that is in the ledger.
Result<record::Record> RecordFiles::prove(const std::string& path) {
  const auto at = place_of_franking_file(path);
  const auto bytes = files_.read(path);
  if (!at || !bytes) return fail(ErrorCode::malformed, "this is not the name of a franking proof");
  const NamedRecordProof named = TRY(decode_record_proof(*bytes));
  const auto batch = batches_.find(at->leaf);
  if (batch == batches_.end())
    return fail(ErrorCode::unauthenticated, "its batch is not one of a granted folder");
  if (crypto::sha256(batch->second.bytes) != named.batch_header || named.proof.index != at->index)
    return fail(ErrorCode::unauthenticated, "it is the proof of another record than its name says");
  TRY(verify_record(named.proof, batch->second));
  record::Record record = TRY(record::decode(named.proof.cbor));
  ++counts_[at->leaf];
  return record;
}

void RecordFiles::compare_line(std::string_view& rest, const record::Record& record,
                               const std::string& path) {
  const std::string line = record::to_json_line(record) + "\n";
  if (rest.starts_with(line)) {
    rest.remove_prefix(line.size());
    return;
  }
  report_.serious("altered-record",
                  fmt::format("a line of records.jsonl is not the record that {} proves", path));
  const std::size_t end = rest.find('\n');
  rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
}

void RecordFiles::note_original(const record::Original& original) {
  if (original.bytes.empty()) return;
  if (original.within) {
    chunked_.insert(*original.within);
  } else {
    whole_.insert(crypto::sha256(original.bytes));
  }
}

void RecordFiles::check() {
  const auto lines = files_.read("records.jsonl");
  if (!lines) report_.serious("missing-file", "the package has no good file records.jsonl");
  std::string_view rest = lines ? text_of(*lines) : std::string_view{};
  for (const std::string& path : files_.under("franking/")) {
    const auto record = prove(path);
    if (!record) {
      report_.serious("bad-record", path, record.error());
      continue;
    }
    ++count_;
    note_original(record->original);
    if (lines) compare_line(rest, *record, path);
  }
  if (!rest.empty())
    report_.serious("altered-record", "records.jsonl has lines that no record of the package proves");
  check_originals();
}

/// A file of originals is named by its hash, which some record names; what a record holds whole must be there.
void RecordFiles::check_originals() {
  for (const PackageFile& file : files_.manifest().files) {
    if (!file.path.starts_with("originals/")) continue;
    const bool named = whole_.contains(file.sha256) || chunked_.contains(file.sha256);
    if (!named || original_file(file.sha256) != file.path)
      report_.serious("altered-original", fmt::format("{} is not what any record holds", file.path));
  }
  for (const Hash256& content : whole_) {
    if (!files_.has(original_file(content)))
      report_.serious("missing-original", fmt::format("the original {} is not in the package",
                                                      codec::hex(content).substr(0, 16)));
  }
  for (const Hash256& content : chunked_) {
    if (!files_.has(original_file(content)))
      report_.warning("missing-original", fmt::format("the content {} is not whole in the package",
                                                      codec::hex(content).substr(0, 16)));
  }
}

}  // namespace strongroom::verify
