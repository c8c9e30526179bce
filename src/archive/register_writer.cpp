#include "archive/register_writer.h"

#include "envelope/object.h"

namespace strongroom::archive {
namespace {

constexpr std::size_t kBatchItemsMax = 64;

using envelope::RegisterType;

bool wants_cross_first(RegisterType type) {
  return type == RegisterType::request || type == RegisterType::revocation ||
         type == RegisterType::device_replaced || type == RegisterType::stop_order ||
         type == RegisterType::receipt || type == RegisterType::disposal_order;
}

/// A refusal as the server enters it: no signer (protocol §4.8).
Bytes refusal_object(const roster::Refusal& refusal) {
  return encode(envelope::SignedObject{"refusal", encode(refusal), {}});
}

}  // namespace

struct RegisterWriter::Batch {
  std::shared_ptr<roster::RegisterState> trial;
  std::vector<Bytes> leaves;
  std::vector<Bytes> objects;  ///< beside `leaves`; empty for cross leaves
  std::vector<std::optional<BookedObject>> rows;
};

void RegisterWriter::start() {
  last_cross_ms_ = parts_.clock->now_ms();
  thread_ = std::thread([this] { run(); });
}

void RegisterWriter::finish() {
  inbox_.close();
  if (thread_.joinable()) thread_.join();
}

void RegisterWriter::run() {
  while (!inbox_.finished()) {
    std::vector<Work> work = inbox_.take(kBatchItemsMax, std::chrono::seconds(1));
    add_regular_work(work);
    if (work.empty()) continue;
    if (const Result<void> done = process(std::move(work)); !done) {
      parts_.stop(done.error());
      return;
    }
  }
}

/// Hourly cross leaves, and the refusals counted since the last time.
void RegisterWriter::add_regular_work(std::vector<Work>& work) {
  const std::uint64_t now = parts_.clock->now_ms();
  if (now - last_cross_ms_ >= parts_.cross_every_ms) {
    last_cross_ms_ = now;
    work.emplace_back(CrossWish{});
  }
  if (parts_.refusals == nullptr) return;
  for (const roster::Refusal& refusal : parts_.refusals->due(now)) {
    work.emplace_back(RegisterPost{RegisterType::refusal, refusal_object(refusal), {}});
  }
}

Result<void> RegisterWriter::process(std::vector<Work> work) {
  if (failed_) return fail(ErrorCode::io, "the register stopped after an earlier failure");
  failed_ = true;  // until this batch is done
  TRY(process_batch(std::move(work)));
  failed_ = false;
  return {};
}

Result<void> RegisterWriter::process_batch(std::vector<Work> work) {
  Batch batch;
  batch.trial = std::make_shared<roster::RegisterState>(*parts_.book->state());
  std::vector<std::function<void()>> answers;
  bool crossed = false;
  for (Work& item : work) {
    const auto* post = std::get_if<RegisterPost>(&item);
    if (!crossed && (post == nullptr || wants_cross_first(post->type))) {
      TRY(take_cross(batch));
      crossed = true;
    }
    if (post == nullptr) {
      if (auto done = std::get<CrossWish>(item).done) answers.push_back(std::move(done));
      continue;
    }
    Result<std::uint64_t> index = take_post(batch, *post);
    if (post->done) answers.push_back([done = post->done, index = std::move(index)] { done(index); });
  }
  if (!batch.leaves.empty()) TRY(commit(batch));
  for (const auto& answer : answers) answer();
  if (!batch.leaves.empty()) {
    parts_.hook->reached(name_of(Step::received_answered));
    if (parts_.committed) parts_.committed();
  }
  return {};
}

Result<void> RegisterWriter::take_cross(Batch& batch) {
  if (parts_.cross == nullptr) return {};
  if (std::optional<std::string> checkpoint = parts_.cross->for_capture(*batch.trial)) {
    parts_.cross_to_capture(*std::move(checkpoint));
  }
  const std::optional<std::string> checkpoint = TRY(parts_.cross->for_register(*batch.trial));
  if (!checkpoint) return {};
  if (!apply(batch, encode(envelope::CrossLeaf{*checkpoint}), {})) {
    // Cosigned under a witness policy that is no longer in force: the next one will do.
    if (parts_.refusals != nullptr) parts_.refusals->count("cross-leaf");
    return {};
  }
  batch.rows.emplace_back(std::nullopt);
  batch.objects.emplace_back();
  return {};
}

Result<std::uint64_t> RegisterWriter::take_post(Batch& batch, const RegisterPost& post) {
  const envelope::Digests digests = envelope::digests_of(post.object);
  if (const std::optional<std::uint64_t> leaf = parts_.book->leaf_of(digests.sha256)) return *leaf;
  for (std::size_t i = 0; i < batch.rows.size(); ++i) {
    if (batch.rows[i] && batch.rows[i]->name == digests.sha256) {
      return batch.trial->applied() - batch.rows.size() + i;
    }
  }
  const std::uint64_t index = batch.trial->applied();
  TRY(apply(batch, encode(envelope::RegisterLeaf{post.type, digests}), post.object));
  batch.rows.emplace_back(BookedObject{digests.sha256, {}});
  batch.objects.push_back(post.object);
  return index;
}

/// Adds the leaf to the trial state and the batch, or leaves both as they were and says what the rule was.
Result<void> RegisterWriter::apply(Batch& batch, Bytes leaf, BytesView object) {
  const std::size_t findings = batch.trial->findings().size();
  TRY(batch.trial->apply(leaf, object));
  if (batch.trial->findings().size() == findings) {
    batch.leaves.push_back(std::move(leaf));
    return {};
  }
  Error why = batch.trial->findings().back().error;
  if (why.code != ErrorCode::unsupported && why.code != ErrorCode::malformed) why.code = ErrorCode::refused;
  batch.trial = std::make_shared<roster::RegisterState>(*parts_.book->state());
  for (std::size_t i = 0; i < batch.leaves.size(); ++i)
    TRY(batch.trial->apply(batch.leaves[i], batch.objects[i]));
  return std::unexpected(std::move(why));
}

Result<void> RegisterWriter::commit(Batch& batch) {
  for (std::size_t i = 0; i < batch.rows.size(); ++i) {
    std::optional<BookedObject>& row = batch.rows[i];
    if (row) row->at = TRY(parts_.vault->append(ObjectKind::register_object, 0, row->name, batch.objects[i]));
  }
  TRY(parts_.vault->sync());
  parts_.hook->reached(name_of(Step::objects_durable));
  TRY(parts_.sequencer->append(batch.leaves));
  parts_.book->add(batch.rows, batch.trial);
  return {};
}

}  // namespace strongroom::archive
