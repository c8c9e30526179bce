#include <cstdio>
#include <memory>
#include <string>

#include "capture/sources/sources.h"
#include "commands.h"

namespace strongroom::agent {
namespace {

struct Options {
  std::string source;
  bool markdown = false;
};

int run_sources(const Options& options) {
  std::vector<capture::SourceText> shown;
  for (const capture::SourceText& text : capture::source_texts()) {
    if (text.source.find(options.source) != std::string::npos) shown.push_back(text);
  }
  if (shown.empty()) {
    (void)std::fprintf(stderr, "strongroom-agent: no source is called '%s': see 'strongroom-agent sources'\n",
                       options.source.c_str());
    return 1;
  }
  const std::string out = options.markdown ? sources_page(shown) : sources_table(shown);
  return std::fputs(out.c_str(), stdout) < 0 ? 1 : 0;
}

}  // namespace

void add_sources_command(CLI::App& app, Run& run) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("sources", "what can be captured, and how each reading was checked");
  command->add_option("SOURCE", options->source, "only sources with this in their name, e.g. whatsapp");
  command->add_flag("--markdown", options->markdown, "as a page");
  command->callback([options, &run] { run = [options] { return run_sources(*options); }; });
}

}  // namespace strongroom::agent
