/// strongroom-parse: the worker that reads other people's formats. Holds no key, opens no file, uses no network; it is
/// started by strongroom-agent (agent/parse_process.h), handed open files, and answers with records
/// (docs/formats/parse-pipe.md). Ends with 0 when it has answered, 1 when it could not.
#include <cstdio>
#include <cstdlib>
#include <new>

#include "capture/prepare.h"
#include "capture/worker/material.h"
#include "capture/worker/pipe.h"
#include "platform/worker_process.h"

using namespace strongroom;

namespace {

constexpr int kWrongUse = 2;

Result<std::vector<capture::Outcome>> serve(capture::AnswerWriter& answers) {
  std::vector<platform::MappedFile> mapped;
  std::vector<capture::InputFile> files;
  for (;;) {
    auto received = TRY(platform::receive_message());
    if (!received) return fail(ErrorCode::malformed, "the request ended before its start");
    const capture::RequestMessage request = TRY(capture::decode_request(received->message));
    if (request.start) answers.heed(*request.start);
    if (request.start)
      return capture::parse_material(files, request.start->statement, request.start->limits, answers);
    if (!received->file) return fail(ErrorCode::malformed, "a file was named and not handed over");
    mapped.push_back(std::move(*received->file));
    files.push_back({*request.file_path, mapped.back().bytes()});
  }
}

}  // namespace

int main(int argc, char**) {
  if (argc > 1) {
    (void)std::fputs(
        "strongroom-parse: started by strongroom-agent, never by hand: see strongroom-parse(8)\n", stderr);
    return kWrongUse;
  }
  std::set_new_handler(
      [] { std::_Exit(3); });  // out of memory: the parent reports it and keeps the originals
  capture::prepare();
  if (!platform::confine_worker()) return EXIT_FAILURE;
  capture::AnswerWriter answers(platform::write_answer);
  return answers.finish(serve(answers)) ? EXIT_SUCCESS : EXIT_FAILURE;
}
