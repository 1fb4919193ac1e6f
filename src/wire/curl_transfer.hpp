// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>

#include <easypost_connect/transport.hpp>

#include "wire/attempt_end.hpp"
#include "wire/connector.hpp"
#include "wire/header_list.hpp"
#include "wire/http_version.hpp"
#include "wire/parsed_url.hpp"
#include "wire/request_body.hpp"
#include "wire/response_sink.hpp"

namespace easypost_connect::internal {

inline constexpr long kProxyAuthenticationRequired = 407;

/// A request and its answer in libcurl's HTTP, with all that a transfer needs but somebody to drive it.
///
/// From request to request only what differs is set again: libcurl's reset-and-set-everything costs 13 % more CPU. One
/// thread at a time, and one transfer: prepare(), drive handle() in a multi handle to its end, read outcome().
class CurlTransfer {
 public:
  CurlTransfer(ConnectionSetup setup, HttpVersion http_version);
  CurlTransfer(const CurlTransfer&) = delete;
  CurlTransfer& operator=(const CurlTransfer&) = delete;

  /// Both must live until outcome() was read. An Error: there is nothing to drive.
  [[nodiscard]] std::optional<Error> prepare(const Request& request, const CallContext& context);
  /// False when libcurl refused an option: nothing will be sent with this handle any more.
  [[nodiscard]] bool usable() const noexcept { return connector_.usable(); }

  /// Until when the transfer may go on; moves while bytes do.
  [[nodiscard]] SteadyTime end() const noexcept { return end_.at(); }

  /// What the transfer has come to, given libcurl's code for it. Closes the bodies, and lets go of request and context.
  [[nodiscard]] Result<Response> outcome(CURLcode code, const CallContext& context) noexcept;

  /// Instead of prepare(), and as the only use of a handle: a transfer that sees to it that there is a connection, in
  /// the multi handle that drives it, and sends no request.
  [[nodiscard]] bool prepare_connection(const CallContext& context);
  [[nodiscard]] std::optional<Error> connection_outcome(CURLcode code, const CallContext& context) const noexcept;

  /// libcurl would not take the transfer.
  [[nodiscard]] Error refusal() const { return connector_.refusal(); }

  [[nodiscard]] CURL* handle() const noexcept { return connector_.handle(); }

  /// The handle's connections are opened for one transfer each, and share nothing with those of another identity that
  /// the same multi handle drives: libcurl does not see whose they are.
  void isolate() noexcept;

  /// The handle's connections, and the TLS sessions for new ones, come from `cache`, not from those that the multi
  /// handle has which drives it.
  void use(CURLSH* cache) noexcept { easy().set<CURLOPT_SHARE>(cache); }

  /// Finds whoever has to do with a handle that a multi handle speaks of.
  void set_owner(void* owner) noexcept { easy().set<CURLOPT_PRIVATE>(owner); }
  [[nodiscard]] static void* owner_of(CURL* handle) noexcept;

 private:
  void configure_once(HttpVersion http_version) noexcept;
  void set_url(const std::string& url);
  void set_method(const Request& request) noexcept;
  [[nodiscard]] Result<Response> judge(CURLcode code, const CallContext& context) noexcept;
  [[nodiscard]] Result<Response> response();
  [[nodiscard]] Error failure(CURLcode code) const;
  [[nodiscard]] CurlHandle& easy() noexcept { return connector_.easy(); }

  static std::size_t on_read(char* buffer, std::size_t size, std::size_t count, void* transfer) noexcept;
  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* transfer) noexcept;
  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* transfer) noexcept;
  static int on_skip(void* transfer, curl_off_t offset, int origin) noexcept;
  static int on_connected(void* transfer, char* address, char* own_address, int port, int own_port) noexcept;
  static int on_progress(void* transfer, curl_off_t down, curl_off_t downloaded, curl_off_t up,
                         curl_off_t uploaded) noexcept;

  [[nodiscard]] std::shared_ptr<TlsConnection> current_connection() const noexcept;
  [[nodiscard]] bool may_begin(std::shared_ptr<TlsConnection> connection) noexcept;
  [[nodiscard]] bool url_has_changed() const noexcept;

  // Callbacks write into these while a transfer ends, so they outlive the handle.
  ProgressReport progress_;
  AttemptEnd end_;
  ResponseSink sink_;
  RequestBody body_;
  HeaderList headers_;
  std::string url_;
  ParsedUrl parsed_url_;  // as libcurl reads url_
  bool asks_as_written_ = true;
  bool isolated_ = false;
  bool request_began_ = false;  // there was a connection to the server to send it on
  // Only before libcurl 7.80: the connection that it went out on, and how often it went again because of an answer.
  std::shared_ptr<TlsConnection> began_on_;
  long round_ = 0;
  bool lost_body_ = false;
  Connector connector_;
};

}  // namespace easypost_connect::internal
