#include <fmt/format.h>

#include <memory>

#include "agent/replace_key.h"
#include "commands.h"
#include "device_tools.h"
#include "roster/roster.h"

namespace strongroom::agent {
namespace {

int run_replace_key(const std::string& file, const std::string& directory) {
  Tools tools;
  auto device = Device::open(*tools.files, directory);
  if (!device) return tools.failed(device.error());
  const auto done = replace_key(*device, file, tools.shared(), std::chrono::minutes(1));
  if (!done) return tools.failed(done.error());
  switch (done->step) {
    case KeyStep::asked:
      fmt::print(
          "New keys are made, and {} asks for them. This device goes on with the old ones.\n\n"
          "  archive   {}\n"
          "  new keys  {}\n\n"
          "Give the file to an officer, who signs it with 'strongroom device replace', and read both lines "
          "aloud: "
          "the\n"
          "officer must see the same words. Then run this command again with the signed file.\n",
          file, roster::words_of(device->card().archive), done->words);
      return 0;
    case KeyStep::waiting:
      fmt::print(stderr, "strongroom-agent: no officer has signed {} yet\n", file);
      return 1;
    case KeyStep::replaced:
      fmt::print("The new keys are in force; the old ones are gone from {} and count nowhere any more.\n",
                 directory);
      return 0;
  }
  return 1;
}

}  // namespace

void add_replace_key_command(CLI::App& app, Run& run) {
  const auto file = std::make_shared<std::string>();
  const auto directory = std::make_shared<std::string>();
  CLI::App* command =
      app.add_subcommand("replace-key", "new keys for this device, with an officer's signature");
  command
      ->add_option("FILE", *file,
                   "the request: written the first time; signed by an officer, it is carried out")
      ->required();
  command->add_option("--state", *directory, "the device's directory")->required();
  command->footer(
      "Example: strongroom-agent replace-key ana-phone.request --state /var/lib/strongroom-agent");
  command->callback([=, &run] { run = [=] { return run_replace_key(*file, *directory); }; });
}

}  // namespace strongroom::agent
