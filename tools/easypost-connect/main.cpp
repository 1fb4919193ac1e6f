// SPDX-License-Identifier: Apache-2.0
#include <clocale>
#include <exception>
#include <iostream>
#include <string>

#include <CLI/CLI.hpp>

#include <easypost_connect/version.hpp>

#include "commands.hpp"

namespace easypost_connect::tool {
namespace {

constexpr const char* kDescription =
    "The EasyPost Connect API from the command line: get credentials, look at them, try them, and find out\n"
    "which of the three (client certificate, API key, OAuth client) keeps a call from working.";

constexpr const char* kCredentials =
    R"(Credentials come from the EASYPOST_CONNECT_* variables; flags override them. Secrets come from a variable
or a file (--api-key-file, --client-secret-file, --passphrase-file), never from an argument: every process
of a machine can read the arguments of every other one.

Examples:
  easypost-connect csr --common-name my-company     a key and a signing request
  easypost-connect doctor                           check everything, step by step
  easypost-connect call GET /jobs                   make one call
  source <(easypost-connect completion bash)        complete with the tabulator key

)";

int parse_and_run(int argc, char** argv) {
  int status = kSuccess;
  CLI::App app(kDescription, "easypost-connect");
  app.set_version_flag("--version", EASYPOST_CONNECT_VERSION);
  app.require_subcommand(1);
  app.footer(std::string(kCredentials) + exit_code_help());
  add_doctor(app, status);
  add_csr(app, status);
  add_inspect(app, status);
  add_token(app, status);
  add_call(app, status);
  add_completion(app, status);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {  // --help is one, too
    status = app.exit(error) == 0 ? kSuccess : kUsage;
  }
  if (std::cout.flush()) return status;
  std::cerr << "easypost-connect: stdout cannot be written.\n";
  return kUsage;
}

}  // namespace

int fail(const Error& error) {
  std::cerr << error.describe() << '\n';
  return exit_code(error.factor);
}

}  // namespace easypost_connect::tool

int main(int argc, char** argv) {
  try {
    std::setlocale(LC_CTYPE, "");  // for the encoding of the terminal
    return easypost_connect::tool::parse_and_run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "easypost-connect: " << error.what() << '\n';
    return easypost_connect::tool::kUsage;
  }
}
