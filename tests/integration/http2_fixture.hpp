// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <easypost_connect/async.hpp>
#include <easypost_connect/observer.hpp>

#include "frame_server.hpp"

namespace easypost_connect {

/// Says in one line what a call came to: "200: body", "connection", "connection, never sent".
inline std::string outcome_of(const Result<Response>& result) {
  if (result) return std::to_string(result->status) + ": " + result->body;
  return std::string(to_string(result.error().code)) + (result.error().never_sent ? ", never sent" : "");
}

/// Has an HTTP/2 server of the tests' own, and a client whose asynchronous calls go there.
class Http2 : public ::testing::Test {
 protected:
  /// Each call makes one attempt, so that its outcome is seen.
  static constexpr int kOnce = 1;

  /// Calls `serve` for each connection, behind the preface and the server's SETTINGS, which are empty.
  void serve(test_support::FrameServer::Serve serve) {
    serve_from_the_preface([serve = std::move(serve)](test_support::FrameConnection& connection) {
      if (connection.read_preface() && connection.send(test_support::settings({}))) serve(connection);
    });
  }

  /// Serves the first connection so; all others answer each request.
  void serve_first(test_support::FrameServer::Serve serve) {
    this->serve([serve = std::move(serve)](test_support::FrameConnection& connection) {
      if (connection.number() > 0) return connection.answer_all();
      serve(connection);
    });
  }

  void serve_from_the_preface(test_support::FrameServer::Serve serve, std::string protocol = "h2") {
    client_.reset();
    server_.emplace(std::move(serve), std::move(protocol));
    options_ = server_->client_options();
    attempts_ = std::make_shared<AttemptCount>();
  }

  ConnectClient& client() {
    if (!client_) {
      options_.observer = attempts_;
      client_.emplace(ConnectClient::create(options_).value());
    }
    return *client_;
  }

  std::future<Result<Response>> start(Method method, std::string body = {}, int max_attempts = 0) {
    Request request{method, "/jobs", std::move(body), {}};
    request.options.max_attempts = max_attempts;
    return send_future(client(), std::move(request));
  }

  Result<Response> call(Method method, std::string body = {}, int max_attempts = 0) {
    return start(method, std::move(body), max_attempts).get();
  }

  /// Makes so many calls at once, each with a body of its own, and returns how often each outcome was seen.
  std::map<std::string, int> outcomes_of(int calls, Method method) {
    std::vector<std::future<Result<Response>>> futures;
    for (int i = 0; i < calls; ++i)
      futures.push_back(start(method, method == Method::kGet ? "" : "letter " + std::to_string(i)));
    std::map<std::string, int> outcomes;
    for (auto& future : futures) ++outcomes[outcome_of(future.get())];
    return outcomes;
  }

  struct AttemptCount : Observer {
    void attempt_started(const AttemptEvent&) noexcept override { ++number; }
    std::atomic<std::size_t> number{0};
  };

  std::optional<test_support::FrameServer> server_;
  ClientOptions options_;
  std::shared_ptr<AttemptCount> attempts_;
  std::optional<ConnectClient> client_;  // ends before the server
};

}  // namespace easypost_connect
