// SPDX-License-Identifier: Apache-2.0
// The process has few descriptors left, or none: what fails for that says so, and works when there are some again.
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <utility>

#include <easypost_connect/async.hpp>

#include "few_descriptors.hpp"
#include "recording_observer.hpp"
#include "result_matchers.hpp"
#include "temporary_folder.hpp"
#include "wire_server.hpp"
#include "with_sandbox.hpp"

namespace easypost_connect::test_support {
namespace {

using namespace std::chrono_literals;
using ::testing::AnyOf;
using ::testing::HasSubstr;

/// No test of this file needs more descriptors than these.
constexpr std::size_t kMost = 16;
constexpr const char* kRemedy = "Raise the limit of open files";

template <typename T>
void expect_success_or_none_left(const Result<T>& outcome) {
  EXPECT_THAT(outcome, AnyOf(IsOk(), Says(kRemedy)));
}

struct Call {
  const char* name;
  std::function<Request(const TemporaryFolder& folder)> request;
  std::function<Result<Response>(ConnectClient&, Request)> make;
};

void PrintTo(const Call& call, std::ostream* out) { *out << call.name; }

Request list_jobs(const TemporaryFolder& /*folder*/) { return {Method::kGet, "/jobs", {}, {}}; }

Request with_a_file(const TemporaryFolder& folder) {
  const std::string job = folder.write("job.json", R"({"workflowId":"w","jobName":"j","filename":"f"})");
  return {Method::kPost, "/jobs/single-file", Body::from_file(job), {}};
}

Request into_a_file(const TemporaryFolder& folder) {
  Request request = list_jobs(folder);
  request.options.sink = BodySink::to_file(folder.path("jobs.json"));
  return request;
}

Result<Response> make_blocking(ConnectClient& client, Request request) { return client.send(request); }

Result<Response> make_asynchronous(ConnectClient& client, Request request) {
  return send_future(client, std::move(request)).get();
}

const Call kCalls[] = {
    {"blocking", list_jobs, make_blocking},
    {"asynchronous", list_jobs, make_asynchronous},
    {"blocking_with_a_file", with_a_file, make_blocking},
    {"asynchronous_with_a_file", with_a_file, make_asynchronous},
    {"blocking_into_a_file", into_a_file, make_blocking},
    {"asynchronous_into_a_file", into_a_file, make_asynchronous},
};

class Descriptors : public WithSandbox {
 protected:
  const TemporaryFolder folder_;
};

TEST_F(Descriptors, AClientThatWasMadeIsAUsableOne) {
  ASSERT_THAT(ConnectClient::create(options()).value().get("/jobs"), IsOk());  // OpenSSL opens some files for good
  for (std::size_t left = 0; left <= kMost; ++left) {
    SCOPED_TRACE(std::to_string(left) + " left");
    std::optional<Result<ConnectClient>> client;
    {
      const FewDescriptors few(left);
      client = ConnectClient::create(options());
    }
    expect_success_or_none_left(*client);
    if (!*client) continue;
    EXPECT_THAT(send_future(**client, list_jobs(folder_)).get(), IsOk());
    EXPECT_THAT((*client)->get("/jobs"), IsOk());
  }
}

class DescriptorsOf : public Descriptors, public ::testing::WithParamInterface<Call> {};

TEST_P(DescriptorsOf, ACallThatFailsAlone) {
  for (std::size_t left = 0; left <= kMost; ++left) {
    SCOPED_TRACE(std::to_string(left) + " left");
    auto client = ConnectClient::create(options()).value();
    Request once = GetParam().request(folder_);
    once.options.max_attempts = 1;
    Request patient = GetParam().request(folder_);
    patient.options.max_attempts = 8;
    std::optional<Result<Response>> answer;
    {
      const FewDescriptors few(left);
      answer = GetParam().make(client, std::move(once));
    }
    expect_success_or_none_left(*answer);
    EXPECT_THAT(GetParam().make(client, std::move(patient)), IsOk());
  }
}

INSTANTIATE_TEST_SUITE_P(Calls, DescriptorsOf, ::testing::ValuesIn(kCalls),
                         [](const auto& row) { return row.param.name; });

TEST_F(Descriptors, WatchedFilesAreReadWhenThereAreSomeAgain) {
  const auto events = std::make_shared<RecordingObserver>(std::vector<std::string>{"credentials_reloaded"});
  ClientOptions watching = options();
  watching.observer = events;
  watching.reload.watch_interval = 1ms;
  TlsMaterial& key = watching.credentials.client_certificate.private_key;
  const std::string text(key.content().expose());
  key = TlsMaterial::file(folder_.write("client.key", text));
  auto client = ConnectClient::create(watching).value();
  {
    FewDescriptors none(0);
    while (events->events().empty()) none.take_the_rest();  // the watching thread may have had a file open
    EXPECT_THAT(events->events().front().error.value().describe(), HasSubstr(kRemedy));
  }
  folder_.write("client.key", text + '\n');
  EXPECT_TRUE(events->wait_until([](const RecordedEvents& told) { return !told.back().error; }));
  EXPECT_THAT(client.get("/jobs"), IsOk());
}

std::string answer(const std::string& body) {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

TEST(DescriptorsOfASession, AreMissedOnceAndLaterACallCanBeCancelled) {
  const CancellationSource source;
  const auto serve = [&source](Wire& wire) {
    for (std::string head = wire.read_head(); !head.empty(); head = wire.read_head()) {
      if (head.find("/stalled") != std::string::npos) {
        std::this_thread::sleep_for(300ms);  // meanwhile the call begins to wait
        source.cancel();
      } else if (head.find("/oauth2/token") != std::string::npos) {
        wire.read_body_of(head);
        wire.write(answer(R"({"access_token":"canary-token","token_type":"Bearer","expires_in":3600})"));
      } else {
        wire.write(answer("{}"));
      }
    }
  };
  const WireServer server(serve, {TLS1_3_VERSION, true});  // no connection ends, whose descriptor would be one to take
  ClientOptions options = server.client_options();
  options.timeouts.connect = options.timeouts.request = 10min;
  options.retry.max_attempts = 1;
  auto client = ConnectClient::create(std::move(options)).value();
  ASSERT_THAT(send_future(client, {Method::kGet, "/jobs"}).get(), IsOk());  // brings the token, and makes no session
  {
    const FewDescriptors none(0);
    EXPECT_THAT(client.get("/jobs"), Says("file descriptor"));
  }
  CallOptions cancelled;
  cancelled.cancellation = source.token();
  const auto start = std::chrono::steady_clock::now();
  EXPECT_THAT(client.get("/stalled", std::move(cancelled)), IsError(ErrorCode::kCancelled));
  EXPECT_LT(std::chrono::steady_clock::now() - start, 30s);  // a wait that nobody can end takes a minute
}

}  // namespace
}  // namespace easypost_connect::test_support
