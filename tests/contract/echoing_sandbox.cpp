// SPDX-License-Identifier: Apache-2.0
// A sandbox that refuses every request and quotes the credential in it, as some gateways do.
// Usage: echoing_sandbox api|oauth WAY COMMAND [ARGUMENT...]; WAY is plain, percent, json, hex or base64. The command
// finds the credentials of the sandbox in its environment.
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <iomanip>
#include <iostream>
#include <sstream>
#include <string>
#include <string_view>

#include <easypost_connect/sandbox.hpp>

#include "core/encoding.hpp"

namespace {

using namespace easypost_connect;

/// Writes each character of `text` as its code in hex, with `prefix` before it.
std::string by_code(std::string_view text, std::string_view prefix) {
  std::string out;
  for (const char& c : text) out.append(prefix).append(internal::to_hex({&c, 1}));
  return out;
}

std::string written(std::string_view secret, std::string_view way) {
  if (way == "percent") return by_code(secret, "%");
  if (way == "json") return by_code(secret, "\\u00");
  if (way == "hex") return internal::to_hex(secret);
  if (way == "base64") return internal::base64_encode("user:" + std::string(secret));
  return std::string(secret);
}

SandboxFault refusal_by_oauth(const std::string& echo) {
  SandboxFault fault;
  fault.status = 400;
  std::ostringstream body;
  body << R"({"error":"invalid_client","error_description":)" << std::quoted("'" + echo + "' is wrong") << '}';
  fault.body = body.str();
  return fault;
}

SandboxFault refusal_by_api(const std::string& echo) {
  SandboxFault fault;
  fault.status = 401;
  fault.headers.add("www-authenticate", "Bearer error=\"invalid_token\", error_description=\"" + echo + '"');
  fault.headers.add("x-request-id", echo);
  fault.headers.add("content-type", "text/plain");
  fault.body = "refused";
  return fault;
}

int run(char** command) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::execvp(command[0], command);
    ::_exit(127);
  }
  int status = 0;
  return child > 0 && ::waitpid(child, &status, 0) == child && WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_FAILURE;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    std::cerr << "usage: echoing_sandbox api|oauth WAY COMMAND [ARGUMENT...]\n";
    return EXIT_FAILURE;
  }
  const std::string_view host = argv[1];
  auto sandbox = Sandbox::start().value();
  const Credentials credentials = sandbox.client_options().credentials;
  const Secret& secret = host == "api" ? credentials.api_key : credentials.oauth_client.secret;
  const std::string echo = written(secret.expose(), argv[2]);
  SandboxFault fault = host == "api" ? refusal_by_api(echo) : refusal_by_oauth(echo);
  fault.times = 1000;
  sandbox.inject(host == "api" ? SandboxHost::kApi : SandboxHost::kOAuth, fault);
  for (const auto& [name, value] : sandbox.environment()) ::setenv(name.c_str(), value.c_str(), 1);
  return run(argv + 3);
}
