// SPDX-License-Identifier: Apache-2.0
#include "wire/connection.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <chrono>

#include "wire/curl_library.hpp"
#include "wire/sigpipe_guard.hpp"

namespace easypost_connect::internal {
namespace {

constexpr unsigned kClosesAtOnce = 0x075800;  // libcurl 7.88: measured

}  // namespace

Connection::Connection(const ConnectionSetup& setup) : connector_(setup) {
  connector_.read_ahead();
  CurlHandle& easy = connector_.easy();
  easy.set<CURLOPT_CONNECT_ONLY>(1L);
  easy.set<CURLOPT_HTTP_VERSION>(static_cast<long>(CURL_HTTP_VERSION_1_1));  // what ALPN offers
  easy.set<CURLOPT_HEADERFUNCTION>(&Connection::on_proxy_line);
  easy.set<CURLOPT_HEADERDATA>(&connector_);
}

/// Only proxies speak to libcurl here.
std::size_t Connection::on_proxy_line(char* data, std::size_t size, std::size_t count, void* connector) noexcept {
  return static_cast<Connector*>(connector)->take_proxy_line({data, size * count}) ? size * count : 0;
}

std::optional<Error> Connection::refusal() const {
  if (auto error = multi_.refusal()) return error;
  return connector_.usable() ? std::nullopt : std::optional(connector_.refusal());
}

bool Connection::is_ready_for(std::string_view url) {
  if (socket_ == CURL_SOCKET_BAD) return false;
  const auto now = std::chrono::steady_clock::now();
  const ConnectionOptions& options = connector_.setup().options;
  const bool too_old = options.lifetime.count() > 0 && now - opened_at_ > options.lifetime;
  const bool old = too_old || now - used_at_ > options.idle_timeout;
  if (old || authority_ != UrlView(url).authority || !is_silent()) {
    close();
    return false;
  }
  connector_.begin(url);
  return true;
}

/// Asks TLS, not the socket alone: what has come may be a session ticket, or a record that was read along with the last
/// answer.
bool Connection::is_silent() noexcept {
  char byte = 0;
  std::size_t received = 0;
  return receive(&byte, 1, received) == CURLE_AGAIN;
}

CURLcode Connection::open(std::string_view url, SteadyTime end, const CancellationToken& cancellation) {
  close();
  authority_ = UrlView(url).authority;
  connector_.begin(url);
  const std::string origin(url.substr(0, url.find_first_of("/?", url.find("://") + 3)));
  connector_.easy().set<CURLOPT_URL>(origin.c_str());
  if (!connector_.usable()) return connector_.easy().refusal();

  const SigpipeGuard guard;
  if (const CURLMcode added = curl_multi_add_handle(multi_.get(), connector_.handle()); added != CURLM_OK)
    return transfer_code(added);
  CURLcode code = wait_until_open(end, cancellation);
  socket_ = connector_.easy().info<curl_socket_t>(CURLINFO_ACTIVESOCKET);
  if (code == CURLE_OK && socket_ == CURL_SOCKET_BAD) code = CURLE_COULDNT_CONNECT;
  if (code != CURLE_OK) {
    curl_multi_remove_handle(multi_.get(), connector_.handle());
    socket_ = CURL_SOCKET_BAD;
    return code;
  }
  tls_ = connector_.connection();
  opened_at_ = used_at_ = std::chrono::steady_clock::now();
  return CURLE_OK;
}

/// libcurl keeps such a connection as long as the easy handle that made it is in the multi handle. Older ones keep it
/// until they open another one (read in 7.76 and 7.81), and the other side would wait for its end.
void Connection::close() noexcept {
  if (socket_ == CURL_SOCKET_BAD) return;
  const SigpipeGuard guard;
  if (!libcurl_is_at_least(kClosesAtOnce)) ::shutdown(socket_, SHUT_RDWR);
  curl_multi_remove_handle(multi_.get(), connector_.handle());
  socket_ = CURL_SOCKET_BAD;
  tls_.reset();
}

CURLcode Connection::wait_until_open(SteadyTime end, const CancellationToken& cancellation) noexcept {
  for (int running = 1;;) {
    if (const CURLMcode failed = curl_multi_perform(multi_.get(), &running); failed != CURLM_OK)
      return transfer_code(failed);
    if (running == 0) break;
    if (const CURLcode ended = step(nullptr, end, cancellation); ended != CURLE_OK) return ended;
  }
  int queued = 0;
  const CURLMsg* message = curl_multi_info_read(multi_.get(), &queued);
  return message != nullptr ? message->data.result : CURLE_FAILED_INIT;
}

CURLcode Connection::wait(Events events, SteadyTime end, const CancellationToken& cancellation) noexcept {
  curl_waitfd socket{socket_, events, 0};
  while (socket.revents == 0) {
    if (const CURLcode ended = step(&socket, end, cancellation); ended != CURLE_OK) return ended;
  }
  readable_ = (socket.revents & CURL_WAIT_POLLIN) != 0;
  return CURLE_OK;
}

/// One wait for what libcurl waits for, for the socket if there is one, and for wake().
CURLcode Connection::step(curl_waitfd* socket, SteadyTime end, const CancellationToken& cancellation) noexcept {
  constexpr std::int64_t kLongest = 60'000;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now()).count();
  if (left <= 0) return CURLE_OPERATION_TIMEDOUT;
  if (cancellation.cancelled()) return CURLE_ABORTED_BY_CALLBACK;
  const int longest = static_cast<int>(std::min<std::int64_t>(left, kLongest));
  return transfer_code(curl_multi_poll(multi_.get(), socket, socket != nullptr ? 1 : 0, longest, nullptr));
}

CURLcode Connection::send(std::string_view& bytes) noexcept {
  const SigpipeGuard guard;
  std::size_t sent = 0;
  const CURLcode code = curl_easy_send(connector_.handle(), bytes.data(), bytes.size(), &sent);
  if (code == CURLE_OK) bytes.remove_prefix(sent);
  return code;
}

CURLcode Connection::receive(char* buffer, std::size_t capacity, std::size_t& received) noexcept {
  const SigpipeGuard guard;  // TLS may have something to say of its own
  return curl_easy_recv(connector_.handle(), buffer, capacity, &received);
}

}  // namespace easypost_connect::internal
