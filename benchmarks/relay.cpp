// SPDX-License-Identifier: Apache-2.0
// A TCP relay that makes loopback as far away as another city: each byte arrives later by half of the round trip, and
// the first one of a connection by one round trip more, which the kernel spares it. A line of output for each
// connection, with the port that it came to. After SIGUSR1 it swallows what comes on the connections that there are,
// without a word to either side, as a NAT box does that has forgotten them; new ones work.
//   relay MILLISECONDS_OF_ROUND_TRIP FROM_PORT:TO_PORT...
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <map>
#include <queue>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

int checked(int result, const char* what) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), what);
  return result;
}

/// Listens on every address of this machine, IPv4 too.
int listen_at(std::uint16_t port) {
  const int listener = checked(::socket(AF_INET6, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), "socket");
  const int on = 1;
  const int off = 0;
  ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  ::setsockopt(listener, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_port = htons(port);
  checked(::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address), "bind");
  checked(::listen(listener, SOMAXCONN), "listen");
  return listener;
}

int connect_to(std::uint16_t port) {
  const int server = checked(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  checked(::connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address), "connect");
  return server;
}

class Relay {
 public:
  explicit Relay(Clock::duration round_trip) : round_trip_(round_trip) {
    sigset_t forget;
    sigemptyset(&forget);
    sigaddset(&forget, SIGUSR1);
    ::sigprocmask(SIG_BLOCK, &forget, nullptr);
    signal_ = checked(::signalfd(-1, &forget, SFD_CLOEXEC), "signalfd");
    watch(signal_, EPOLLIN);
    watch(timer_, EPOLLIN);
  }

  void add(std::uint16_t from_port, std::uint16_t to_port) {
    const int listener = listen_at(from_port);
    listeners_[listener] = {from_port, to_port};
    watch(listener, EPOLLIN);
  }

  [[noreturn]] void run() {
    for (;;) {
      std::array<epoll_event, 64> events{};
      const int count = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), -1);
      for (int i = 0; i < count; ++i) handle(events.at(static_cast<std::size_t>(i)));
      set_timer();
    }
  }

 private:
  struct Piece {
    Clock::time_point due;
    std::string bytes;  // 0: the end
  };
  /// A side of a connection, and the bytes on their way to it.
  struct Side {
    int other;
    Clock::duration wait;  // time of the first bytes that come from it
    std::deque<Piece> pieces{};
    bool silent = false;   // the end of stream has come
    bool blocked = false;  // the kernel takes no more for it now
    bool ended = false;    // the end of stream was passed on
    bool forgotten = false;
  };
  using Delivery = std::pair<Clock::time_point, int>;

  void watch(int descriptor, std::uint32_t events, int operation = EPOLL_CTL_ADD) const {
    epoll_event event{};
    event.events = events;
    event.data.fd = descriptor;
    checked(::epoll_ctl(epoll_, operation, descriptor, &event), "epoll_ctl");
  }

  /// The kernel would tell over and over that a side is gone, even one that is watched for nothing.
  void watch_side(int descriptor, bool silent, bool blocked) {
    Side& side = sides_.at(descriptor);
    const auto events = [](bool no_input, bool output) {
      return (no_input ? 0U : std::uint32_t{EPOLLIN}) | (output ? std::uint32_t{EPOLLOUT} : 0U);
    };
    const std::uint32_t before = events(std::exchange(side.silent, silent), std::exchange(side.blocked, blocked));
    const std::uint32_t now = events(silent, blocked);
    if (now != before) watch(descriptor, now, now == 0 ? EPOLL_CTL_DEL : before == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD);
  }

  void handle(const epoll_event& event) {
    const int descriptor = event.data.fd;
    if (descriptor == timer_) return deliver();
    if (descriptor == signal_) return forget();
    if (const auto listener = listeners_.find(descriptor); listener != listeners_.end())
      return accept(descriptor, listener->second.first, listener->second.second);
    if (sides_.count(descriptor) != 0 && (event.events & EPOLLOUT) != 0) write(descriptor);
    if (sides_.count(descriptor) != 0 && (event.events & ~std::uint32_t{EPOLLOUT}) != 0) read(descriptor);
  }

  void accept(int listener, std::uint16_t from_port, std::uint16_t to_port) {
    const int client = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) return;
    std::printf("%u\n", from_port);
    std::fflush(stdout);
    const int server = connect_to(to_port);
    sides_[client] = {server, round_trip_ * 3 / 2};
    sides_[server] = {client, round_trip_ / 2};
    for (const int side : {client, server}) {
      const int on = 1;
      ::setsockopt(side, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      watch(side, EPOLLIN);
    }
  }

  void read(int from) {
    Side& side = sides_.at(from);
    const ssize_t size = ::recv(from, buffer_.data(), buffer_.size(), MSG_DONTWAIT);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (size < 0) return close(from);
    if (size == 0) watch_side(from, /*silent=*/true, side.blocked);
    if (side.forgotten) return;
    Side& other = sides_.at(side.other);
    const auto due = Clock::now() + std::exchange(side.wait, round_trip_ / 2);
    other.pieces.push_back({due, std::string(buffer_.data(), static_cast<std::size_t>(size))});
    deliveries_.emplace(due, side.other);
  }

  /// Writes what is due, as far as the kernel takes it.
  void write(int to) {
    Side& side = sides_.at(to);
    while (!side.pieces.empty() && side.pieces.front().due <= Clock::now()) {
      std::string& bytes = side.pieces.front().bytes;
      if (bytes.empty()) return end(to);
      const ssize_t size = ::send(to, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
      if (size < 0 && errno == EAGAIN) return watch_side(to, side.silent, /*blocked=*/true);
      if (size < 0) return close(to);
      bytes.erase(0, static_cast<std::size_t>(size));
      if (bytes.empty()) side.pieces.pop_front();
    }
    watch_side(to, side.silent, /*blocked=*/false);
  }

  void end(int to) {
    Side& side = sides_.at(to);
    ::shutdown(to, SHUT_WR);
    side.pieces.clear();
    side.ended = true;
    if (sides_.at(side.other).ended) close(to);
  }

  void close(int descriptor) {
    const int other = sides_.at(descriptor).other;
    for (const int side : {descriptor, other}) {
      sides_.erase(side);
      ::close(side);
    }
  }

  void deliver() {
    std::uint64_t expired = 0;
    static_cast<void>(::read(timer_, &expired, sizeof expired));
    while (!deliveries_.empty() && deliveries_.top().first <= Clock::now()) {
      const int to = deliveries_.top().second;
      deliveries_.pop();
      if (sides_.count(to) != 0) write(to);
    }
  }

  void set_timer() const {
    if (deliveries_.empty()) return;
    const auto due = deliveries_.top().first.time_since_epoch();
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(due);
    itimerspec when{};
    when.it_value = {seconds.count(), std::chrono::nanoseconds(due - seconds).count()};
    checked(::timerfd_settime(timer_, TFD_TIMER_ABSTIME, &when, nullptr), "timerfd_settime");
  }

  void forget() {
    signalfd_siginfo information{};
    static_cast<void>(::read(signal_, &information, sizeof information));
    for (auto& [descriptor, side] : sides_) {
      side.pieces.clear();
      side.forgotten = true;
    }
  }

  const Clock::duration round_trip_;
  const int epoll_ = checked(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1");
  const int timer_ = checked(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC), "timerfd_create");
  int signal_ = -1;
  std::map<int, std::pair<std::uint16_t, std::uint16_t>> listeners_;
  std::map<int, Side> sides_;
  std::priority_queue<Delivery, std::vector<Delivery>, std::greater<>> deliveries_;
  std::array<char, std::size_t{64} * 1024> buffer_{};
};

std::uint16_t port(std::string_view text) {
  return static_cast<std::uint16_t>(std::strtoul(std::string(text).c_str(), nullptr, 10));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: %s MILLISECONDS_OF_ROUND_TRIP FROM_PORT:TO_PORT...\n", argv[0]);
    return 2;
  }
  try {
    Relay relay(std::chrono::milliseconds(std::atoi(argv[1])));
    for (int i = 2; i < argc; ++i) {
      const std::string_view pair(argv[i]);
      relay.add(port(pair), port(pair.substr(pair.find(':') + 1)));
    }
    relay.run();
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "%s: %s\n", argv[0], failure.what());
    return 1;
  }
}
