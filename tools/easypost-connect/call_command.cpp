// SPDX-License-Identifier: Apache-2.0
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>

#include <easypost_connect/connect_client.hpp>

#include "commands.hpp"
#include "core/ascii.hpp"
#include "core/make_error.hpp"
#include "credential_flags.hpp"

namespace easypost_connect::tool {
namespace {

constexpr const char* kExamples = R"(Examples:
  easypost-connect call GET /jobs
  easypost-connect call GET '/jobs?maxItems=10' | jq .
  easypost-connect call POST /jobs/single-file --data @job.json
  easypost-connect call GET /jobs --header 'x-managed-company-id: 42')";

struct Arguments {
  CredentialFlags credentials;
  std::string method;
  std::string path;
  std::string data;
  std::vector<std::string> headers;
  unsigned timeout_seconds = 60;
};

Method method_of(std::string_view name) {
  for (const Method method : {Method::kHead, Method::kPost, Method::kPut, Method::kPatch, Method::kDelete}) {
    if (to_string(method) == name) return method;
  }
  return Method::kGet;
}

Error bad_argument(std::string message, std::string remedy) {
  return internal::make_error(ErrorCode::kInvalidRequest, Factor::kRequest, std::move(message), std::move(remedy));
}

/// The text itself, or what is in the file that "@file" names; "@-" is stdin.
Result<std::string> body_of(const std::string& data) {
  if (data.substr(0, 1) != "@") return data;
  const std::string path = data == "@-" ? "/dev/stdin" : data.substr(1);
  std::ifstream file(path, std::ios::binary);
  if (!file) return bad_argument("--data: " + path + " cannot be opened.", "Check the path of the file.");
  return std::string{std::istreambuf_iterator<char>(file), {}};
}

std::optional<Error> add_header(CallOptions& options, const std::string& header) {
  const auto colon = header.find(':');
  if (colon == std::string::npos) return bad_argument("--header: there is no colon.", "Write it as 'name: value'.");
  const std::string_view name = internal::trim(std::string_view(header).substr(0, colon));
  const std::string_view value = internal::trim(std::string_view(header).substr(colon + 1));
  if (internal::equals_ignoring_case(name, "content-type")) {
    options.content_type = value;
  } else {
    options.headers.add(name, value);
  }
  return std::nullopt;
}

Result<Request> request_of(const Arguments& arguments) {
  auto body = body_of(arguments.data);
  if (!body) return std::move(body).error();
  Request request{method_of(arguments.method), arguments.path, *std::move(body), {}};
  request.options.timeout = std::chrono::seconds(arguments.timeout_seconds);
  for (const std::string& header : arguments.headers) {
    if (auto error = add_header(request.options, header)) return *std::move(error);
  }
  return request;
}

int run(const Arguments& arguments) {
  const auto request = request_of(arguments);
  if (!request) return fail(request.error());
  auto options = arguments.credentials.options();
  if (!options) return fail(options.error());
  auto client = ConnectClient::create(*std::move(options));
  if (!client) return fail(client.error());
  const auto response = client->send(*request);
  if (response) {
    std::cout << response->body << std::flush;
    return kSuccess;
  }
  // What the API says of a refusal is an answer, too.
  if (response.error().response) std::cout << response.error().response->body << std::flush;
  return fail(response.error());
}

}  // namespace

void add_call(CLI::App& app, int& status) {
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand("call", "Make one call with all three credentials; its answer goes to stdout");
  command->add_option("METHOD", arguments->method, "GET, HEAD, POST, PUT, PATCH or DELETE")
      ->required()
      ->transform(CLI::IsMember({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"}, CLI::ignore_case).description(""))
      ->type_name("");
  command->add_option("PATH", arguments->path, "Below the API's URL, such as /jobs")->required()->type_name("");
  command->add_option("--data", arguments->data, "Body: text, @file, or @- for stdin; sent as application/json")
      ->type_name("TEXT|@FILE");
  command->add_option("--header", arguments->headers, "One more header; may be repeated")
      ->type_name("'NAME: VALUE'")
      ->take_all();
  command->add_option("--timeout", arguments->timeout_seconds, "For the whole call, retries included")
      ->type_name("SECONDS")
      ->check(CLI::Range(1, 86'400).description(""))
      ->capture_default_str();
  arguments->credentials.add_all_flags(*command);
  command->footer(kExamples);
  command->callback([arguments, &status] { status = run(*arguments); });
}

}  // namespace easypost_connect::tool
