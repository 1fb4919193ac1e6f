// SPDX-License-Identifier: Apache-2.0
// The moment before a request goes out: the last one to keep it back.
#include <utility>

#include "wire/curl_transfer.hpp"

namespace easypost_connect::internal {

/// The transfer has a connection: its own new one, or one that was there. 0: the request may go out on it.
int CurlTransfer::on_connected(void* transfer, char* /*address*/, char* /*own_address*/, int /*port*/,
                               int /*own_port*/) noexcept {
  auto& self = *static_cast<CurlTransfer*>(transfer);
  return self.may_begin(self.current_connection()) ? 0 : 1;
}

/// In the place of on_connected() before libcurl 7.80, which reports progress whenever it has done one thing and before
/// it does the next: so between the handshake, or the choice of a connection that was there, and the request (read in
/// 7.76.0). It counts as a redirect that it sends a request again because of an answer. 0: go on.
int CurlTransfer::on_progress(void* transfer, curl_off_t /*down*/, curl_off_t /*downloaded*/, curl_off_t /*up*/,
                              curl_off_t /*uploaded*/) noexcept {
  auto& self = *static_cast<CurlTransfer*>(transfer);
  auto connection = self.current_connection();
  if (!connection || !connection->ready()) return 0;
  const long round = self.connector_.easy().info<long>(CURLINFO_REDIRECT_COUNT);
  if (connection == self.began_on_ && round == self.round_) return 0;
  self.began_on_ = connection;
  self.round_ = round;
  return self.may_begin(std::move(connection)) ? 0 : 1;
}

std::shared_ptr<TlsConnection> CurlTransfer::current_connection() const noexcept {
  const auto* tls = connector_.easy().info<const curl_tlssessioninfo*>(CURLINFO_TLS_SSL_PTR);
  return TlsConnection::of(tls != nullptr ? static_cast<const SSL*>(tls->internals) : nullptr);
}

bool CurlTransfer::may_begin(std::shared_ptr<TlsConnection> connection) noexcept {
  const bool again = std::exchange(request_began_, true);
  if (!connector_.take(std::move(connection))) return false;
  if (!again) return true;
  lost_body_ = !body_.may_go_again();
  // libcurl takes a 407 of the server for the proxy's, and would send the request again, and next time answer the proxy
  // by the server's challenge (measured: 7.88.1).
  const bool answered = connector_.easy().info<long>(CURLINFO_RESPONSE_CODE) == kProxyAuthenticationRequired;
  return !lost_body_ && !answered && !url_has_changed();
}

/// Behind a 417, for which it leaves out "Expect", libcurl 7.81 asks for another path than was written: without dots.
bool CurlTransfer::url_has_changed() const noexcept {
  const char* effective = connector_.easy().info<const char*>(CURLINFO_EFFECTIVE_URL);
  return effective == nullptr || !parsed_url_.asks_as_written(effective);
}

}  // namespace easypost_connect::internal
