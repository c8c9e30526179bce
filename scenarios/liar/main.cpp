/// strongroomd-lying: the real server, with a liar between it and its peers. What it lies about stands in the file
/// STRONGROOM_LIES, read anew for every request: lines "KIND<tab>LIE", or nothing; "METHOD TARGET" is a kind too. What
/// was asked, what was told and which blobs were posted is appended to STRONGROOM_LIES.log. For tests; never installed.
#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <mutex>

#include "../../programs/strongroomd/serve.h"
#include "archive/data_directory.h"
#include "codec/text.h"
#include "crypto/hash.h"
#include "lies.h"

namespace strongroom::liar {
namespace {

constexpr std::string_view kInstead = "instead ";  ///< and a target: what is asked for there is answered here

class Liar {
 public:
  Liar(std::string lies, archive::ServerKeys keys) : lies_(std::move(lies)), keys_(std::move(keys)) {}

  void answer(const wire::Handler& service, wire::Request request, const wire::Respond& respond) {
    const std::string kind = kind_of(request);
    const std::string lie = lie_about(kind, kind.substr(0, kind.find(' ') + 1) + request.target);
    note(kind, "asked", request.target);
    if (request.target == "/v1/blob") note(kind, "posted", codec::hex(crypto::sha256(request.body)));
    if (lie.starts_with(kInstead)) {
      request.target = lie.substr(kInstead.size());
      note(kind, "told", request.target);
    }
    if (lie == "swallow") {
      if (auto thanks = swallowed(request, past(kind, request))) {
        note(kind, "told");
        return respond(std::move(*thanks));
      }
    }
    if (lie == "alter" && alter(request)) note(kind, "told");
    const std::string target = request.target;
    service(std::move(request), [this, kind, target, lie, respond](wire::Response honest) {
      respond(instead_of(honest, kind, target, lie));
    });
  }

 private:
  struct Kind {
    std::map<std::string, wire::Response> first;  ///< by target
    std::vector<wire::Response> all;  ///< with different bodies, oldest first
  };

  wire::Response instead_of(const wire::Response& honest, const std::string& kind, const std::string& target,
                            const std::string& lie) {
    auto out = lie == "resign" ? resigned_by_any(honest)
               : lie == "hold" ? held(target, honest)
               : lie.empty()   ? std::nullopt
                               : told(lie, honest, past(kind, target, honest));
    remember(kind, target, honest);
    if (!out) return honest;
    note(kind, "told");
    return std::move(*out);
  }

  /// "hold": for ever the answer of the first time that this was told.
  std::optional<wire::Response> held(const std::string& target, const wire::Response& honest) {
    const std::lock_guard lock(mutex_);
    const auto [it, first] = held_.try_emplace(target, honest);
    return it->second.body == honest.body ? std::nullopt : std::optional(it->second);
  }

  std::optional<wire::Response> resigned_by_any(const wire::Response& honest) const {
    if (auto out = resigned(honest, keys_.register_signer)) return out;
    return resigned(honest, keys_.capture_signer);
  }

  void remember(const std::string& kind, const std::string& target, const wire::Response& honest) {
    const std::lock_guard lock(mutex_);
    Kind& known = kinds_[kind];
    known.first.try_emplace(target, honest);
    if (known.all.empty() || known.all.back().body != honest.body) known.all.push_back(honest);
  }

  /// Called with the lock not held; what is pointed to stays where it is for the life of the process.
  Past past(const std::string& kind, const std::string& target, const wire::Response& honest) {
    const std::lock_guard lock(mutex_);
    Kind& known = kinds_[kind];
    Past out;
    const auto same = known.first.find(target);
    if (same != known.first.end()) out.first = kept(same->second);
    if (!out.first && !known.all.empty()) out.first = kept(known.all.front());
    for (auto it = known.all.rbegin(); it != known.all.rend() && !out.other; ++it)
      if (it->body != honest.body) out.other = kept(*it);
    return out;
  }
  Past past(const std::string& kind, const wire::Request& request) {
    return past(kind, request.target, wire::Response{});
  }
  const wire::Response* kept(const wire::Response& response) {
    kept_.push_back(std::make_unique<wire::Response>(response));
    return kept_.back().get();
  }

  std::string lie_about(const std::string& kind, const std::string& exactly) const {
    std::ifstream file(lies_);
    std::string line;
    while (std::getline(file, line)) {
      const auto tab = line.find('\t');
      if (tab == line.npos) continue;
      if (const auto about = line.substr(0, tab); about == kind || about == exactly)
        return line.substr(tab + 1);
    }
    return {};
  }

  void note(const std::string& kind, std::string_view what, std::string_view which = {}) {
    const std::lock_guard lock(log_mutex_);
    std::ofstream(lies_ + ".log", std::ios::app) << fmt::format("{}\t{}\t{}\n", what, kind, which);
  }

  const std::string lies_;
  const archive::ServerKeys keys_;
  std::mutex mutex_, log_mutex_;
  std::map<std::string, Kind> kinds_;
  std::map<std::string, wire::Response> held_;  ///< by target
  std::vector<std::unique_ptr<wire::Response>> kept_;
};

int run(int argc, char** argv) {
  const char* lies = std::getenv("STRONGROOM_LIES");
  server::ServeOptions options;
  for (int i = 2; i + 1 < argc; i += 2) {
    const std::string name = argv[i], value = argv[i + 1];
    if (name == "--data") options.data = value;
    if (name == "--listen") options.listen = value;
    if (name == "--public") options.public_listen = value;
    if (name == "--witness") options.witnesses.push_back(value);
  }
  if (lies == nullptr || argc < 2 || std::string_view(argv[1]) != "serve" || options.data.empty()) {
    fmt::print(stderr,
               "usage: STRONGROOM_LIES=FILE strongroomd-lying serve --data D --listen A --public A --witness "
               "N=URL\n");
    return 2;
  }
  const auto files = platform::make_posix_file_system();
  auto keys = archive::DataDirectory(*files, options.data).keys();
  if (!keys) return 1;
  Liar liar(lies, std::move(*keys));
  const auto served = server::serve(options, [&liar](wire::Handler service) -> wire::Handler {
    return [&liar, service = std::move(service)](wire::Request request, wire::Respond respond) {
      liar.answer(service, std::move(request), respond);
    };
  });
  if (served) return 0;
  fmt::print(stderr, "strongroomd-lying: {}\n", served.error().to_string());
  return 1;
}

}  // namespace
}  // namespace strongroom::liar

int main(int argc, char** argv) { return strongroom::liar::run(argc, argv); }
