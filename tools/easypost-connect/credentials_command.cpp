// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <memory>
#include <string>

#include "commands.hpp"
#include "credential_flags.hpp"
#include "credentials/show.hpp"
#include "credentials/watch.hpp"

namespace easypost_connect::tool {
namespace {

constexpr const char* kExamples =
    R"(show says of each credential where it was found, in which version, and what it is. watch looks again as often as the vault asks for, or --interval, and prints a line for each change, and one when the vault is away and when it is back; SIGINT or SIGTERM ends it. Neither prints a secret.

Examples:
  easypost-connect credentials show
  easypost-connect credentials show --credentials vault://secret/easypost/acc
  easypost-connect credentials watch --interval 10 --json)";

struct Arguments {
  CredentialFlags credentials;
  std::string action;
  unsigned interval_seconds = 0;
  bool json = false;
};

int run(const Arguments& arguments) {
  const bool watches = arguments.action == "watch";
  if (watches) hold_back_signals();
  const auto given = arguments.credentials.given();
  if (!given) return fail(given.error());
  return watches ? watch_credentials(given->look, std::chrono::seconds(arguments.interval_seconds), arguments.json)
                 : show_credentials(given->look(), arguments.json);
}

}  // namespace

void add_credentials(CLI::App& app, int& status) {
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand("credentials", "Say what each credential is and where it is from; watch them");
  command->add_option("ACTION", arguments->action, "show or watch")
      ->required()
      ->check(CLI::IsMember({"show", "watch"}).description(""))
      ->type_name("");
  command->add_option("--interval", arguments->interval_seconds, "watch: look at least that often")
      ->type_name("SECONDS")
      ->check(CLI::Range(1, 86'400).description(""));
  command->add_flag("--json", arguments->json, "Print JSON; watch: one object a line");
  arguments->credentials.add_credential_flags(*command);
  command->footer(kExamples);
  command->callback([command, arguments, &status] {
    if (arguments->action == "show" && command->count("--interval") > 0)
      throw CLI::ValidationError("--interval", "only watch looks again");
    status = run(*arguments);
  });
}

}  // namespace easypost_connect::tool
