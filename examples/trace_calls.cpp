// SPDX-License-Identifier: Apache-2.0
// Carries a trace on to the API (W3C Trace Context) and prints a line for each span: the call, and each of its
// attempts. A program with a tracing library takes the ids from it, and gives it the spans instead of printing them.
#include <cstdint>
#include <cstdio>
#include <memory>
#include <random>
#include <string>

#include <easypost_connect/connect_client.hpp>
#include <easypost_connect/observer.hpp>

using namespace easypost_connect;

namespace {

/// Returns a random id of that many bytes, as hex.
std::string new_id(std::size_t bytes) {
  static thread_local std::random_device random;
  constexpr char kDigits[] = "0123456789abcdef";
  std::string id;
  for (std::size_t i = 0; i < bytes * 2; ++i) id += kDigits[random() % 16];
  return id;
}

struct Span {
  std::string trace_id = new_id(16);
  std::string span_id = new_id(8);
};

/// The span of the call that this thread is making. A blocking call tells its observer of each attempt on its own
/// thread.
thread_local const Span* current = nullptr;

class AttemptSpans : public Observer {
  void attempt_finished(const AttemptFinished& event) noexcept override {
    if (current == nullptr) return;
    std::printf("trace=%s parent=%s attempt=%d call=%ju status=%d duration_us=%jd error=%s\n",
                current->trace_id.c_str(), current->span_id.c_str(), event.resend_count + 1,
                std::uintmax_t{event.call_id}, event.status_code, static_cast<std::intmax_t>(event.duration.count()),
                event.error == nullptr ? "-" : std::string(to_string(event.error->code)).c_str());
  }
};

Result<Response> traced(ConnectClient& client, Request request) {
  const Span span;
  request.options.headers.add("traceparent", "00-" + span.trace_id + "-" + span.span_id + "-01");
  current = &span;
  auto answer = client.send(request);
  current = nullptr;
  std::printf("trace=%s span=%s %s %s\n", span.trace_id.c_str(), span.span_id.c_str(),
              std::string(to_string(request.method)).c_str(), request.path.c_str());
  return answer;
}

}  // namespace

int main() {
  auto options = ClientOptions::from_environment();
  if (!options) return std::fprintf(stderr, "%s\n", options.error().describe().c_str()), 1;
  options->observer = std::make_shared<AttemptSpans>();
  auto client = ConnectClient::create(*std::move(options));
  if (!client) return std::fprintf(stderr, "%s\n", client.error().describe().c_str()), 1;

  const auto jobs = traced(*client, {Method::kGet, "/jobs", {}, {}});
  if (!jobs) return std::fprintf(stderr, "%s\n", jobs.error().describe().c_str()), 1;
}
