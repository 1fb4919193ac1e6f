// SPDX-License-Identifier: Apache-2.0
// The sandbox over HTTP/2, asked by libcurl's own HTTP/2.
#include <netinet/in.h>
#include <sys/socket.h>

#include <chrono>
#include <condition_variable>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/file_descriptor.hpp"
#include "sandbox/listener.hpp"
#include "sandbox_caller.hpp"

namespace easypost_connect {
namespace {

using namespace std::chrono_literals;
using sandbox::ClientCertificates;
using sandbox::Listener;
using ::testing::Each;
using testing::fault;
using ::testing::Field;
using testing::over_http2;
using testing::RawAnswer;
using testing::RawHttps;
using testing::RawRequest;
using testing::SandboxCaller;
using testing::send_at_once;
using testing::send_once;
using ::testing::StartsWith;

constexpr auto kApi = SandboxHost::kApi;
constexpr auto kOAuth = SandboxHost::kOAuth;
constexpr std::size_t kMiB = std::size_t{1024} * 1024;

struct Http2Client {
  explicit Http2Client(SandboxOptions options = {}) : caller(std::move(options)) {}
  RawAnswer get() { return https.send(over_http2(caller.certified("/jobs"))); }

  SandboxCaller caller;
  RawHttps https;
};

TEST(SandboxHttp2, BreaksOffAnAnswerAndKeepsTheConnection) {
  Http2Client client;
  for (const std::size_t size : {std::size_t{0}, std::size_t{4}, 3 * kMiB}) {
    SandboxFault cut = fault(200, std::string(size, 'x'));
    cut.announce_more_bytes = 4;
    client.caller.sandbox.inject(kApi, cut);
    const RawAnswer answer = client.get();
    EXPECT_EQ(answer.code, CURLE_HTTP2_STREAM) << answer.error;
    EXPECT_LE(answer.body.size(), size);  // libcurl drops what it reads along with the reset
  }
  const RawAnswer next = client.get();
  EXPECT_EQ(next.status, 403);
  EXPECT_EQ(next.new_connections, 0);
}

TEST(SandboxHttp2, IsForClientsThatOfferIt) {
  const SandboxCaller caller;
  EXPECT_THAT(send_once(caller.certified("/jobs")).headers, StartsWith("HTTP/1.1 403"));
  EXPECT_THAT(send_once(over_http2(caller.certified("/jobs"))).headers, StartsWith("HTTP/2 403"));
}

TEST(SandboxHttp2, GivesATokenThatOpensTheApi) {
  SandboxCaller caller;
  const RawAnswer token = send_once(over_http2(caller.token_request(caller.good_form())));
  RawRequest request = over_http2(caller.certified("/jobs"));
  request.headers = {
      caller.api_key_header(),
      "authorization: Bearer " + nlohmann::json::parse(token.body).at("access_token").get<std::string>()};
  EXPECT_EQ(send_once(request).status, 200);
}

TEST(SandboxHttp2, CanBeTurnedOff) {
  SandboxOptions options;
  options.http2 = false;
  Http2Client client(options);
  EXPECT_THAT(client.get().headers, StartsWith("HTTP/1.1 403"));
}

TEST(SandboxHttp2, IsNamedInTheLog) {
  std::string logged;
  SandboxOptions options;
  options.log = [&logged](std::string_view line) { logged.append(line).append(1, '\n'); };
  {
    Http2Client client(options);
    EXPECT_EQ(client.get().status, 403);
  }
  EXPECT_TRUE(logged.find("handshake 1: TLSv1.3, HTTP/2, client certificate CN=") != std::string::npos) << logged;
}

TEST(SandboxHttp2, TakesNobodyWithoutAGoodCertificate) {
  Http2Client client;
  const std::string url = client.caller.sandbox.url(kApi) + "/jobs";
  EXPECT_NE(client.https.send(over_http2(client.caller.bare(url))).code, CURLE_OK);
  SandboxCaller stranger;
  RawRequest request = stranger.certified("");
  request.url = url;
  request.server_ca = client.caller.value("CA_FILE");
  EXPECT_NE(client.https.send(over_http2(request)).code, CURLE_OK);
  EXPECT_EQ(client.caller.sandbox.counters().api_handshakes, 0U);
  EXPECT_EQ(client.caller.sandbox.counters().api_requests, 0U);
}

TEST(SandboxHttp2, DropsItsConnectionsOnRequest) {
  Http2Client client;
  EXPECT_EQ(client.get().new_connections, 1);
  EXPECT_EQ(client.get().new_connections, 0);
  client.caller.sandbox.close_connections();
  RawAnswer answer = client.get();
  if (answer.code == CURLE_SEND_ERROR) answer = client.get();  // libcurl 8.23 had not seen the end of the connection
  EXPECT_EQ(answer.status, 403);
  EXPECT_EQ(answer.new_connections, 1);
}

TEST(SandboxHttp2, DoesNotWaitForIdleConnectionsWhenItEnds) {
  RawHttps https;  // keeps its connection open beyond the end of the sandbox
  auto caller = std::make_unique<SandboxCaller>();
  EXPECT_EQ(https.send(over_http2(caller->certified("/jobs"))).status, 403);
  const auto start = std::chrono::steady_clock::now();
  caller.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - start, 30s);  // the sandbox keeps an idle connection for 60 s
}

TEST(SandboxHttp2, PlaysFaultsOfItsEndAtOnce) {
  auto caller = std::make_unique<SandboxCaller>();
  SandboxFault slow = fault(503);
  slow.delay = 1h;
  slow.times = 3;
  caller->sandbox.inject(kApi, slow);
  const std::vector<RawRequest> requests(3, over_http2(caller->certified("/jobs")));
  auto answers = std::async(std::launch::async, [&requests] { return send_at_once(requests); });
  while (caller->sandbox.counters().api_requests < requests.size()) std::this_thread::yield();
  caller.reset();
  EXPECT_THAT(answers.get(), Each(Field(&RawAnswer::status, 503)));
}

/// A server with a handler of the test's own, that speaks HTTP/2.
class HandlerServer {
 public:
  explicit HandlerServer(Listener::Handler handler)
      : listener_(std::make_unique<Listener>(
            kOAuth,
            sandbox::ServerTls{authority_.issue(sandbox::server_profile()), {}, ClientCertificates::kUnasked, true},
            event_log_, std::move(handler))),
        url_(listener_->url()) {}

  [[nodiscard]] RawRequest request(std::string body = "") const {
    RawRequest request;
    request.method = "POST";
    request.url = url_;
    request.body = std::move(body);
    request.server_ca = authority_.certificate();
    return over_http2(request);
  }
  [[nodiscard]] int port() const { return std::stoi(url_.substr(url_.rfind(':') + 1)); }
  [[nodiscard]] std::size_t requests() const { return event_log_.counters().token_requests; }
  void end() { listener_.reset(); }

 private:
  sandbox::CertificateAuthority authority_;
  sandbox::EventLog event_log_{nullptr};
  std::unique_ptr<Listener> listener_;
  const std::string url_;
};

std::string echo(const httplib::Request& request, httplib::Response& response) {
  response.status = 200;
  response.set_content(request.body, "text/plain");
  return "echo";
}

TEST(SandboxHttp2, TakesAndGivesWhatIsLargerThanItsWindows) {
  const HandlerServer server(echo);
  std::vector<RawRequest> requests;
  for (const char c : {'a', 'b', 'c', 'd'}) requests.push_back(server.request(std::string(3 * kMiB / 2, c)));
  const std::vector<RawAnswer> answers = send_at_once(requests);
  for (std::size_t i = 0; i < requests.size(); ++i) {
    EXPECT_EQ(answers[i].status, 200) << answers[i].error;
    EXPECT_TRUE(answers[i].body == requests[i].body);
  }
}

TEST(SandboxHttp2, TakesABodyWhoseLengthIsNotSaid) {
  const HandlerServer server(echo);
  RawRequest request = server.request(std::string(3 * kMiB / 2, 'x'));
  request.headers = {"Content-Length:"};  // libcurl then sends none
  const RawAnswer answer = send_once(request);
  EXPECT_EQ(answer.status, 200) << answer.error;
  EXPECT_TRUE(answer.body == request.body);
}

/// Lets nobody through before it is opened, or `size` are there.
class Gate {
 public:
  explicit Gate(std::size_t size) : missing_(size) {}
  void pass() {
    std::unique_lock lock(mutex_);
    if (missing_ > 0) --missing_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return missing_ == 0; });
  }
  void open() {
    const std::lock_guard lock(mutex_);
    missing_ = 0;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t missing_;
};

TEST(SandboxHttp2, AnswersAHundredAtTheSameTimeOnOneConnection) {
  Gate gate(100);
  const HandlerServer server([&gate](const httplib::Request& request, httplib::Response& response) {
    gate.pass();
    return echo(request, response);
  });
  long connections = 0;
  for (const RawAnswer& answer : send_at_once(std::vector<RawRequest>(100, server.request()))) {
    EXPECT_EQ(answer.status, 200) << answer.error;
    connections += answer.new_connections;
  }
  EXPECT_EQ(connections, 1);
}

bool takes_connections(int port) {
  const internal::FileDescriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

TEST(SandboxHttp2, AnswersWhatHasComeBeforeItEnds) {
  Gate gate(1000);
  HandlerServer server([&gate](const httplib::Request& request, httplib::Response& response) {
    gate.pass();
    return echo(request, response);
  });
  const std::vector<RawRequest> requests(20, server.request("order"));
  auto answers = std::async(std::launch::async, [&requests] { return send_at_once(requests); });
  while (server.requests() < requests.size()) std::this_thread::yield();
  auto end = std::async(std::launch::async, [&server] { server.end(); });
  while (takes_connections(server.port())) std::this_thread::yield();
  gate.open();
  for (const RawAnswer& answer : answers.get()) {
    EXPECT_EQ(answer.status, 200) << answer.error;
    EXPECT_EQ(answer.body, "order");
  }
  end.get();
}

}  // namespace
}  // namespace easypost_connect
