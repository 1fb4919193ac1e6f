// SPDX-License-Identifier: Apache-2.0
// These tests show the limit of one attempt on the wire: what is lost is sent again, and what moves is not cut.
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <ostream>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <easypost_connect/async.hpp>
#include <easypost_connect/connect_client.hpp>

#include "loopback_server.hpp"
#include "result_matchers.hpp"
#include "wire_server.hpp"

namespace easypost_connect {
namespace {

using namespace std::chrono_literals;
using test_support::IsError;
using test_support::IsOk;
using test_support::Says;
using test_support::Wire;
using test_support::WireServer;
using ::testing::AllOf;

constexpr const char* kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";

enum class Engine { kBlocking, kMultiplexed };

void PrintTo(Engine engine, std::ostream* out) { *out << (engine == Engine::kBlocking ? "Blocking" : "Multiplexed"); }

class Attempts : public ::testing::TestWithParam<Engine> {
 protected:
  static Result<Response> send(ClientOptions options, Request request) {
    auto client = ConnectClient::create(std::move(options)).value();
    return GetParam() == Engine::kBlocking ? client.send(request) : send_future(client, std::move(request)).get();
  }

  /// Makes the limit so short that each attempt in which nothing was put off would be cut.
  static ClientOptions impatient(const WireServer& server) {
    ClientOptions options = server.client_options();
    options.timeouts.attempt = 1s;
    options.retry.max_attempts = 100;
    return options;
  }
};

TEST_P(Attempts, AHandshakeThatIsNeverAnsweredIsNamed) {
  const WireServer server(WireServer::beside_tokens([](Wire& wire, std::string_view) { wire.write(kOk); }));
  const test_support::LoopbackServer silent([](int connection) {
    char hello[4096];
    while (::read(connection, hello, sizeof hello) > 0) {
    }
  });
  ClientOptions options = server.client_options();
  options.environment.api_url = "https://127.0.0.1:" + std::to_string(silent.port());
  options.timeouts.request = 3s;
  EXPECT_THAT(send(options, {Method::kPost, "/jobs", "{}", {}}),
              AllOf(IsError(ErrorCode::kTimeout), Says("did not complete the TLS handshake in time")));
}

TEST_P(Attempts, WhatIsNeverAnsweredIsSentAgain) {
  std::atomic<int> calls{0};
  const WireServer server(WireServer::beside_tokens([&](Wire& wire, std::string_view) {
    if (++calls == 1) {
      wire.read_head();  // ends when the client gives up
    } else {
      wire.write(kOk);
    }
  }));
  EXPECT_THAT(send(impatient(server), {Method::kGet, "/jobs", {}, {}}), IsOk());
  EXPECT_GE(calls, 2);
}

TEST_P(Attempts, AnAnswerThatComesByteByByteIsNotCut) {
  const WireServer server(WireServer::beside_tokens([](Wire& wire, std::string_view) {
    wire.write("HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n");
    for (int i = 0; i < 12; ++i) {
      std::this_thread::sleep_for(200ms);
      wire.write("x");
    }
  }));
  auto options = impatient(server);
  options.timeouts.request = 30s;
  const auto response = send(options, {Method::kGet, "/jobs", {}, {}});
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->body, std::string(12, 'x'));
}

TEST_P(Attempts, ABodyThatIsTakenSlowlyIsNotCut) {
  constexpr std::size_t kPart = std::size_t{1} << 20;
  constexpr std::size_t kParts = 10;
  const WireServer server(WireServer::beside_tokens([](Wire& wire, std::string_view) {
    for (std::size_t i = 0; i < kParts; ++i) {
      if (wire.read(kPart).size() < kPart) return;
      std::this_thread::sleep_for(200ms);
    }
    wire.write(kOk);
  }));
  auto options = impatient(server);
  options.timeouts.request = 30s;
  EXPECT_THAT(send(options, {Method::kPut, "/jobs", std::string(kPart * kParts, 'x'), {}}), IsOk());
}

INSTANTIATE_TEST_SUITE_P(Engines, Attempts, ::testing::Values(Engine::kBlocking, Engine::kMultiplexed),
                         ::testing::PrintToStringParamName());

}  // namespace
}  // namespace easypost_connect
