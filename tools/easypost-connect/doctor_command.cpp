// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <iostream>
#include <memory>

#include <easypost_connect/version.hpp>

#include "commands.hpp"
#include "core/url.hpp"
#include "credential_flags.hpp"
#include "doctor/checklist.hpp"
#include "doctor/examination.hpp"
#include "doctor/step_json.hpp"
#include "doctor/vault_steps.hpp"
#include "error_text.hpp"

namespace easypost_connect::tool {
namespace {

constexpr const char* kExamples =
    R"(It makes one GET without API key and token, asks for two tokens, and makes one whole call. Its output holds no credential: paste it into a ticket.

Examples:
  easypost-connect doctor
  easypost-connect doctor --environment ACC --cert new.crt --key new.key
  easypost-connect doctor --json |
    jq -r '.steps[] | select(.outcome == "failed") | .error.remedy')";

struct Arguments {
  CredentialFlags credentials;
  std::string path = "/jobs";
  unsigned timeout_seconds = 10;
  bool plain = false;
  bool json = false;
};

int exit_code_of(const std::vector<Step>& steps) {
  const Step* failure = first_failure(steps);
  return failure == nullptr ? kSuccess : exit_code(failure->error->factor);
}

std::vector<Step> steps_of_vault(const CredentialFlags::Found& found) {
  if (!found.vault) return {};
  return vault_steps(*found.vault, found.options ? nullptr : &found.options.error());
}

/// A URL that create() would refuse is not shown, because it may hold a password; others are shown without the query.
std::string shown(const std::string& url) {
  if (url.empty()) return "not set";
  return internal::problem_of(url).empty() ? url.substr(0, url.find('?')) : "not a usable URL";
}

int report_json(const CredentialFlags::Found& found, const std::string& path) {
  const auto& options = found.options;
  const auto steps = examine(options, steps_of_vault(found), path, [](const Step&) {});
  nlohmann::ordered_json json{{"version", EASYPOST_CONNECT_VERSION},
                              {"checked_at", to_iso8601(std::chrono::system_clock::now())},
                              {"api_url", options ? shown(options->environment.api_url) : ""},
                              {"token_url", options ? shown(options->environment.token_url) : ""},
                              {"exit_status", exit_code_of(steps)},
                              {"steps", to_json(steps)}};
  std::cout << to_text(json);
  return exit_code_of(steps);
}

int report_checklist(const CredentialFlags::Found& found, const Arguments& arguments) {
  const auto& options = found.options;
  const Terminal terminal = Terminal::of(STDOUT_FILENO, arguments.plain);
  const Checklist checklist(terminal);
  const auto title = [&terminal](const char* label, const std::string& text) {
    std::cout << terminal.paint(Colour::kDim, label) << harmless(text) << '\n';
  };
  title("easypost-connect  ", EASYPOST_CONNECT_VERSION ", " + to_iso8601(std::chrono::system_clock::now()));
  if (options) {
    title("API               ", shown(options->environment.api_url));
    title("token endpoint    ", shown(options->environment.token_url));
  }
  std::cout << '\n' << std::flush;
  const auto show = [&checklist](const Step& step) { std::cout << checklist.line(step) << std::flush; };
  const auto steps = examine(options, steps_of_vault(found), arguments.path, show);
  std::cout << '\n' << checklist.verdict(steps) << std::flush;
  return exit_code_of(steps);
}

int run(const Arguments& arguments) {
  auto found = arguments.credentials.find();
  if (found.options) {
    found.options->timeouts.connect = std::chrono::seconds(arguments.timeout_seconds);
    found.options->timeouts.request = std::chrono::seconds(arguments.timeout_seconds);
  }
  return arguments.json ? report_json(found, arguments.path) : report_checklist(found, arguments);
}

}  // namespace

void add_doctor(CLI::App& app, int& status) {
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand("doctor", "Find out which credential, or what else, keeps calls from working");
  command->add_option("--path", arguments->path, "What the harmless call GETs")->capture_default_str();
  command->add_option("--timeout", arguments->timeout_seconds, "For each step that uses the network")
      ->type_name("SECONDS")
      ->check(CLI::Range(1, 3600).description(""))
      ->capture_default_str();
  command->add_flag("--plain", arguments->plain, "ASCII, without colours");
  command->add_flag("--json", arguments->json, "One JSON object (docs/cli.md)");
  arguments->credentials.add_all_flags(*command);
  command->footer(kExamples);
  command->callback([arguments, &status] {
    if (arguments->plain && arguments->json) throw CLI::ExcludesError("--plain", "--json");
    status = run(*arguments);
  });
}

}  // namespace easypost_connect::tool
