// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <curl/curl.h>

namespace easypost_connect::testing {

/// One HTTPS request with exactly what it says and nothing else, for what the SDK refuses to send, such as a call
/// that lacks one of its credentials.
struct RawRequest {
  std::string method = "GET";
  std::string url{};
  std::vector<std::string> headers{};  ///< "name: value"
  std::string body{};
  std::string server_ca{};           ///< PEM; the server is always verified
  std::string client_certificate{};  ///< PEM; none is presented if it is empty
  std::string client_key{};
  std::string client_key_passphrase{};
  long highest_tls = CURL_SSLVERSION_MAX_DEFAULT;
  long http_version = CURL_HTTP_VERSION_1_1;
};

/// Returns the same request for HTTP/2, if the server takes it.
inline RawRequest over_http2(RawRequest request) {
  request.http_version = CURL_HTTP_VERSION_2TLS;
  return request;
}

struct RawAnswer {
  CURLcode code = CURLE_OK;
  std::string error{};  ///< libcurl's own words
  int status = 0;
  std::string headers{};  ///< the headers as they came
  std::string body{};
  long new_connections = 0;

  /// Returns the value of that header; empty when it is not there.
  [[nodiscard]] std::string header(const std::string& name) const;
};

/// Sends these bytes, whatever they are, on a TLS connection of their own to the host of `request`. Returns what came
/// until the server closed the connection. If it did not within ten seconds, "<open>" is behind what had come.
std::string send_bytes(const RawRequest& request, std::string_view bytes);

/// Keeps its connections open from one request to the next. One thread may use it.
class RawHttps {
 public:
  RawHttps() : handle_(curl_easy_init()) {}
  RawAnswer send(const RawRequest& request);

 private:
  struct Cleanup {
    void operator()(CURL* handle) const noexcept { curl_easy_cleanup(handle); }
  };
  std::unique_ptr<CURL, Cleanup> handle_;
};

/// Sends a request on a connection of its own.
RawAnswer send_once(const RawRequest& request);

/// Sends all of them at the same time, over HTTP/2 on one connection. The answers are in the order of the requests.
std::vector<RawAnswer> send_at_once(const std::vector<RawRequest>& requests);

}  // namespace easypost_connect::testing
