// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <utility>

#include <easypost_connect/connect_client.hpp>

#include "answer.hpp"
#include "commands.hpp"
#include "core/make_error.hpp"
#include "core/settings.hpp"
#include "core/text.hpp"
#include "credential_flags.hpp"
#include "help_formatter.hpp"
#include "output_file.hpp"
#include "terminal.hpp"

namespace easypost_connect::tool {
namespace {

constexpr const char* kExamples =
    R"(The body of the answer goes to stdout as it came; on a terminal, JSON is indented. What the API says of a refusal goes there too, and stderr says whose fault it is.

Examples:
  easypost-connect call /jobs
  easypost-connect call '/jobs?maxItems=10' | jq .
  easypost-connect call /jobs/single-file --data @job.json
  easypost-connect call DELETE /jobs/42 --include
  easypost-connect call /jobs/42/file --output letters.pdf)";

constexpr Method kMethods[] = {Method::kGet, Method::kHead,  Method::kPost,
                               Method::kPut, Method::kPatch, Method::kDelete};

struct Arguments {
  CredentialFlags credentials;
  std::string method;
  std::string path;
  std::string method_flag;
  std::optional<std::string> data;
  std::vector<std::string> headers;
  std::string output;
  bool include = false;
  unsigned timeout_seconds = 60;
  int attempts = RetryOptions().max_attempts;
};

bool is_method(std::string_view text) {
  return std::any_of(std::begin(kMethods), std::end(kMethods),
                     [text](Method method) { return internal::equals_ignoring_case(to_string(method), text); });
}

/// `call PATH` and `call METHOD PATH`.
void sort_positionals(Arguments& arguments) {
  if (arguments.path.empty()) std::swap(arguments.method, arguments.path);
  if (arguments.path.empty()) throw CLI::RequiredError("PATH");
  if (arguments.method.empty() && is_method(arguments.path))
    throw CLI::ParseError("PATH is missing behind " + arguments.path, CLI::ExitCodes::RequiredError);
  if (arguments.method_flag.empty()) return;
  if (!arguments.method.empty()) throw CLI::ExcludesError("METHOD", "--method");
  arguments.method = arguments.method_flag;
}

/// The method is matched in any case; without one, the command does what curl would do.
Method method_of(const Arguments& arguments) {
  if (arguments.method.empty()) return arguments.data ? Method::kPost : Method::kGet;
  std::string names;
  for (const Method method : kMethods) {
    if (internal::equals_ignoring_case(to_string(method), arguments.method)) return method;
    names.append(names.empty() ? "" : ", ").append(to_string(method));
  }
  throw CLI::ParseError("METHOD is one of " + names + ", and PATH comes behind it", CLI::ExitCodes::ValidationError);
}

/// The text itself, or what is in the file that "@file" names; "@-" and "-" are stdin.
Result<Body> body_from(const std::string& data) {
  if (data == "-" || data == "@-") return Body(std::string{std::istreambuf_iterator<char>(std::cin), {}});
  if (data.substr(0, 1) != "@") return Body(data);
  const std::string path = data.substr(1);
  struct stat facts {};
  const bool streams = ::stat(path.c_str(), &facts) == 0 && (S_ISFIFO(facts.st_mode) || S_ISCHR(facts.st_mode));
  std::ifstream pipe;
  if (streams) pipe.open(path, std::ios::binary);  // a pipe, as of <(command)
  if (!pipe.is_open()) return Body::from_file(path);
  return Body(std::string{std::istreambuf_iterator<char>(pipe), {}});
}

/// A check of CLI11, and so silent about the value: it may be a secret.
std::string no_field(const std::string& header) {
  return header.find(':') == std::string::npos ? "there is no colon: write it as 'NAME: VALUE'" : "";
}

void add_header(CallOptions& options, const std::string& header) {
  const auto colon = header.find(':');
  const std::string_view name = internal::trim(std::string_view(header).substr(0, colon));
  const std::string_view value = internal::trim(std::string_view(header).substr(colon + 1));
  if (internal::equals_ignoring_case(name, "content-type")) {
    options.content_type = value;
  } else {
    options.headers.add(name, value);
  }
}

Result<Request> request_of(const Arguments& arguments) {
  auto body = body_from(arguments.data.value_or(""));
  if (!body) return std::move(body).error();
  Request request{method_of(arguments), arguments.path, *std::move(body), {}};
  request.options.timeout = std::chrono::seconds(arguments.timeout_seconds);
  request.options.max_attempts = arguments.attempts;
  for (const std::string& header : arguments.headers) add_header(request.options, header);
  if (arguments.output.empty() || arguments.output == "-") return request;
  if (request.method == Method::kHead) {  // the file that is there would stay
    std::cerr << "easypost-connect call: HEAD has no body, so --output " << harmless(arguments.output)
              << " is left as it is.\n";
    return request;
  }
  auto sink = sink_to(arguments.output);
  if (!sink) return std::move(sink).error();
  request.options.sink = *std::move(sink);
  return request;
}

/// Has somebody at a terminal know why nothing happens; the log, if it is on, says the same.
class PauseTeller final : public Observer {
 public:
  void retry_scheduled(const RetryEvent& event) noexcept override {
    std::fprintf(stderr, "easypost-connect call: trying again in %.1f s: %s\n",
                 static_cast<double>(event.pause.count()) / 1000, harmless(event.error.message).c_str());
  }
};

std::shared_ptr<Observer> pause_teller() {
  const bool logs = !internal::setting::kLog.from_environment().empty();
  return ::isatty(STDERR_FILENO) == 1 && !logs ? std::make_shared<PauseTeller>() : nullptr;
}

void print(const Response& answer, bool with_head, const Arguments& arguments) {
  Terminal terminal = Terminal::of(STDOUT_FILENO);
  if (arguments.output == "-") terminal.width = 0;
  if (with_head) std::cout << head_of(answer, terminal);
  std::cout << body_of(answer, terminal) << std::flush;
}

/// The message names the flags instead of the options behind them.
Error in_words_of_flags(Error error) {
  constexpr std::string_view kSink = "sink: ";
  if (error.message.substr(0, kSink.size()) == kSink) error.message.replace(0, kSink.size(), "--output: ");
  if (error.remedy.find("max_response_bytes") != std::string::npos)
    error.remedy = "Save it with --output FILE, or ask for less at a time.";
  return error;
}

int run(Arguments& arguments) {
  sort_positionals(arguments);
  auto request = request_of(arguments);
  if (!request) return fail(request.error());
  auto options = arguments.credentials.options();
  if (!options) return fail(options.error());
  options->observer = pause_teller();
  auto client = ConnectClient::create(*std::move(options));
  if (!client) return fail(client.error());
  const bool with_head = arguments.include || request->method == Method::kHead;
  const auto response = client->send(*request);
  if (response) {
    print(*response, with_head, arguments);
    return kSuccess;
  }
  // A refusal's words are an answer, too.
  if (response.error().response) print(*response.error().response, with_head, arguments);
  return fail(in_words_of_flags(response.error()));
}

}  // namespace

void add_call(CLI::App& app, int& status) {
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand("call", "Make one call with all three credentials; its answer goes to stdout");
  command->add_option("METHOD", arguments->method,
                      "GET, HEAD, POST, PUT, PATCH or DELETE (default: GET, or POST with --data)");
  command->add_option("PATH", arguments->path, "Below the API's URL, such as /jobs")->option_text(kNeeded);
  command->add_option("-X,--method", arguments->method_flag, "The same as METHOD")->type_name("METHOD");
  command
      ->add_option("-d,--data", arguments->data,
                   "Body, sent as application/json unless a header says otherwise; @FILE: the content of a file, byte "
                   "for byte; - or @-: stdin")
      ->type_name("TEXT");
  command->add_option("-H,--header", arguments->headers, "One more header; may be repeated")
      ->type_name("'NAME: VALUE'")
      ->take_all()
      ->check(CLI::Validator(no_field, ""))
      ->allow_extra_args(false);  // each takes one value: the next argument may be PATH
  command->add_flag("-i,--include", arguments->include,
                    "Status and headers of the answer before its body, as HEAD shows them anyway");
  command
      ->add_option("-o,--output", arguments->output,
                   "Where the body goes if the call succeeds: whole or not at all; - is stdout, unchanged")
      ->type_name("FILE")
      ->check(CLI::Validator(
          [](const std::string& path) { return path.empty() ? "the name of the file is empty" : ""; }, ""));
  command->add_option("--timeout", arguments->timeout_seconds, "For the whole call, retries included")
      ->type_name("SECONDS")
      ->check(CLI::Range(1, 86'400).description(""))
      ->capture_default_str();
  command->add_option("--attempts", arguments->attempts, "At most so many, if a failure may pass by itself")
      ->type_name("NUMBER")
      ->check(CLI::Range(1, 100).description(""))
      ->capture_default_str();
  arguments->credentials.add_all_flags(*command);
  command->footer(kExamples);
  command->callback([arguments, &status] { status = run(*arguments); });
}

}  // namespace easypost_connect::tool
