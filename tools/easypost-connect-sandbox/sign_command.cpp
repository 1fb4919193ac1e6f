// SPDX-License-Identifier: Apache-2.0
#include "sign_command.hpp"

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>

#include <easypost_connect/sandbox.hpp>

#include "credential_files.hpp"

namespace easypost_connect::tool {
namespace {

constexpr int kLongestLife = 365;
constexpr unsigned int kReadable = 0644;

constexpr const char* kExamples = R"(Examples (with the variables of a sandbox that runs):
  easypost-connect csr --common-name my-company
  easypost-connect-sandbox sign client.csr
  export EASYPOST_CONNECT_CLIENT_CERT=client.crt
  export EASYPOST_CONNECT_CLIENT_KEY=client.key
  easypost-connect doctor

The API key and the OAuth client are those of the sandbox. Without a sandbox
that runs, --authority names a file that a later one is given, too.)";

struct Arguments {
  std::string request;
  std::string authority;
  std::string out = "client.crt";
  int days = 90;
  bool force = false;
};

/// The file that was named, or that of the sandbox whose variables are set.
std::string find_authority(const Arguments& arguments) {
  if (!arguments.authority.empty()) return arguments.authority;
  const char* const running = std::getenv(kAuthorityVariable);
  if (running == nullptr || *running == '\0') {
    throw std::runtime_error(std::string("which sandbox shall sign? Read the variables of one that runs (") +
                             kAuthorityVariable + "), or name the file of its certificate authority (--authority)");
  }
  if (!std::filesystem::exists(running)) {
    throw std::runtime_error(std::string(kAuthorityVariable) + ": " + running +
                             " is not there: that sandbox has ended. Read the variables of one that runs");
  }
  return running;
}

int run(const Arguments& arguments) {
  const std::string request = read_file(arguments.request);
  const std::string authority_path = find_authority(arguments);
  const std::string authority = authority_in(authority_path);
  const auto certificate = Sandbox::sign(authority, request, std::chrono::hours{24 * arguments.days});
  if (!certificate) {
    std::cerr << "easypost-connect-sandbox: signing " << arguments.request << " by " << authority_path << ": "
              << certificate.error().message << '\n'
              << certificate.error().remedy << '\n';
    return EXIT_FAILURE;
  }
  if (arguments.out == "-") {
    std::cout << *certificate;
    return EXIT_SUCCESS;
  }
  if (!arguments.force && std::filesystem::exists(arguments.out)) {
    std::cerr << "easypost-connect-sandbox: " << arguments.out << " is there already. --force replaces it.\n";
    return EXIT_FAILURE;
  }
  write_whole(arguments.out, *certificate, kReadable, arguments.force);
  std::cout << arguments.out << '\n';
  std::cerr << "Good for " << arguments.days << " days at the sandbox, with its API key and its OAuth client.\n";
  return EXIT_SUCCESS;
}

}  // namespace

void add_sign(CLI::App& app, int& status) {
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand("sign", "Sign a signing request (CSR), as the Portal does");
  command->add_option("REQUEST", arguments->request, "Signing request, PEM or DER; - is stdin")
      ->type_name("FILE")
      ->required();
  command->add_option("--authority", arguments->authority, "Certificate authority; made when not there")
      ->type_name("FILE");
  command->add_option("--out", arguments->out, "Where the certificate goes; - is stdout")
      ->type_name("FILE")
      ->capture_default_str();
  command->add_option("--days", arguments->days, "How long the certificate is good")
      ->check(CLI::Range(1, kLongestLife).description(""))
      ->type_name("N")
      ->capture_default_str();
  command->add_flag("--force", arguments->force, "Replace a certificate that is there");
  command->footer(kExamples);
  // The subcommand may stand among the other options of the sandbox, too.
  const CLI::Option* const before_sign = app.get_option("--authority");
  command->callback([arguments, before_sign, &status] {
    if (arguments->authority.empty() && before_sign->count() > 0) arguments->authority = before_sign->as<std::string>();
    status = run(*arguments);
  });
}

}  // namespace easypost_connect::tool
