// SPDX-License-Identifier: Apache-2.0
#include "sandbox/listener.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <ctime>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <string_view>

#include "core/openssl_handles.hpp"
#include "sandbox/http2_connection.hpp"
#include "sandbox/http_rules.hpp"
#include "sandbox/served_stream.hpp"
#include "sandbox/server_tls.hpp"

namespace easypost_connect::sandbox {
namespace {

constexpr int kIdleSeconds = 60;

/// A connection of HTTP/1.1. Reading and writing end at the time limits of the socket, which httplib sets.
class Http1Stream final : public ServedStream {
 public:
  explicit Http1Stream(SSL& ssl) noexcept : ssl_(ssl) {}

  /// False: the client has gone, or asks for nothing.
  [[nodiscard]] bool wait_for_request() const noexcept {
    pollfd socket{SSL_get_fd(&ssl_), POLLIN, 0};
    return !has_ended() && (SSL_pending(&ssl_) > 0 || ::poll(&socket, 1, kIdleSeconds * 1000) > 0);
  }

  using ServedStream::write;
  ssize_t write(const char* data, std::size_t size) override {
    std::size_t written = 0;
    return SSL_write_ex(&ssl_, data, size, &written) == 1 ? static_cast<ssize_t>(written) : -1;
  }
  socket_t socket() const override { return SSL_get_fd(&ssl_); }

 private:
  ssize_t receive(char* buffer, std::size_t capacity) override {
    std::size_t size = 0;
    return SSL_read_ex(&ssl_, buffer, capacity, &size) == 1 ? static_cast<ssize_t>(size) : -1;
  }

  SSL& ssl_;
};

/// A request that asks for nothing, and whose answer nobody reads.
class Rehearsal final : public ServedStream {
 public:
  using ServedStream::write;
  ssize_t write(const char* /*data*/, std::size_t size) override { return static_cast<ssize_t>(size); }

 private:
  ssize_t receive(char* buffer, std::size_t capacity) override {
    const std::size_t size = rest_.copy(buffer, capacity);
    rest_.remove_prefix(size);
    return static_cast<ssize_t>(size);
  }

  std::string_view rest_ = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
};

/// The connection, or request of HTTP/2, that this thread serves: there is a thread for each. httplib names it in a
/// request only when it could read the request.
thread_local ServedStream* served_stream = nullptr;

/// Now, as RFC 9110, section 5.6.7 writes it; the locale of a sandbox is that of its host program, so no strftime.
std::string http_date() {
  constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  ::gmtime_r(&now, &utc);
  char text[64];
  const int size =
      std::snprintf(text, sizeof text, "%s, %02d %s %04d %02d:%02d:%02d GMT", kDays[utc.tm_wday], utc.tm_mday,
                    kMonths[utc.tm_mon], utc.tm_year + 1900, utc.tm_hour, utc.tm_min, utc.tm_sec);
  return {text, static_cast<std::size_t>(size)};
}

/// Has the answer say that it is the last of its connection when it is, and only then: httplib 0.41 says so of every
/// answer from 400 on.
void announce_the_end(const httplib::Request& request, httplib::Response& response) {
  if (asks_for_close(request)) served_stream->end();
  if (says_close(response)) response.headers.erase("Connection");
  if (!served_stream->has_ended()) return;
  response.headers.erase("Keep-Alive");
  response.set_header("Connection", "close");
}

/// The last look at an answer before it goes out.
void complete(const httplib::Request& request, httplib::Response& response) {
  if (!response.has_header("Date")) response.set_header("Date", http_date());  // RFC 9110, section 6.6.1
  response.headers.erase("Accept-Ranges");                                     // httplib promises them to HEAD
  announce_the_end(request, response);
}

/// Sets in a request what its handler is to see.
using SetUp = std::function<void(httplib::Request&)>;

// httplib answers one request of a connection, and has come to ask for more about that connection: 0.11, 0.18, 0.41.
// Whether the request was the last is what the handlers say instead.
[[maybe_unused]] bool answer_one(httplib::Server& server,
                                 bool (httplib::Server::*process)(httplib::Stream&, bool, bool&, const SetUp&),
                                 httplib::Stream& stream, const SetUp& set_up) {
  bool last = false;
  return (server.*process)(stream, false, last, set_up);
}
[[maybe_unused]] bool answer_one(httplib::Server& server,
                                 bool (httplib::Server::*process)(httplib::Stream&, const std::string&, int,
                                                                  const std::string&, int, bool, bool&, const SetUp&),
                                 httplib::Stream& stream, const SetUp& set_up) {
  bool last = false;
  return (server.*process)(stream, "127.0.0.1", 0, "127.0.0.1", 0, false, last, set_up);
}
[[maybe_unused]] bool answer_one(httplib::Server& server,
                                 bool (httplib::Server::*process)(httplib::Stream&, const std::string&, int,
                                                                  const std::string&, int, bool, bool&, const SetUp&,
                                                                  bool*),
                                 httplib::Stream& stream, const SetUp& set_up) {
  bool last = false;
  return (server.*process)(stream, "127.0.0.1", 0, "127.0.0.1", 0, false, last, set_up, nullptr);
}

}  // namespace

HttpsServer::HttpsServer(Connections& connections)
    : connections_(connections), context_(checked(SSL_CTX_new(TLS_server_method()), "making a TLS context")) {
  set_keep_alive_timeout(kIdleSeconds);  // httplib tells its clients both
  set_keep_alive_max_count(std::numeric_limits<int>::max());
  set_post_routing_handler(complete);
  // httplib makes what it knows of HTTP with the first request. Thread sanitizer, which does not see into it, takes
  // that for a race of the first two.
  Rehearsal rehearsal;
  answer(rehearsal, nullptr);
}

LastLine HttpsServer::last_line() { return served_stream->last_line(); }

void HttpsServer::end_connection() { served_stream->end(); }

bool HttpsServer::process_and_close_socket(socket_t socket) {
  if (const internal::SslPtr ssl(SSL_new(context_.get()));
      ssl && SSL_set_fd(ssl.get(), socket) == 1 && SSL_accept(ssl.get()) == 1) {
    speaks_http2(*ssl) ? serve_http2(*ssl) : serve_http1(*ssl);
  }
  ::shutdown(socket, SHUT_RDWR);
  ::close(socket);
  return true;
}

void HttpsServer::serve_http1(SSL& ssl) {
  Http1Stream stream(ssl);
  bool whole = true;
  while (whole && stream.wait_for_request()) whole = answer(stream, &ssl);
  if (whole) SSL_shutdown(&ssl);
}

void HttpsServer::serve_http2(SSL& ssl) {
  Http2Connection(ssl, connections_, [this, &ssl](ServedStream& stream) { return answer(stream, &ssl); }).serve();
}

/// False: the answer is not whole.
bool HttpsServer::answer(ServedStream& stream, const SSL* ssl) {
  served_stream = &stream;
  const bool whole =
      answer_one(*this, &HttpsServer::process_request, stream, [ssl](httplib::Request& request) { request.ssl = ssl; });
  served_stream = nullptr;
  return whole;
}

}  // namespace easypost_connect::sandbox
