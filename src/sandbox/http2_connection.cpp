// SPDX-License-Identifier: Apache-2.0
#include "sandbox/http2_connection.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <system_error>

#include <openssl/err.h>

namespace easypost_connect::sandbox {
namespace {

constexpr std::size_t kBufferSize = std::size_t{16} * 1024;
constexpr std::chrono::milliseconds kIdleTime = std::chrono::minutes(1);
constexpr std::chrono::milliseconds kTimeForTheLastAnswers = std::chrono::seconds(2);

bool wants_more(const SSL& ssl) noexcept {
  const int reason = SSL_get_error(&ssl, 0);
  return reason == SSL_ERROR_WANT_READ || reason == SSL_ERROR_WANT_WRITE;
}

}  // namespace

Http2Connection::Http2Connection(SSL& ssl, Connections& connections, Answer answer)
    : ssl_(ssl),
      socket_(SSL_get_fd(&ssl)),
      connections_(connections),
      answer_(std::move(answer)),
      session_(wakeup_, [this](const std::shared_ptr<Http2Stream>& stream) { begin(stream); }) {
  ::fcntl(socket_, F_SETFL, ::fcntl(socket_, F_GETFL) | O_NONBLOCK);
  SSL_set_mode(&ssl_, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  connections_.announce_the_end_to(socket_, &wakeup_);
}

Http2Connection::~Http2Connection() {
  connections_.announce_the_end_to(socket_, nullptr);
  threads_.shutdown();
}

void Http2Connection::serve() {
  while (wakeup_.is_open() && send() && !is_done() && wait() && receive()) session_.collect_answers();
  session_.abandon();
  close();
}

void Http2Connection::begin(const std::shared_ptr<Http2Stream>& stream) {
  try {
    threads_.enqueue([this, stream] { stream->finish(answer_(*stream)); });
  } catch (const std::system_error&) {  // no thread is to be had
    stream->finish(false);
  }
}

bool Http2Connection::is_done() const noexcept { return output_.empty() && session_.is_over(); }

bool Http2Connection::send() {
  for (;;) {
    session_.append_output(output_);
    if (output_.empty()) return true;
    ERR_clear_error();
    std::size_t sent = 0;
    if (SSL_write_ex(&ssl_, output_.data(), output_.size(), &sent) != 1) return wants_more(ssl_);
    output_.erase(0, sent);
  }
}

bool Http2Connection::wait() {
  if (!last_moment_ && connections_.end_for_good()) {
    last_moment_ = Clock::now() + kTimeForTheLastAnswers;
    answers_last_requests_ = !session_.is_idle();
    session_.go_away();
    return true;
  }
  const bool pending = SSL_pending(&ssl_) > 0;
  pollfd files[] = {{socket_, POLLIN, 0}, {wakeup_.descriptor(), POLLIN, 0}};
  if (!output_.empty()) files[0].events |= POLLOUT;
  const int ready = ::poll(files, std::size(files), pending ? 0 : milliseconds_to_wait());
  if (files[1].revents != 0) wakeup_.clear();
  readable_ = pending || (files[0].revents & ~POLLOUT) != 0;
  return ready != 0 || pending || bear_silence();
}

int Http2Connection::milliseconds_to_wait() const {
  if (!last_moment_) return static_cast<int>(kIdleTime.count());
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(*last_moment_ - Clock::now());
  return static_cast<int>(std::max(left, std::chrono::milliseconds(0)).count());
}

/// A client may wait for an answer as long as it likes, but not for nothing, and not with what it should read.
bool Http2Connection::bear_silence() {
  if (last_moment_ || !output_.empty()) return false;
  if (session_.is_idle()) session_.go_away();
  return true;
}

bool Http2Connection::receive() {
  if (!readable_) return true;
  ERR_clear_error();
  char buffer[kBufferSize];
  std::size_t size = 0;
  if (SSL_read_ex(&ssl_, buffer, sizeof buffer, &size) != 1) return wants_more(ssl_);
  if (session_.receive({buffer, size})) return true;
  static_cast<void>(send());  // says why
  return false;
}

void Http2Connection::close() {
  ERR_clear_error();
  SSL_shutdown(&ssl_);
  answers_last_requests_ ? end_when_read(socket_) : static_cast<void>(::shutdown(socket_, SHUT_WR));
}

}  // namespace easypost_connect::sandbox
