// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include <easypost_connect/sandbox.hpp>
#include <easypost_connect/version.hpp>

#include "command.hpp"
#include "console.hpp"
#include "credential_files.hpp"

namespace easypost_connect::tool {
namespace {

constexpr const char* kDescription =
    "A stand-in for the EasyPost Connect API on this machine. It enforces all three layers of\n"
    "credentials (client certificate, x-api-key, access token), makes its own, and says in its\n"
    "log which layer let a call through or refused it.";

constexpr const char* kExamples = R"(With a COMMAND, runs it with EASYPOST_CONNECT_* set, and ends with its exit status.
Without one, prints those variables for a shell, and runs until Ctrl-C.

Examples:
  easypost-connect-sandbox -- ./my-program --verbose
  easypost-connect-sandbox --token-life 5 --jobs 250 -- ./my-program

  easypost-connect-sandbox > sandbox.env &
  . ./sandbox.env
  curl --cacert "$EASYPOST_CONNECT_CA_FILE" "$EASYPOST_CONNECT_TOKEN_URL" \
       --data grant_type=client_credentials --data client_id="$EASYPOST_CONNECT_CLIENT_ID" \
       --data client_secret="$EASYPOST_CONNECT_CLIENT_SECRET"
)";

constexpr long kLongestLife = 365L * 24 * 3600;
constexpr int kWrongUsage = 2;

struct Arguments {
  SandboxOptions sandbox;
  bool quiet = false;
  bool assumptions = false;
  std::vector<std::string> command;
};

void describe(CLI::App& app, Arguments& arguments, long& token_life) {
  app.set_version_flag("--version", EASYPOST_CONNECT_VERSION);
  app.add_option("--token-life", token_life, "How long an access token is good")
      ->check(CLI::Range(0L, kLongestLife).description(""))
      ->type_name("SECONDS")
      ->capture_default_str();
  app.add_option("--jobs", arguments.sandbox.jobs, "Jobs that exist at the start")
      ->check(CLI::Range(0, 1'000'000).description(""))
      ->type_name("N")
      ->capture_default_str();
  app.add_option("--page-size", arguments.sandbox.page_size, "Jobs on a page of GET /jobs")
      ->check(CLI::Range(1, 1'000'000).description(""))
      ->type_name("N")
      ->capture_default_str();
  app.add_flag("--assumptions", arguments.assumptions, "Print what the sandbox had to assume about the API, and end");
  app.add_flag("--quiet,-q", arguments.quiet, "No log, no summary");
  app.add_option("COMMAND", arguments.command, "What to run, after \"--\"")->type_name("");
  app.footer(kExamples);
}

/// The variables with paths in the place of PEM text.
Variables with_files(Variables variables, CredentialDirectory& directory) {
  const std::map<std::string, std::string> files = {{"EASYPOST_CONNECT_CA_FILE", "ca.crt"},
                                                    {"EASYPOST_CONNECT_CLIENT_CERT", "client.crt"},
                                                    {"EASYPOST_CONNECT_CLIENT_KEY", "client.key"}};
  for (auto& [name, value] : variables) {
    if (const auto file = files.find(name); file != files.end()) value = directory.write(file->second, value);
  }
  return variables;
}

int run(Arguments& arguments) {
  if (arguments.assumptions) {
    print_assumptions();
    return EXIT_SUCCESS;
  }
  block_signals();
  if (!arguments.quiet) arguments.sandbox.log = print_log_line;
  auto sandbox = Sandbox::start(arguments.sandbox);
  if (!sandbox) {
    std::cerr << sandbox.error().describe() << '\n';
    return EXIT_FAILURE;
  }
  int status = EXIT_SUCCESS;
  if (arguments.command.empty()) {
    CredentialDirectory directory;
    print_exports(with_files(sandbox->environment(), directory));
    wait_for_the_end();
  } else {
    status = run_command(arguments.command, sandbox->environment());
  }
  if (!arguments.quiet) print_summary(sandbox->counters());
  return status;
}

int parse_and_run(int argc, char** argv) {
  Arguments arguments;
  long token_life = arguments.sandbox.token_life.count();
  CLI::App app(kDescription, "easypost-connect-sandbox");
  describe(app, arguments, token_life);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {  // --help is one, too
    return app.exit(error) == EXIT_SUCCESS ? EXIT_SUCCESS : kWrongUsage;
  }
  arguments.sandbox.token_life = std::chrono::seconds(token_life);
  return run(arguments);
}

}  // namespace
}  // namespace easypost_connect::tool

int main(int argc, char** argv) {
  try {
    return easypost_connect::tool::parse_and_run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "easypost-connect-sandbox: " << error.what() << '\n';
    return EXIT_FAILURE;
  }
}
