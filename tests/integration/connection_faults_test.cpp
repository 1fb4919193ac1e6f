// SPDX-License-Identifier: Apache-2.0
// These faults befall connections, in calls that block and in calls on the I/O thread: none is lost that need not be,
// none is sent twice, and no answer is taken that is none.
#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <easypost_connect/async.hpp>
#include <easypost_connect/connect_client.hpp>
#include <easypost_connect/sandbox.hpp>

#include "result_matchers.hpp"
#include "wire_server.hpp"

namespace easypost_connect {
namespace {

using namespace std::chrono_literals;
using namespace test_support;
using ::testing::AllOf;

constexpr std::size_t kMiB = std::size_t{1024} * 1024;
constexpr const char* kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
constexpr const char* kLate = "HTTP/1.0 408 Request Time-out\r\nConnection: close\r\n\r\nlate";
constexpr const char* kTooLarge = "HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\n\r\nbig";

enum class Engine { kBlocking, kMultiplexed };

void PrintTo(Engine engine, std::ostream* out) { *out << (engine == Engine::kBlocking ? "Blocking" : "Multiplexed"); }

Result<Response> send_by(Engine engine, ConnectClient& client, Request request) {
  return engine == Engine::kBlocking ? client.send(request) : send_future(client, std::move(request)).get();
}

void end(Wire& wire, bool announced) {
  if (!announced) wire.end_unannounced();
  wire.end();
}

void answer_or_end(Wire& wire, bool answers, bool announced) {
  answers ? static_cast<void>(wire.write(kOk)) : end(wire, announced);
}

class ConnectionFaults : public ::testing::TestWithParam<Engine> {
 protected:
  /// Serves one call after the other by `serve`, which is told which one it is: 1, 2, ...
  void serve(std::function<void(Wire& wire, int call, std::string_view head)> serve,
             int highest_tls_version = TLS1_3_VERSION) {
    serve_connections(WireServer::beside_tokens([this, serve = std::move(serve)](Wire& wire, std::string_view head) {
                        serve(wire, ++served_, head);
                      }),
                      {highest_tls_version, true});
  }

  void serve_connections(WireServer::Serve serve, WireServer::Settings settings) {
    client_.reset();
    server_.reset();
    served_ = puts_ = opened_ = refused_ = 0;
    server_.emplace(std::move(serve), settings);
    client_.emplace(ConnectClient::create(server_->client_options()).value());
  }

  void refuse(Wire& wire) {
    wire.write(kLate);
    wire.end();
    ++refused_;
  }

  Result<Response> send(Request request) { return send_by(GetParam(), *client_, std::move(request)); }
  Result<Response> get() { return send({Method::kGet, "/jobs", {}, {}}); }
  Result<Response> post() { return send({Method::kPost, "/jobs", "{}", {}}); }
  Result<Response> put(std::size_t size) { return send({Method::kPut, "/jobs", std::string(size, 'x'), {}}); }

  std::atomic<int> served_{0};  // calls
  std::atomic<int> puts_{0};
  std::atomic<int> opened_{0};   // connections
  std::atomic<int> refused_{0};  // connections on which nothing had been asked for
  std::optional<WireServer> server_;
  std::optional<ConnectClient> client_;
};

TEST_P(ConnectionFaults, AnAnswerIsWholeByTheEndOfItsConnectionOnlyIfThatIsAnnounced) {
  for (const bool announced : {true, false}) {
    serve([announced](Wire& wire, int, std::string_view head) {
      wire.read_body_of(head);
      wire.write("HTTP/1.1 200 OK\r\n\r\nhalf of the letter");
      end(wire, announced);
    });
    const auto answer = post();
    if (announced) {
      ASSERT_THAT(answer, IsOk());
      EXPECT_EQ(answer->body, "half of the letter");
    } else {
      EXPECT_THAT(answer, AllOf(IsError(ErrorCode::kMalformedResponse), Says("broke off"), Says("200")));
    }
    EXPECT_EQ(served_, 1);
  }
}

TEST_P(ConnectionFaults, AnAnswerThatIsCutShortIsNone) {
  for (const char* const cut : {"Content-Length: 9\r\n\r\nhalf", "Transfer-Encoding: chunked\r\n\r\n9\r\nhalf",
                                "Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"}) {
    for (const bool announced : {true, false}) {
      serve([cut, announced](Wire& wire, int, std::string_view head) {
        wire.read_body_of(head);
        wire.write(std::string("HTTP/1.1 200 OK\r\n") + cut);
        end(wire, announced);
      });
      EXPECT_THAT(post(), AllOf(IsError(ErrorCode::kMalformedResponse), Says("broke off"), Says("200"))) << cut;
      EXPECT_EQ(served_, 1);
    }
  }
}

TEST_P(ConnectionFaults, WhatComesBehindAnAnswerIsNoAnswerToTheNextCall) {
  for (const bool at_once : {true, false}) {
    for (const Method method : {Method::kGet, Method::kPost}) {
      serve([this, at_once](Wire& wire, int call, std::string_view head) {
        wire.read_body_of(head);
        wire.write(call == 1 && at_once ? std::string(kOk) + kLate : kOk);
        if (call == 1 && !at_once) refuse(wire);
      });
      EXPECT_THAT(get(), IsOk());
      while (!at_once && refused_ == 0) std::this_thread::sleep_for(1ms);
      EXPECT_THAT(send({method, "/jobs", method == Method::kPost ? "{}" : "", {}}), IsOk());
      EXPECT_EQ(served_, 2);
    }
  }
}

/// HAProxy answers so, before a first request too.
TEST_P(ConnectionFaults, ARefusalOfAWarmConnectionIsNoAnswer) {
  for (const Method method : {Method::kGet, Method::kPost}) {
    serve_connections(
        [this](Wire& wire) {
          ++opened_;
          wire.wait_at_most(200ms);
          WireServer::beside_tokens([](Wire& asked, std::string_view head) {
            asked.read_body_of(head);
            asked.write(kOk);
          })(wire);
          refuse(wire);
        },
        {TLS1_3_VERSION, true});
    WarmUpOptions options;
    options.multiplexed = GetParam() == Engine::kMultiplexed;
    ASSERT_THAT(client_->warm_up(options), IsOk());
    while (refused_ < opened_) std::this_thread::sleep_for(1ms);
    EXPECT_THAT(send({method, "/jobs", method == Method::kPost ? "{}" : "", {}}), IsOk());
  }
}

TEST_P(ConnectionFaults, APostWithoutAnAnswerIsNotSentAgain) {
  for (const bool kept : {true, false}) {
    for (const bool announced : {true, false}) {
      serve([kept, announced](Wire& wire, int call, std::string_view head) {
        wire.read_body_of(head);
        answer_or_end(wire, kept && call == 1, announced);
      });
      if (kept) {
        EXPECT_THAT(get(), IsOk());
      }
      const auto answer = post();
      ASSERT_THAT(answer, IsError(ErrorCode::kConnection));
      EXPECT_FALSE(answer.error().never_sent);
      EXPECT_FALSE(answer.error().never_whole);
      EXPECT_EQ(answer.error().seen.kept_connection, kept);
      EXPECT_EQ(served_, kept ? 2 : 1);
    }
  }
}

TEST_P(ConnectionFaults, AGetWithoutAnAnswerIsSentAgain) {
  for (const bool announced : {true, false}) {
    serve([announced](Wire& wire, int call, std::string_view) { answer_or_end(wire, call == 3, announced); });
    EXPECT_THAT(get(), IsOk());
    EXPECT_EQ(served_, 3);
  }
}

/// A NAT box may have forgotten the connection: what is sent there is swallowed, and new connections pass.
TEST_P(ConnectionFaults, AKeptConnectionThatHasGoneSilentIsLeft) {
  serve([](Wire& wire, int call, std::string_view) {
    if (call == 2) {
      wire.read_head();  // ends when the client gives up
    } else {
      wire.write(kOk);
    }
  });
  auto options = server_->client_options();
  options.timeouts.attempt = 1s;
  client_.emplace(ConnectClient::create(std::move(options)).value());
  EXPECT_THAT(get(), IsOk());
  const auto again = get();
  ASSERT_THAT(again, IsOk());
  EXPECT_FALSE(again->connection_reused);
  EXPECT_EQ(served_, 3);
}

TEST_P(ConnectionFaults, AnAnswerBeforeTheEndOfItsRequestIsTaken) {
  for (const bool reads_on : {true, false}) {
    serve([this, reads_on](Wire& wire, int, std::string_view head) {
      if (head.rfind("PUT ", 0) != 0) return void(wire.write(kOk));
      ++puts_;
      wire.read(kMiB);
      wire.write(kTooLarge);
      reads_on ? void(wire.read(6 * kMiB)) : wire.end();
    });
    const auto answer = put(7 * kMiB);
    ASSERT_THAT(answer, IsError(ErrorCode::kHttpStatus)) << reads_on;
    EXPECT_EQ(answer.error().seen.http_status, 413);
    EXPECT_EQ(answer.error().response->body, "big");
    EXPECT_THAT(get(), IsOk());
    EXPECT_EQ(puts_, 1);
  }
}

TEST_P(ConnectionFaults, SessionTicketsMayComeInTheMiddleOfABody) {
  serve([](Wire& wire, int, std::string_view) {
    for (std::size_t part = 0; part < 7; ++part) {
      EXPECT_EQ(wire.read(kMiB).size(), kMiB);
      wire.send_ticket();
    }
    wire.write("HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\nhalf of");
    wire.send_ticket();
    wire.write(" it all");
  });
  const auto answer = put(7 * kMiB);
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->body, "half of it all");
}

TEST_P(ConnectionFaults, AServerMayAskForAnotherHandshake) {
  serve(
      [](Wire& wire, int, std::string_view head) {
        wire.read_body_of(head);
        EXPECT_TRUE(wire.renegotiate());
        wire.write(kOk);
      },
      TLS1_2_VERSION);
  EXPECT_THAT(get(), IsOk());
  const auto answer = post();
  ASSERT_THAT(answer, IsOk());
  EXPECT_TRUE(answer->connection_reused);
  EXPECT_EQ(served_, 2);
}

TEST_P(ConnectionFaults, NoCallIsLostWhenTheGatewayEndsAllConnectionsAgainAndAgain) {
  Sandbox sandbox = Sandbox::start().value();
  auto client = ConnectClient::create(sandbox.client_options()).value();
  std::atomic<int> lost{0};
  std::atomic<int> calls{0};
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 8; ++thread) {
    threads.emplace_back([&] {
      for (int call = 0; call < 25; ++call) {
        if (!send_by(GetParam(), client, {Method::kGet, "/jobs", {}, {}})) ++lost;
        // No call meets three of these ends, which is as many as it has attempts.
        if (++calls % 20 == 0) sandbox.close_connections();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(lost, 0);
}

INSTANTIATE_TEST_SUITE_P(Engines, ConnectionFaults, ::testing::Values(Engine::kBlocking, Engine::kMultiplexed),
                         ::testing::PrintToStringParamName());

}  // namespace
}  // namespace easypost_connect
