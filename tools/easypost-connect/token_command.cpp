// SPDX-License-Identifier: Apache-2.0
#include <iostream>
#include <memory>

#include "commands.hpp"
#include "credential_flags.hpp"
#include "error_text.hpp"
#include "token_source.hpp"

namespace easypost_connect::tool {
namespace {

constexpr const char* kExamples = R"example(Examples:
  easypost-connect token
  token=$(easypost-connect token --show)
  printf 'header = "Authorization: Bearer %s"' "$token" | curl --config - URL)example";

struct Arguments {
  CredentialFlags credentials;
  bool show = false;
  bool json = false;
};

void print(const internal::AccessToken& token, const Arguments& arguments) {
  const auto expires_at = to_iso8601(std::chrono::system_clock::now() + token.life());
  if (arguments.show) {
    std::cout << token.text() << '\n';
  } else if (arguments.json) {
    std::cout << to_text(nlohmann::ordered_json{
        {"life_s", token.life().count()}, {"expires_at", expires_at}, {"sha256_prefix", fingerprint(token)}});
  } else {
    std::cout << "life     " << token.life().count() << " s, until " << expires_at << '\n'
              << "SHA-256  " << fingerprint(token) << "...\n";
  }
}

int run(const Arguments& arguments) {
  auto options = arguments.credentials.options();
  if (!options) return fail(options.error());
  const auto identity = load_identity(*options);
  if (!identity) return fail(identity.error());
  const auto token = fetch_token(*options, *identity);
  if (!token) return fail(token.error());
  print(*token, arguments);
  return kSuccess;
}

}  // namespace

void add_token(CLI::App& app, int& status) {
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand("token", "Get an access token, and say how long it is good");
  command->add_flag("--show", arguments->show, "Print the token itself, and nothing else");
  command->add_flag("--json", arguments->json, "Print JSON");
  arguments->credentials.add_all_flags(*command);
  command->footer(kExamples);
  command->callback([arguments, &status] {
    if (arguments->show && arguments->json) throw CLI::ExcludesError("--show", "--json");
    status = run(*arguments);
  });
}

}  // namespace easypost_connect::tool
