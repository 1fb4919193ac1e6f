// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "wire/connection.hpp"
#include "wire/http1_answer.hpp"
#include "wire/transfer.hpp"

namespace easypost_connect::internal {

/// One attempt after the other on a connection of its own, in HTTP/1.1: begin(), advance() to its end, finish(). The
/// connection is kept while nothing is in doubt. It never waits, and never sends a request twice. One thread at a time.
class Http1Transfer final : public Transfer {
 public:
  explicit Http1Transfer(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}

  /// Both must live until finish(). An Error: there is nothing to advance, and nothing to finish.
  [[nodiscard]] std::optional<Error> begin(const Request& request, const CallContext& context);
  /// Instead: sees to it that there is a connection for a later request, and sends none.
  [[nodiscard]] std::optional<Error> begin_connection(const CallContext& context);

  enum class Step {
    kGoOn,  ///< call again: there is more to do
    kWait,  ///< for what add_events() names, until() at the latest
    kDone,  ///< read finish()
  };
  [[nodiscard]] Step advance() noexcept;

  void add_events(std::vector<curl_waitfd>& to) const { connection_->add_events(to, stage_ == Stage::kRequest); }
  const curl_waitfd* take_events(const curl_waitfd* events) noexcept { return connection_->take_events(events); }
  [[nodiscard]] SteadyTime until() const noexcept;

  /// What it has come to; of one that is not done, with the code that ends it. Closes the bodies, and lets go of
  /// request and context. Of begin_connection(): a Response without a status.
  [[nodiscard]] Result<Response> finish(CURLcode code = CURLE_OK) noexcept;

  /// False: nothing will be sent with it any more.
  [[nodiscard]] bool usable() const noexcept { return connection_->usable(); }
  [[nodiscard]] Connection& connection() noexcept { return *connection_; }
  /// Host and port of its connection; empty: it never had one.
  [[nodiscard]] std::string_view authority() const noexcept { return connection_->connector().authority(); }
  /// The way of the last transfer, whether it succeeded or not.
  [[nodiscard]] ConnectionTrace trace() const;

 private:
  enum class Stage { kReach, kOpening, kRequest, kLeave, kAnswer, kDone };

  void reset(const Request* request, const CallContext& context) noexcept;
  [[nodiscard]] CURLcode take_step();
  [[nodiscard]] CURLcode reach();
  [[nodiscard]] CURLcode start_request();
  [[nodiscard]] CURLcode send_request();
  [[nodiscard]] CURLcode next_part();
  [[nodiscard]] bool fill_block();
  [[nodiscard]] std::optional<std::size_t> read_body(char* buffer, std::size_t capacity);
  [[nodiscard]] CURLcode await_leave();
  [[nodiscard]] CURLcode await_answer();
  void end_request(CURLcode code) noexcept;
  [[nodiscard]] CURLcode receive();
  [[nodiscard]] CURLcode verdict() const noexcept;
  /// The answer has come, or begun: no more of the request is wanted.
  [[nodiscard]] bool answered() const noexcept {
    return answer_.status() >= 200 || answer_.state() != Http1Answer::State::kMore;
  }
  [[nodiscard]] Result<Response> outcome();

  const std::unique_ptr<Connection> connection_;
  Http1Answer answer_;
  const Request* request_ = nullptr;  // null: only the connection is wanted
  const CallContext* context_ = nullptr;
  Stage stage_ = Stage::kDone;
  CURLcode code_ = CURLE_OK;    // kDone: how it ended
  CURLcode unsent_ = CURLE_OK;  // why the rest of the request could not be sent
  std::string head_;            // of the request, and as much of the body as goes out with it; holds credentials
  std::string block_;           // the next of the body
  std::string_view rest_;       // of either
  std::array<char, std::size_t{16} * 1024> in_{};
  std::size_t most_received_ = 0;  // so much of in_ holds what came
  SteadyTime leave_until_{};
  SteadyTime sent_at_{};
  SteadyTime answered_at_{};
  long sent_ = 0;             // bytes of the request
  bool blocked_ = false;      // the last of it could not be sent yet
  bool asks_ = false;         // for leave, before the body
  bool handed_over_ = false;  // all of the request
  bool began_ = false;        // there was a connection to send it on
  bool reused_ = false;       // and it had been kept
};

}  // namespace easypost_connect::internal
