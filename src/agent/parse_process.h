/// Parsing, from the agent's side: the material is opened here, parsed in strongroom-parse, and what cannot be parsed
/// is kept whole. The worker may die, hang or lie: its death costs no byte of the source.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "agent/material.h"
#include "capture/parser.h"
#include "platform/worker_process.h"

namespace strongroom::agent {

/// What the worker may cost. Time and answers grow with the material: a mailbox of three terabytes is read for days.
struct ParseBounds {
  std::chrono::seconds time_max{4 * 3600};  ///< all of it
  std::chrono::seconds silence_max{15 * 60};  ///< without a word: something hangs
  std::chrono::seconds patience{60};  ///< for one message to be taken, and for the end
  std::uint64_t memory_bytes_max = 3ull << 30;  ///< its own; the files it is handed come on top
  std::uint64_t cpu_seconds_max = 4 * 3600;
  std::uint64_t answer_bytes_max = 64ull << 30;  ///< all it may write
  std::uint64_t content_bytes_max = 4ull << 30;  ///< one attachment
  // What each byte of the material adds to these:
  std::uint64_t mib_per_second_min = 1;  ///< to the time
  std::uint64_t silent_mib_per_second_min = 16;  ///< to the silence: counting says nothing until it is done
  std::uint64_t answer_bytes_per_byte = 4;
};

/// How the worker is caged: docs/decisions/cage.md.
struct CageRules {
  platform::Cage cage = platform::Cage::required;
  std::function<void(const std::string&)> missing;  ///< called for each protection this system cannot give
  std::string library = {};  ///< a vendor's, that the worker loads before it closes the cage; empty: none
};

/// What one worker reads.
struct ParseJob {
  std::string worker_program;  ///< path of strongroom-parse
  std::vector<MaterialFile> files;
  capture::Statement statement;
  capture::Limits limits;
  ParseBounds bounds;
  CageRules cage;
};

/// Parses in a caged worker of its own and hands everything to `sink` as it arrives; one outcome for each source. If
/// the worker dies, another reads the same again and says where it is before each part, so that what killed both is
/// known: it is refused ("killed-its-reader"), and a third reads the rest. Where that does not help, every file of the
/// job is given to the sink whole, as an unparsed original with the reason ("worker-failed"), besides what had been
/// parsed until then; the source is then "unknown". Fails if the sink fails, if the worker cannot be started at all, if
/// it cannot be caged (`refused`), or if a file cannot be opened.
Result<std::vector<capture::Outcome>> parse_in_worker(const ParseJob& job, capture::Sink& sink);

/// Everything under `paths`, job after job (agent/material.h; `job.files` is set for each); one outcome for each
/// source. Fails as parse_in_worker and Material do, naming the path.
Result<std::vector<capture::Outcome>> parse_paths(const std::vector<std::string>& paths, ParseJob& job,
                                                  capture::Sink& sink);

/// All sources together; `source` joins their names by "+".
capture::Outcome total_of(const std::vector<capture::Outcome>& outcomes);

}  // namespace strongroom::agent
