// SPDX-License-Identifier: Apache-2.0
#include "console.hpp"

#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <iomanip>
#include <iostream>

namespace easypost_connect::tool {
namespace {

constexpr std::size_t kHostColumn = 8;
constexpr const char* kCyan = "\033[36m";
constexpr const char* kRed = "\033[31m";
constexpr const char* kPlain = "\033[0m";

bool in_colour() {
  // NO_COLOR counts when it is set and not empty (https://no-color.org).
  static const bool answer = [] {
    const char* refused = std::getenv("NO_COLOR");
    return ::isatty(STDERR_FILENO) == 1 && (refused == nullptr || *refused == '\0');
  }();
  return answer;
}

bool is_refusal(std::string_view line) {
  const auto has = [line](std::string_view part) { return line.find(part) != std::string_view::npos; };
  return has(" -> 4") || has(" -> 5") || has("refused") || has("leaked");
}

std::string counted(std::size_t number, const std::string& what) {
  return std::to_string(number) + ' ' + what + (number == 1 ? "" : "s");
}

bool is_plain(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
         std::string_view("_-./:@%+,=").find(c) != std::string::npos;
}

}  // namespace

std::string shell_quoted(std::string_view text) {
  if (std::all_of(text.begin(), text.end(), is_plain)) return std::string(text);
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + '\'';
}

void print_ready(const Sandbox& sandbox) {
  std::cerr << "easypost-connect-sandbox ready: " + sandbox.url(SandboxHost::kApi) + '\n';
}

void print_log_line(std::string_view line) {
  if (!in_colour()) {
    std::cerr << std::string(line) + '\n';  // a single write, so that the command's own output does not come in between
    return;
  }
  const std::string host(line.substr(0, kHostColumn));
  const std::string rest(line.substr(std::min(kHostColumn, line.size())));
  std::cerr << kCyan + host + (is_refusal(line) ? kRed : kPlain) + rest + kPlain + '\n';
}

void print_summary(const SandboxCounters& c) {
  std::cerr << "sandbox handshakes: " + std::to_string(c.api_handshakes) + " api, " +
                   std::to_string(c.oauth_handshakes) + " oauth, " + std::to_string(c.storage_handshakes) +
                   " storage\n";
  std::cerr << "sandbox " + counted(c.api_requests, "api request") + " (" + std::to_string(c.api_refused) +
                   " refused), " + counted(c.token_requests, "token request") + ", " + counted(c.uploads, "upload") +
                   ", " + counted(c.leaked_credentials, "leaked credential") + '\n';
}

void print_assumptions() {
  std::size_t width = 0;
  for (const SandboxAssumption& assumption : Sandbox::assumptions()) width = std::max(width, assumption.subject.size());
  std::cout << "What the public documentation does not say, and what this sandbox does:\n\n";
  for (const SandboxAssumption& assumption : Sandbox::assumptions()) {
    std::cout << std::left << std::setw(static_cast<int>(width) + 2) << assumption.subject << assumption.choice << '\n';
  }
}

void print_exports(const Variables& variables) {
  for (const auto& [name, value] : variables) std::cout << "export " << name << '=' << shell_quoted(value) << '\n';
  std::cout << std::flush;
}

}  // namespace easypost_connect::tool
