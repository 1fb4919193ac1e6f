// SPDX-License-Identifier: Apache-2.0
#include "wire/connection.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <new>
#include <utility>

#include "wire/curl_library.hpp"
#include "wire/sigpipe_guard.hpp"

namespace easypost_connect::internal {
namespace {

using std::chrono::steady_clock;

constexpr unsigned kClosesAtOnce = 0x075800;  // measured: libcurl 7.88

short events_of(int what) noexcept {
  return static_cast<short>(((what & CURL_POLL_IN) != 0 ? CURL_WAIT_POLLIN : 0) |
                            ((what & CURL_POLL_OUT) != 0 ? CURL_WAIT_POLLOUT : 0));
}

/// When the other side ends a socket, there is something to read, and to write.
int action_of(short events) noexcept {
  return ((events & CURL_WAIT_POLLIN) != 0 ? CURL_CSELECT_IN : 0) |
         ((events & CURL_WAIT_POLLOUT) != 0 ? CURL_CSELECT_OUT : 0);
}

}  // namespace

Connection::Connection(const ConnectionSetup& setup, HttpVersion offered, CURLSH* sessions)
    : own_sessions_(sessions == nullptr ? session_cache() : nullptr),
      sessions_(sessions == nullptr ? own_sessions_.get() : sessions) {
  sockets_.reserve(kMostEvents);  // then on_socket() needs no memory
  make_connector(setup, offered);
  curl_multi_setopt(multi_.get(), CURLMOPT_SOCKETFUNCTION, &Connection::on_socket);
  curl_multi_setopt(multi_.get(), CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi_.get(), CURLMOPT_TIMERFUNCTION, &Connection::on_timer);
  curl_multi_setopt(multi_.get(), CURLMOPT_TIMERDATA, this);
}

void Connection::make_connector(const ConnectionSetup& setup, HttpVersion offered) {
  auto connector = std::make_unique<Connector>(setup, offered);
  if (sessions_ != nullptr) connector->easy().set<CURLOPT_SHARE>(sessions_);
  connector_ = std::move(connector);
}

Result<void> Connection::check() const {
  if (auto checked = multi_.check(); !checked) return checked;
  if (!connector_->usable()) return connector_->refusal();
  return {};
}

// --- being opened and closed

CURLcode Connection::open(std::string_view url) {
  close();
  if (!connector_->authority().empty()) make_connector(connector_->setup(), connector_->offered());
  connector_->begin(url);
  if (!connector_->usable()) return connector_->easy().refusal();
  const SigpipeGuard guard;
  if (const CURLMcode added = curl_multi_add_handle(multi_.get(), connector_->handle()); added != CURLM_OK)
    return transfer_code(added);
  state_ = State::kOpening;
  timer_ = steady_clock::now();
  return CURLE_AGAIN;
}

CURLcode Connection::go_on() {
  const SigpipeGuard guard;
  if (const CURLcode failed = drive(); failed != CURLE_OK) return ended(failed);
  int queued = 0;
  const CURLMsg* message = curl_multi_info_read(multi_.get(), &queued);
  return message != nullptr ? ended(message->data.result) : CURLE_AGAIN;
}

/// Lets libcurl do what the events of its sockets, and time, demand. libcurl may then change what it waits for.
CURLcode Connection::drive() noexcept {
  int running = 0;
  for (std::size_t i = sockets_.size(); i > 0; --i) {
    if (i > sockets_.size()) continue;
    const curl_socket_t socket = sockets_[i - 1].fd;
    const int action = action_of(std::exchange(sockets_[i - 1].revents, short{0}));
    if (action == 0) continue;
    if (const CURLMcode failed = curl_multi_socket_action(multi_.get(), socket, action, &running); failed != CURLM_OK)
      return transfer_code(failed);
  }
  if (timer_ > steady_clock::now()) return CURLE_OK;
  timer_ = SteadyTime::max();  // libcurl names the next time, if there is one
  return transfer_code(curl_multi_socket_action(multi_.get(), CURL_SOCKET_TIMEOUT, 0, &running));
}

CURLcode Connection::ended(CURLcode code) noexcept {
  socket_ = connector_->easy().info<curl_socket_t>(CURLINFO_ACTIVESOCKET);
  if (code == CURLE_OK && socket_ == CURL_SOCKET_BAD) code = CURLE_COULDNT_CONNECT;
  if (code != CURLE_OK) {
    close();
    return code;
  }
  state_ = State::kOpen;
  timer_ = SteadyTime::max();
  opened_at_ = used_at_ = steady_clock::now();
  kept_ = false;
  readable_ = true;  // TLS may have read more than the handshake already
  return CURLE_OK;
}

/// libcurl keeps such a connection as long as the easy handle that made it is in the multi handle. A libcurl before
/// 7.88 keeps it until the handle opens another one (read in 7.76 and 7.81), and the other side would wait for its end.
void Connection::close() noexcept {
  if (state_ == State::kClosed) return;
  const SigpipeGuard guard;
  if (state_ == State::kOpen && !libcurl_is_at_least(kClosesAtOnce)) ::shutdown(socket_, SHUT_RDWR);
  curl_multi_remove_handle(multi_.get(), connector_->handle());
  state_ = State::kClosed;
  socket_ = CURL_SOCKET_BAD;
  sockets_.clear();
  timer_ = SteadyTime::max();
}

int Connection::on_socket(CURL* /*handle*/, curl_socket_t socket, int what, void* connection, void* /*unused*/) noexcept
    try {
  auto& sockets = static_cast<Connection*>(connection)->sockets_;
  const auto known =
      std::find_if(sockets.begin(), sockets.end(), [socket](const curl_waitfd& each) { return each.fd == socket; });
  if (what == CURL_POLL_REMOVE) {
    if (known != sockets.end()) sockets.erase(known);
  } else if (known != sockets.end()) {
    known->events = events_of(what);
  } else {
    sockets.push_back({socket, events_of(what), 0});
  }
  return 0;
} catch (const std::bad_alloc&) {
  return -1;
}

int Connection::on_timer(CURLM* /*multi*/, long milliseconds, void* connection) noexcept {
  static_cast<Connection*>(connection)->timer_ =
      milliseconds < 0 ? SteadyTime::max() : steady_clock::now() + std::chrono::milliseconds(milliseconds);
  return 0;
}

// --- being kept

void Connection::keep() noexcept {
  kept_ = true;
  used_at_ = steady_clock::now();
}

bool Connection::has_outlived() const noexcept {
  const auto lifetime = connector_->setup().options.lifetime;
  return lifetime.count() > 0 && steady_clock::now() - opened_at_ > lifetime;
}

bool Connection::was_idle_too_long() const noexcept {
  return kept_ && steady_clock::now() - used_at_ > connector_->setup().options.idle_timeout;
}

bool Connection::is_ready_for(std::string_view authority) noexcept {
  const bool old = has_outlived() || was_idle_too_long();
  if (state_ == State::kOpen && connector_->authority() == authority && !old && is_silent()) return true;
  close();
  return false;
}

/// Tells whether nothing has come but what TLS itself reads, as a session ticket or a record that was read along with
/// the last answer. If the socket or TLS has something, TLS reads it here.
bool Connection::is_silent() noexcept {
  pollfd socket{socket_, POLLIN, 0};
  const auto& tls = connector_->connection();
  if ((tls == nullptr || !tls->has_pending()) && ::poll(&socket, 1, 0) == 0) {
    readable_ = false;
    return true;
  }
  char byte = 0;
  std::size_t received = 0;
  return receive(&byte, 1, received) == CURLE_AGAIN;
}

// --- bytes

CURLcode Connection::send(std::string_view& bytes) noexcept {
  const SigpipeGuard guard;
  std::size_t sent = 0;
  const CURLcode code = curl_easy_send(connector_->handle(), bytes.data(), bytes.size(), &sent);
  if (code == CURLE_OK) bytes.remove_prefix(sent);
  return code;
}

void Connection::look_for_input() noexcept {
  pollfd socket{socket_, POLLIN, 0};
  readable_ = readable_ || ::poll(&socket, 1, 0) != 0;
}

CURLcode Connection::receive(char* buffer, std::size_t capacity, std::size_t& received) noexcept {
  const SigpipeGuard guard;  // TLS may write a message of its own
  const CURLcode code = curl_easy_recv(connector_->handle(), buffer, capacity, &received);
  readable_ = code != CURLE_AGAIN;
  return code;
}

void Connection::add_events(std::vector<curl_waitfd>& to, bool writable) const {
  if (state_ == State::kOpening) {
    to.insert(to.end(), sockets_.begin(), sockets_.end());
  } else if (state_ == State::kOpen) {
    to.push_back({socket_, static_cast<short>(writable ? CURL_WAIT_POLLIN | CURL_WAIT_POLLOUT : CURL_WAIT_POLLIN), 0});
  }
}

const curl_waitfd* Connection::take_events(const curl_waitfd* events) noexcept {
  if (state_ == State::kOpening) {
    for (curl_waitfd& socket : sockets_) socket.revents = (events++)->revents;
  } else if (state_ == State::kOpen) {
    readable_ = readable_ || ((events++)->revents & CURL_WAIT_POLLIN) != 0;
  }
  return events;
}

}  // namespace easypost_connect::internal
