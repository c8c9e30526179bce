/// `strongroom-agent inspect`: what is in an export, before anything is sealed or sent. No keys, no server.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "agent/parse_process.h"

namespace strongroom::agent {

enum class InspectForm { table, json_lines };

struct InspectRequest {
  std::string path;
  InspectForm form = InspectForm::table;
  capture::Statement statement;
  std::string worker_program;
  CageRules cage;
};

/// Where the text goes, in pieces.
using Print = std::function<void(std::string_view)>;

/// What `inspect` tells its caller.
enum class Inspected { understood, nothing_understood };

/// As JSON Lines (docs/formats/record-jsonl.md, the summary last) or as a table for people. Fails when the material
/// cannot be opened or the worker cannot be started; doubts and refused items are no failure.
Result<Inspected> inspect(const InspectRequest& request, const Print& print);

}  // namespace strongroom::agent
