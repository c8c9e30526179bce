/// strongroom-parse: the worker that reads other people's formats. Holds no key, opens no file, uses no network; it is
/// started by strongroom-agent (agent/parse_process.h), handed open files, and answers with records
/// (docs/formats/parse-pipe.md). Ends with 0 when it has answered, 1 when it could not.
#include <cstdio>
#include <cstdlib>
#include <new>

#include "capture/prepare.h"
#include "capture/wecom/vendor_library.h"
#include "capture/worker/material.h"
#include "capture/worker/pipe.h"
#include "platform/foreign_library.h"
#include "platform/worker_process.h"

using namespace strongroom;

namespace {

constexpr int kWrongUse = 2;

/// The vendor's library that the parent names, loaded while files can still be opened; nothing without an argument.
Result<capture::VendorOpen> load_vendor_library(const char* path) {
  if (path == nullptr) return capture::VendorOpen{};
  const auto library = TRY(platform::ForeignLibrary::load(path, capture::wecom::kVendorSymbols));
  return capture::wecom::vendor_open(library.symbols());
}

Result<std::vector<capture::Outcome>> serve(capture::AnswerWriter& answers,
                                            const Result<capture::VendorOpen>& wecom_open) {
  if (!wecom_open) return std::unexpected(wecom_open.error());
  std::vector<platform::MappedFile> mapped;
  std::vector<capture::InputFile> files;
  std::vector<capture::GivenKey> keys;
  std::vector<capture::Part> killers;
  SecretBytes buffer(platform::kWorkerMessageMax);
  for (;;) {
    auto received = TRY(platform::receive_message(buffer.reveal_mutable()));
    if (!received) return fail(ErrorCode::malformed, "the request ended before its start");
    capture::RequestMessage request = TRY(capture::decode_request(received->message));
    if (request.key) {
      keys.push_back(std::move(*request.key));
      continue;
    }
    if (request.killer) {
      killers.push_back(std::move(*request.killer));
      continue;
    }
    if (request.start) {
      buffer.clear();
      request.start->killers = std::move(killers);
      request.start->statement.keys = std::move(keys);
      answers.heed(*request.start);
      request.start->statement.wecom_open = *wecom_open;
      return capture::parse_material(files, request.start->statement, request.start->limits, answers);
    }
    if (!received->file) return fail(ErrorCode::malformed, "a file was named and not handed over");
    mapped.push_back(std::move(*received->file));
    files.push_back({*request.file_path, mapped.back().bytes()});
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 2 || (argc == 2 && *argv[1] != '/')) {
    (void)std::fputs(
        "strongroom-parse: started by strongroom-agent, never by hand: see strongroom-parse(8)\n", stderr);
    return kWrongUse;
  }
  std::set_new_handler(
      [] { std::_Exit(3); });  // out of memory: the parent reports it and keeps the originals
  capture::prepare();
  const auto wecom_open = load_vendor_library(argv[1]);
  if (!platform::confine_worker()) return EXIT_FAILURE;
  capture::AnswerWriter answers(platform::write_answer);
  return answers.finish(serve(answers, wecom_open)) ? EXIT_SUCCESS : EXIT_FAILURE;
}
