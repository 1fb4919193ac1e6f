// SPDX-License-Identifier: Apache-2.0
// Many calls on one thread, against nghttpd, the server of the project that also wrote this client's HTTP/2 codec.
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <easypost_connect/async.hpp>

#include "gateway_and_oauth.hpp"

namespace easypost_connect::interop {
namespace {

using namespace std::chrono_literals;

class InteropNghttpd : public ::testing::Test {
 protected:
  /// Serves a file of half a MiB at "/jobs".
  void serve(const std::vector<std::string>& options) {
    folder_.write("jobs", jobs_);
    std::vector<std::string> command = {"nghttpd", "--verify-client", "--address=127.0.0.1", "-d", folder_.path()};
    command.insert(command.end(), options.begin(), options.end());
    command.insert(command.end(), {std::to_string(port_), servers_.file("server.key"), servers_.file("server.pem")});
    nghttpd_.emplace(command, folder_.path("log"));
    wait_until_it_listens(*nghttpd_, port_, folder_.path("log"));
  }
  [[nodiscard]] ConnectClient client() const {
    ClientOptions options = servers_.client_options();
    options.environment =
        Environment::custom("https://localhost:" + std::to_string(port_), options.environment.token_url);
    return ConnectClient::create(options).value();
  }

  const std::string jobs_ = std::string(std::size_t{512} * 1024, 'j');
  const std::string upload_ = std::string(std::size_t{1536} * 1024, 'u');
  PrivateFolder folder_;
  GatewayAndOAuth servers_{{60s, 0ms}};
  const int port_ = free_ports(1).front();
  std::optional<ChildProcess> nghttpd_;
};

TEST_F(InteropNghttpd, AnswersAHundredCallsTenAtATimeOnOneConnection) {
  serve({"--max-concurrent-streams=10", "--trailer=x-trailer: 1"});
  auto client = this->client();
  std::size_t new_connections = 0;
  for_each(client, std::vector<Request>(100, {Method::kGet, "/jobs", {}, {}}),
           [&](std::size_t /*index*/, const Result<Response>& answer) {
             ASSERT_TRUE(answer) << answer.error().describe();
             EXPECT_EQ(answer->body, jobs_);
             EXPECT_FALSE(answer->headers.find("x-trailer"));
             if (!answer->connection_reused) ++new_connections;
           });
  EXPECT_EQ(new_connections, 1U);
}

TEST_F(InteropNghttpd, EchoesBodiesThroughWindowsOf64KiB) {
  serve({"--echo-upload"});
  auto client = this->client();
  for_each(client, std::vector<Request>(10, {Method::kPost, "/jobs", Body::from_memory(upload_), {}}),
           [&](std::size_t /*index*/, const Result<Response>& answer) {
             ASSERT_TRUE(answer) << answer.error().describe();
             EXPECT_EQ(answer->body, upload_);
           });
}

TEST_F(InteropNghttpd, MayAnswerBeforeItHasReadABody) {
  serve({"--early-response"});
  auto client = this->client();
  for (int i = 0; i < 3; ++i) {
    const auto answer = send_future(client, {Method::kPost, "/jobs", Body::from_memory(upload_), {}}).get();
    ASSERT_TRUE(answer) << answer.error().describe();
    EXPECT_EQ(answer->body, jobs_);
  }
}

}  // namespace
}  // namespace easypost_connect::interop
