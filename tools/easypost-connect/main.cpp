// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <clocale>
#include <csignal>
#include <exception>
#include <iostream>
#include <string>

#include <CLI/CLI.hpp>

#include <easypost_connect/version.hpp>

#include "commands.hpp"
#include "error_text.hpp"
#include "help_formatter.hpp"
#include "shell_words.hpp"
#include "terminal.hpp"

namespace easypost_connect::tool {
namespace {

constexpr const char* kDescription =
    "The EasyPost Connect API from the command line: get credentials, look at them, try them, and find out which of "
    "the "
    "three (client certificate, API key, OAuth client) keeps a call from working.";

constexpr const char* kFooter =
    R"(Credentials come from the EASYPOST_CONNECT_* variables; flags override them. Secrets come from a variable or a file (--api-key-file, --client-secret-file, --passphrase-file), never from an argument: every process of a machine can read the arguments of every other one.

EASYPOST_CONNECT_LOG=info (or error, debug) has the program say on stderr what it does, with EASYPOST_CONNECT_LOG_FORMAT=json as JSON, a failure included. NO_COLOR=1 keeps colours off.

Examples:
  easypost-connect csr --common-name my-company  a key and a signing request
  easypost-connect doctor                        check everything, step by step
  easypost-connect call /jobs                    make one call
  source <(easypost-connect completion bash)     completion with the tab key

)";

/// The width of help that goes into a file or a pipe.
constexpr std::size_t kUsualWidth = 80;

/// A descriptor that is closed would become that of a socket, and get what is printed. What is opened instead cannot be
/// written, so that the loss is noticed.
void fill_standard_descriptors() {
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(descriptor, F_GETFD) < 0) ::open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY);
  }
}

bool nobody_reads_stdout() {
  pollfd stream{STDOUT_FILENO, 0, 0};
  return ::poll(&stream, 1, 0) == 1 && (stream.revents & POLLERR) != 0;
}

/// `| head` ends a program quietly, also one whose parent has it ignore SIGPIPE.
int stdout_lost() {
  if (nobody_reads_stdout()) {
    std::signal(SIGPIPE, SIG_DFL);
    std::raise(SIGPIPE);
  }
  std::cerr << "easypost-connect: stdout cannot be written.\n";
  return kUsage;
}

int parse_and_run(int argc, char** argv) {
  int status = kSuccess;
  CLI::App app(kDescription, "easypost-connect");
  const std::size_t width = Terminal::of(STDOUT_FILENO).width;
  app.formatter(std::make_shared<HelpFormatter>(width == 0 ? kUsualWidth : width));
  app.failure_message(usage_error);
  app.set_version_flag("-V,--version", EASYPOST_CONNECT_VERSION);
  app.require_subcommand(0, 1);
  app.footer(std::string(kFooter) + exit_code_help());
  add_doctor(app, status);
  add_csr(app, status);
  add_inspect(app, status);
  add_credentials(app, status);
  add_token(app, status);
  add_call(app, status);
  add_completion(app, status);
  add_help(app, status);
  for (CLI::App* command : app.get_subcommands([](CLI::App*) { return true; })) command->group("Commands");
  add_manual(app, status);
  try {
    app.parse(argc, argv);
    if (app.get_subcommands().empty()) std::cout << app.help();
  } catch (const CLI::ParseError& error) {  // --help is one, too
    status = app.exit(error) == 0 ? kSuccess : kUsage;
  }
  return std::cout.flush() ? status : stdout_lost();
}

}  // namespace

std::vector<const CLI::App*> commands_of(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App* command) { return !command->get_group().empty(); });
}

int fail(const Error& error) {
  const Error told = in_shell_words(error);
  const ExitCode status = exit_code(error.factor);
  std::cerr << (log_is_json() ? to_log_line(told, status) : to_text(told, Terminal::of(STDERR_FILENO)));
  return status;
}

}  // namespace easypost_connect::tool

int main(int argc, char** argv) {
  try {
    easypost_connect::tool::fill_standard_descriptors();
    std::signal(SIGPIPE, SIG_IGN);  // a connection that breaks is an error, and no end
    std::setlocale(LC_CTYPE, "");   // takes over the encoding of the terminal
    return easypost_connect::tool::parse_and_run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "easypost-connect: " << error.what() << '\n';
    return easypost_connect::tool::kUsage;
  }
}
