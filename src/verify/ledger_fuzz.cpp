// What an auditor asks about anybody's log: keys, origin, policy, checkpoints and a proof from anywhere. It holds only
// under a key; failures are told without control characters.
// Limits: -max_len=8192 -timeout=5 -rss_limit_mb=512
#include "base/check.h"
#include "base/fuzz_input.h"
#include "ledger/note.h"
#include "ledger/policy.h"
#include "verify/ledger_check.h"

using namespace strongroom;

static void check_told(const Error& error) {
  const std::string line = verify::failure_json(error);
  for (const char c : std::string_view(line).substr(0, line.size() - 1))
    CHECK(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  FuzzInput input(data, size);
  verify::LedgerTrust trust;
  if (const auto key = ledger::parse_vkey(text_of(input.piece()))) trust.keys.push_back(*key);
  if (const BytesView origin = input.piece(); !origin.empty()) trust.origin = text_of(origin);
  if (auto policy = ledger::parse_policy(text_of(input.piece()))) trust.policy = std::move(*policy);
  verify::LedgerQuestion question;
  if (const BytesView text = input.piece(); !text.empty()) question.checkpoint = text_of(text);
  if (const BytesView text = input.piece(); !text.empty()) question.proof = text_of(text);
  question.entry = copy_of(input.rest());
  if (const auto asked = verify::check_question(question); !asked) return check_told(asked.error()), 0;
  const auto rules = verify::rules_of(trust);
  if (!rules) return check_told(rules.error()), 0;
  const auto findings = verify::check_ledger(*rules, question);
  if (!findings) return check_told(findings.error()), 0;
  CHECK(!verify::report_text(*findings).empty());
  CHECK(verify::report_json(*findings).ends_with("}\n") || verify::report_json(*findings).ends_with("}"));
  return 0;
}
