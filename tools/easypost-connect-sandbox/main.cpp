// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <iostream>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include <easypost_connect/sandbox.hpp>
#include <easypost_connect/version.hpp>

#include "command.hpp"
#include "console.hpp"
#include "core/settings.hpp"
#include "credential_files.hpp"
#include "sign_command.hpp"

namespace easypost_connect::tool {
namespace {

constexpr const char* kDescription =
    "A stand-in for the EasyPost Connect API on this machine. It enforces all three\n"
    "layers of credentials (client certificate, x-api-key, access token), makes its\n"
    "own, and says in its log which layer let a call through or refused it.";

constexpr const char* kExamples = R"(With a COMMAND, runs it with EASYPOST_CONNECT_* set and ends with its status.
Without one, prints those variables for a shell, and runs until Ctrl-C.

Examples:
  easypost-connect-sandbox -- ./my-program --verbose
  easypost-connect-sandbox --token-life 5 --jobs 250 -- ./my-program

  easypost-connect-sandbox --env-file sandbox.env &
  until [ -e sandbox.env ]; do sleep 0.1; done
  set -a; . ./sandbox.env; set +a
  curl --cacert "$EASYPOST_CONNECT_CA_FILE" "$EASYPOST_CONNECT_TOKEN_URL" \
       --data grant_type=client_credentials \
       --data client_id="$EASYPOST_CONNECT_CLIENT_ID" \
       --data client_secret="$EASYPOST_CONNECT_CLIENT_SECRET"
)";

constexpr long kLongestLife = 365L * 24 * 3600;
constexpr int kWrongUsage = 2;

struct Arguments {
  SandboxOptions sandbox;
  std::string authority;  // path
  std::string env_file;
  bool quiet = false;
  bool assumptions = false;
  std::vector<std::string> command;
};

void describe(CLI::App& app, Arguments& arguments, long& token_life) {
  app.set_version_flag("--version", EASYPOST_CONNECT_VERSION);
  app.add_option("--token-life", token_life, "How long an access token is good")
      ->check(CLI::Range(1L, kLongestLife).description(""))
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
  app.add_option("--authority", arguments.authority,
                 "Certificate authority to use again and again;\nmade when not there; \"sign\" takes it, too")
      ->type_name("FILE");
  app.add_option("--env-file", arguments.env_file,
                 "Write the variables there: whole, once the sandbox\ntakes connections; removed at the end")
      ->type_name("FILE");
  app.add_flag_callback(
      "--http1.1", [&arguments] { arguments.sandbox.http2 = false; },
      "Speak HTTP/1.1 only, instead of HTTP/2 with whoever\noffers it");
  app.add_flag("--assumptions", arguments.assumptions, "Print what is assumed about the API, and end");
  app.add_flag("--quiet,-q", arguments.quiet, "No log, no ready line, no summary");
  app.add_option("COMMAND", arguments.command, "What to run, after \"--\"")->type_name("");
  app.footer(kExamples);
}

/// The variables with paths in the place of PEM text.
Variables with_files(Variables variables, const CredentialDirectory& directory) {
  namespace setting = internal::setting;
  const std::map<std::string, std::string> files = {{setting::kServerCa.variable, "ca.crt"},
                                                    {setting::kCertificate.variable, "client.crt"},
                                                    {setting::kPrivateKey.variable, "client.key"}};
  for (auto& [name, value] : variables) {
    if (const auto file = files.find(name); file != files.end()) value = directory.write(file->second, value);
  }
  return variables;
}

void say_what_is_replaced() {
  std::string names;
  for (const std::string& name : replaced_variables()) names += (names.empty() ? "" : ", ") + name;
  if (names.empty()) return;
  std::cerr << "easypost-connect-sandbox: your own " + names + " stay out: the sandbox has its own.\n";
}

/// Waits until the command has ended, or somebody asks for the end.
int serve(const Sandbox& sandbox, const Arguments& arguments, const CredentialDirectory& directory,
          const std::string& authority, std::optional<EnvironmentFile>& env_file) {
  Variables variables = sandbox.environment();
  variables.emplace_back(kAuthorityVariable, authority);
  for (auto& exception : proxy_exceptions()) variables.push_back(std::move(exception));
  const bool alone = arguments.command.empty();
  if (alone || env_file) {
    const Variables with_paths = with_files(variables, directory);
    env_file ? env_file->publish(with_paths) : print_exports(with_paths);
  }
  if (!arguments.quiet) alone ? print_ready(sandbox) : say_what_is_replaced();
  if (!alone) return run_command(arguments.command, variables);
  wait_for_the_end();
  return EXIT_SUCCESS;
}

/// The authority is the only option that can be at fault here: CLI11 has judged the others.
void say_why_not(const Error& error, const std::string& authority) {
  const bool by_authority = error.code == ErrorCode::kInvalidOption;
  std::cerr << "easypost-connect-sandbox: " << (by_authority ? "--authority " + authority + ": " : "") << error.message
            << '\n'
            << error.remedy << (by_authority ? " --authority makes one in a file that is not there." : "") << '\n';
}

int run(Arguments& arguments) {
  if (arguments.assumptions) {
    print_assumptions();
    return EXIT_SUCCESS;
  }
  block_signals();
  if (!arguments.quiet) arguments.sandbox.log = print_log_line;
  std::optional<EnvironmentFile> env_file;
  if (!arguments.env_file.empty()) env_file.emplace(arguments.env_file);
  const CredentialDirectory directory;
  std::string authority = arguments.authority;
  arguments.sandbox.authority = authority.empty() ? Sandbox::make_authority().value() : authority_in(authority);
  if (authority.empty()) authority = directory.write("authority.pem", arguments.sandbox.authority);
  auto sandbox = Sandbox::start(arguments.sandbox);
  if (!sandbox) {
    say_why_not(sandbox.error(), arguments.authority);
    return EXIT_FAILURE;
  }
  const int status = serve(*sandbox, arguments, directory, std::filesystem::absolute(authority), env_file);
  if (!arguments.quiet) print_summary(sandbox->counters());
  return status;
}

int parse_and_run(int argc, char** argv) {
  Arguments arguments;
  long token_life = arguments.sandbox.token_life.count();
  CLI::App app(kDescription, "easypost-connect-sandbox");
  describe(app, arguments, token_life);
  int status = EXIT_SUCCESS;
  add_sign(app, status);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {  // --help is one, too
    return app.exit(error) == EXIT_SUCCESS ? EXIT_SUCCESS : kWrongUsage;
  }
  if (!app.get_subcommands().empty()) return status;
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
