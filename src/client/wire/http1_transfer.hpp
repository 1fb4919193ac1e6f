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

/// Makes one attempt after the other on a connection of its own, in HTTP/1.1. The caller calls begin(), advance() until
/// it is done, and finish(). The connection is kept while nothing is in doubt. The transfer never waits, and never
/// sends a request twice. One thread at a time.
class Http1Transfer final : public Transfer {
 public:
  explicit Http1Transfer(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}

  /// Begins an attempt. Request and context must live until finish(). If this fails, there is nothing to advance or
  /// finish.
  [[nodiscard]] Result<void> begin(const Request& request, const CallContext& context);
  /// Begins to open a connection for a later request, and sends none. finish_connection() ends that.
  [[nodiscard]] Result<void> begin_connection(const CallContext& context);

  enum class Step {
    kGoOn,  ///< call again: there is more to do
    kWait,  ///< wait for what add_events() names, until() at the latest
    kDone,  ///< read finish()
  };
  [[nodiscard]] Step advance() noexcept;

  void add_events(std::vector<curl_waitfd>& to) const { connection_->add_events(to, stage_ == Stage::kRequest); }
  const curl_waitfd* take_events(const curl_waitfd* events) noexcept { return connection_->take_events(events); }
  [[nodiscard]] SteadyTime until() const noexcept;

  /// Returns what the attempt has come to. `code` ends an attempt that is not done. Closes the bodies, and drops
  /// request and context.
  [[nodiscard]] Result<Response> finish(CURLcode code = CURLE_OK) noexcept;
  /// Returns whether begin_connection() has opened a connection. `code` ends what is not done.
  [[nodiscard]] Result<void> finish_connection(CURLcode code = CURLE_OK) noexcept;

  /// Tells whether the transfer may be used for another attempt.
  [[nodiscard]] bool usable() const noexcept { return connection_->usable(); }
  [[nodiscard]] Connection& connection() noexcept { return *connection_; }
  /// Returns host and port of the connection; empty if there never was one.
  [[nodiscard]] std::string_view authority() const noexcept { return connection_->connector().authority(); }
  /// Describes the way of the last attempt, whether it succeeded or not.
  [[nodiscard]] ConnectionTrace trace() const;

 private:
  enum class Stage { kReach, kOpening, kRequest, kExpect, kAnswer, kDone };

  void reset(const Request* request, const CallContext& context) noexcept;
  [[nodiscard]] CURLcode take_step();
  [[nodiscard]] CURLcode reach();
  [[nodiscard]] CURLcode start_request();
  [[nodiscard]] CURLcode send_request();
  [[nodiscard]] CURLcode next_part();
  [[nodiscard]] bool fill_block();
  [[nodiscard]] std::optional<std::size_t> read_body(char* buffer, std::size_t capacity);
  [[nodiscard]] CURLcode await_continue();
  [[nodiscard]] CURLcode await_answer();
  void end_request(CURLcode code) noexcept;
  [[nodiscard]] CURLcode receive();
  [[nodiscard]] CURLcode verdict() const noexcept;
  /// Tells whether an answer, or its beginning, makes the rest of the request pointless.
  [[nodiscard]] bool answered() const noexcept {
    return answer_.status() >= 200 || answer_.state() != Http1Answer::State::kMore;
  }
  [[nodiscard]] Result<Response> outcome() noexcept;

  const std::unique_ptr<Connection> connection_;
  Http1Answer answer_;
  const Request* request_ = nullptr;  // null if only a connection is wanted
  const CallContext* context_ = nullptr;
  Stage stage_ = Stage::kDone;
  CURLcode code_ = CURLE_OK;    // how the attempt ended, once it is kDone
  CURLcode unsent_ = CURLE_OK;  // why the rest of the request could not be sent
  std::string head_;            // head of the request, and as much of the body as goes out with it; holds credentials
  std::string block_;           // the next part of the body
  std::string_view rest_;       // the rest of head_ or block_ that is to be sent
  std::array<char, std::size_t{16} * 1024> in_{};
  std::size_t most_received_ = 0;  // bytes of in_ that hold what came
  SteadyTime continue_until_{};
  SteadyTime sent_at_{};
  SteadyTime answered_at_{};
  long sent_ = 0;                  // bytes of the request
  bool blocked_ = false;           // the last bytes could not be sent yet
  bool expects_continue_ = false;  // the body waits for 100 (Continue): RFC 9110, section 10.1.1
  bool handed_over_ = false;       // all of the request was sent
  bool began_ = false;             // there was a connection to send it on
  bool reused_ = false;            // the connection had been kept
};

}  // namespace easypost_connect::internal
