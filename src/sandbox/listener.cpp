// SPDX-License-Identifier: Apache-2.0
#include "sandbox/listener.hpp"

#include <netinet/in.h>
#include <pthread.h>
#include <sys/socket.h>

#include <csignal>
#include <cstdint>
#include <limits>
#include <random>
#include <stdexcept>

#include "core/file_descriptor.hpp"
#include "sandbox/http_rules.hpp"
#include "sandbox/json_answer.hpp"
#include "sandbox/thread_per_task.hpp"

namespace easypost_connect::sandbox {
namespace {

// The ports are below the range from which Linux takes the ports of outgoing connections (32768), so that none of those
// can be in the way.
constexpr int kFirstPort = 20000;
constexpr int kLastPort = 31999;
constexpr int kPortsToTry = 200;

constexpr int kBacklog = 1024;
constexpr time_t kReadAndWriteSeconds = 60;

/// The counters that are a listener's business; null: not counted.
struct HostCounters {
  std::size_t SandboxCounters::*handshakes;
  std::size_t SandboxCounters::*requests;
  std::size_t SandboxCounters::*refused;
};

HostCounters counters_of(SandboxHost host) noexcept {
  using C = SandboxCounters;
  switch (host) {
    case SandboxHost::kApi: return {&C::api_handshakes, &C::api_requests, &C::api_refused};
    case SandboxHost::kOAuth: return {&C::oauth_handshakes, &C::token_requests, nullptr};
    case SandboxHost::kStorage: break;
  }
  return {&C::storage_handshakes, nullptr, nullptr};
}

/// Puts the disposition of SIGPIPE back: httplib's constructor ignores the signal for the whole process, which is not
/// ours to decide.
class KeepSigpipe {
 public:
  KeepSigpipe() noexcept { ::sigaction(SIGPIPE, nullptr, &before_); }
  ~KeepSigpipe() { ::sigaction(SIGPIPE, &before_, nullptr); }
  KeepSigpipe(const KeepSigpipe&) = delete;
  KeepSigpipe& operator=(const KeepSigpipe&) = delete;

 private:
  struct sigaction before_ {};
};

/// Threads started in this scope get no signal: not the host program's, and no SIGPIPE for a client that has gone.
class WithoutSignals {
 public:
  WithoutSignals() noexcept {
    sigset_t all;
    sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~WithoutSignals() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  WithoutSignals(const WithoutSignals&) = delete;
  WithoutSignals& operator=(const WithoutSignals&) = delete;

 private:
  sigset_t before_{};
};

HttpsServer make_server(Connections& connections) {
  const KeepSigpipe keep;
  return HttpsServer(connections);
}

/// The request as the hosts see it: with its path alone, and with its body.
httplib::Request understood(const httplib::Request& request, std::string body) {
  httplib::Request copy = request;
  copy.path = path_of(request);
  copy.body = std::move(body);
  return copy;
}

/// The sandbox has no ranges, and says nothing of any: a server may ignore them (RFC 9110, section 14.2). httplib would
/// cut the body of every answer, whatever its status.
void ignore_ranges(const httplib::Request& request) {
  const_cast<httplib::Request&>(request).ranges.clear();  // httplib hands out its own request, which is not const
}

/// Tells httplib that there is no body to read, or that it shall not be read. httplib 0.41 would wait for the body of
/// every POST, PUT, PATCH and DELETE, whatever announces it.
template <typename Request>
auto leave_nothing_to_read(const Request& request, int /*chosen if there is such a member*/)
    -> decltype(void(request.body_consumed_)) {
  const_cast<Request&>(request).body_consumed_ = true;
}
[[maybe_unused]] void leave_nothing_to_read(const httplib::Request& /*request*/, long /*otherwise*/) {}

}  // namespace

bool is_free_port(int port) noexcept {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const internal::FileDescriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  return ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

Listener::Listener(SandboxHost host, ServerTls tls, EventLog& event_log, Handler handler)
    : host_(host),
      tls_(std::move(tls)),
      event_log_(event_log),
      handler_(std::move(handler)),
      server_(make_server(connections_)) {
  configure(server_.context(), tls_);
  observe(server_.context(), *this);
  set_up_server();
  bind_free_port();
  listen();
}

// Not with httplib's stop(): that closes the listening socket under the feet of accept().
Listener::~Listener() {
  connections_.shut_down_for_good();
  ::shutdown(listening_socket_, SHUT_RDWR);
  thread_.join();
}

std::string Listener::url() const { return "https://localhost:" + std::to_string(port_); }

void Listener::set_up_server() {
  // Replaces httplib's own, which lets two servers share a port.
  server_.set_socket_options([this](int socket) { listening_socket_ = socket; });
  server_.set_tcp_nodelay(true);
  server_.set_read_timeout(kReadAndWriteSeconds);
  server_.set_write_timeout(kReadAndWriteSeconds);
  server_.set_payload_max_length((std::numeric_limits<std::size_t>::max)());  // httplib 0.41 has a limit of 100 MB

  using Routing = httplib::Server::HandlerResponse;
  server_.set_pre_routing_handler([this](const httplib::Request& request, httplib::Response& response) {
    return answer_without_body(request, response) ? Routing::Handled : Routing::Unhandled;
  });
  // Methods with a body have a reader, because httplib by itself takes no form above 8 KiB, and curl calls an upload a
  // form.
  const char* const anything = R"([\s\S]*)";
  const auto read_and_serve = [this](const httplib::Request& request, httplib::Response& response,
                                     const httplib::ContentReader& read) {
    std::string body;
    const auto append = [&body](const char* data, std::size_t size) { return body.append(data, size), true; };
    if (!read(append)) return refuse(request, {400, "the body cannot be read"}, response);
    serve(understood(request, std::move(body)), response);
  };
  server_.Post(anything, read_and_serve).Put(anything, read_and_serve);
  server_.Patch(anything, read_and_serve).Delete(anything, read_and_serve);

  server_.set_error_handler([this](const httplib::Request& request, httplib::Response& response) {
    if (request.ssl != nullptr) return;  // or httplib got no further
    // httplib refuses heads that it has read to their end: for what find_fault() knows, and for an Accept or a Range
    // that it does not understand, which a server may ignore (RFC 9110, sections 12.4.1 and 14.2).
    const bool has_head = HttpsServer::last_line().ends_head() && !request.path.empty();
    const bool answered = has_head && response.status != 414 && answer_without_body(request, response);
    if (!answered) refuse_unreadable(request, response);
  });
}

void Listener::bind_free_port() {
  std::random_device random;
  const int ports = kLastPort - kFirstPort + 1;
  const int start = std::uniform_int_distribution<int>(0, ports - 1)(random);
  for (int i = 0; i < kPortsToTry; ++i) {
    port_ = kFirstPort + (start + i) % ports;
    if (!is_free_port(port_) || !server_.bind_to_port("127.0.0.1", port_)) continue;
    ::listen(listening_socket_, kBacklog);  // again: httplib's backlog of 5 makes bursts of clients wait a second
    return;
  }
  throw std::runtime_error("no free port on 127.0.0.1 between " + std::to_string(kFirstPort) + " and " +
                           std::to_string(kLastPort));
}

void Listener::listen() {
  server_.new_task_queue = [] { return new ThreadPerTask; };  // httplib takes ownership
  const WithoutSignals without;
  thread_ = std::thread([this] { server_.listen_after_bind(); });
}

bool Listener::answer_without_body(const httplib::Request& request, httplib::Response& response) {
  ignore_ranges(request);
  const auto fault = find_fault(request);
  if (!fault && announces_body(request)) return false;
  leave_nothing_to_read(request, 0);
  fault ? refuse(request, *fault, response) : serve(understood(request, ""), response);
  return true;
}

void Listener::serve(const httplib::Request& request, httplib::Response& response) {
  const HostCounters counters = counters_of(host_);
  if (counters.requests != nullptr) event_log_.count(counters.requests);

  std::string note = "injected fault";
  if (const auto fault = faults_.take()) {
    connections_.wait(fault->delay);
    play(fault, response);
    if (says_close(response)) HttpsServer::end_connection();
  } else {
    note = handler_(request, response);
  }

  const bool refused = response.status == 401 || response.status == 403;
  if (refused && counters.refused != nullptr) event_log_.count(counters.refused);
  log(request, response, note);
}

void Listener::refuse(const httplib::Request& request, const BrokenRequest& fault, httplib::Response& response) {
  answer_message(response, fault.status, fault.reason);
  HttpsServer::end_connection();  // the beginning of the next request is unknown
  log(request, response, fault.reason);
}

void Listener::refuse_unreadable(const httplib::Request& request, httplib::Response& response) {
  const BrokenRequest fault = fault_of_unreadable(request, response.status, HttpsServer::last_line());
  answer_message(response, fault.status, fault.reason);
  HttpsServer::end_connection();
  // The answer quotes nothing of the request: what httplib took for its target may be the value of a header.
  event_log_.write(host_, "unreadable request -> " + std::to_string(fault.status) + " (" + fault.reason + ')');
}

void Listener::log(const httplib::Request& request, const httplib::Response& response, const std::string& note) {
  // The target as it came, so that nothing is decoded; without
  // its query, because a presigned signature is a permission.
  const std::string path = request.target.substr(0, request.target.find('?'));
  event_log_.write(host_, request.method + ' ' + path + " -> " + std::to_string(response.status) + " (" + note + ')');
}

void Listener::opened(int socket) noexcept { connections_.add(socket); }

void Listener::accepted(const SSL& ssl) noexcept {
  const std::size_t number = event_log_.count(counters_of(host_).handshakes);
  std::string line = "handshake " + std::to_string(number) + ": " + SSL_get_version(&ssl);
  if (speaks_http2(ssl)) line += ", HTTP/2";
  if (SSL_session_reused(&ssl) != 0) line += ", resumed";
  const char* const fate = host_ == SandboxHost::kStorage ? " presented" : " accepted";
  line += has_client_certificate(ssl) ? ", client certificate CN=" + client_common_name(ssl) + fate
                                      : ", no client certificate";
  event_log_.write(host_, line);
}

void Listener::refused(std::string_view reason) noexcept {
  event_log_.write(host_, "handshake refused: " + std::string(reason));
}

void Listener::closing(int socket) noexcept { connections_.remove(socket); }

}  // namespace easypost_connect::sandbox
