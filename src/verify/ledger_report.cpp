/// The findings about a log, in sentences and in JSON.
#include <fmt/format.h>

#include "codec/json_text.h"
#include "codec/text.h"
#include "verify/ledger_check.h"
#include "verify/wording.h"

namespace strongroom::verify {
namespace {

using ledger::AcceptedCheckpoint;

std::string key_label(const ledger::VerifierKey& key) { return fmt::format("{}+{:08x}", key.name, key.id); }

std::string checkpoint_lines(const AcceptedCheckpoint& accepted) {
  const ledger::Checkpoint& tree = accepted.checkpoint();
  std::string text =
      fmt::format("  log           {}\n  signed by     {}\n  tree size     {}\n  root          {}\n",
                  tree.origin, key_label(accepted.log_key), tree.size.value, codec::base64(tree.root));
  if (accepted.witnesses.empty()) return text + "  witnesses     none were demanded\n";
  for (const ledger::WitnessSeen& witness : accepted.witnesses) {
    text += fmt::format("  witness       {} at {}\n", witness.name, utc(witness.time));
  }
  if (accepted.witness_time) text += fmt::format("  witness time  {}\n", utc(*accepted.witness_time));
  return text;
}

std::string checkpoint_json(const AcceptedCheckpoint& accepted) {
  const ledger::Checkpoint& tree = accepted.checkpoint();
  std::string witnesses;
  for (const ledger::WitnessSeen& witness : accepted.witnesses) {
    if (!witnesses.empty()) witnesses += ",";
    witnesses += fmt::format(R"({{"name":{},"time":{}}})", codec::json_string(witness.name), witness.time);
  }
  return fmt::format(
      R"({{"origin":{},"size":{},"root":"{}","log_key":{},"witnesses":[{}],"witness_time":{}}})",
      codec::json_string(tree.origin), tree.size.value, codec::base64(tree.root),
      codec::json_string(key_label(accepted.log_key)), witnesses,
      accepted.witness_time ? fmt::format("{}", *accepted.witness_time) : "null");
}

}  // namespace

std::string report_text(const LedgerFindings& findings) {
  std::string text = "It holds.\n";
  if (findings.checkpoint) {
    text += "\nThe checkpoint is signed as demanded.\n" + checkpoint_lines(*findings.checkpoint);
  }
  if (findings.tiles) {
    text += fmt::format(
        "\nEvery tile and bundle belongs to this root.\n  tiles         {}\n  bundles       {}\n"
        "  entries       {}\n",
        findings.tiles->tiles, findings.tiles->bundles, findings.tiles->entries);
  }
  if (findings.growth) {
    text += fmt::format("\nSince the old checkpoint the log has only grown.\n  old size      {}\n",
                        findings.growth->from.value);
  }
  if (findings.entry_index && findings.entry_checkpoint) {
    text += fmt::format("\nThe entry is in the log.\n  index         {}\n{}", findings.entry_index->value,
                        checkpoint_lines(*findings.entry_checkpoint));
  }
  return text;
}

std::string report_json(const LedgerFindings& findings) {
  std::string text = R"({"holds":true)";
  if (findings.checkpoint) text += R"(,"checkpoint":)" + checkpoint_json(*findings.checkpoint);
  if (findings.tiles) {
    text += fmt::format(R"(,"tiles":{},"bundles":{},"entries":{})", findings.tiles->tiles,
                        findings.tiles->bundles, findings.tiles->entries);
  }
  if (findings.growth) text += fmt::format(R"(,"old_size":{})", findings.growth->from.value);
  if (findings.entry_index && findings.entry_checkpoint) {
    text += fmt::format(R"(,"entry":{{"index":{},"checkpoint":{}}})", findings.entry_index->value,
                        checkpoint_json(*findings.entry_checkpoint));
  }
  return text + "}\n";
}

std::string failure_text(const Error& error) { return "It does NOT hold: " + error.to_string() + "\n"; }

std::string failure_json(const Error& error) {
  return fmt::format(R"({{"holds":false,"code":{},"what":{},"where":{},"hint":{}}})",
                     codec::json_string(name_of(error.code)), codec::json_string(error.what),
                     codec::json_string(error.where), codec::json_string(error.hint)) +
         "\n";
}

}  // namespace strongroom::verify
