// SPDX-License-Identifier: Apache-2.0
#include "streaming_server.hpp"

#include <pthread.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <random>
#include <stdexcept>

#include "partner_options.hpp"
#include "sandbox/server_tls.hpp"

namespace easypost_connect::test_support {
namespace {

using Clients = sandbox::ClientCertificates;

// Ports are taken from here on, below the range from which Linux takes those of outgoing connections.
constexpr int kFirstPort = 20000;
constexpr int kLastPort = 31999;

/// Makes a server without httplib's effect on the process: its constructor ignores SIGPIPE, at which other tests look.
std::unique_ptr<sandbox::HttpsServer> make_server(sandbox::Connections& connections) {
  struct sigaction before {};
  ::sigaction(SIGPIPE, nullptr, &before);
  auto server = std::make_unique<sandbox::HttpsServer>(connections);
  ::sigaction(SIGPIPE, &before, nullptr);
  return server;
}

bool is_pattern(const char* data, std::size_t size, std::size_t position) noexcept {
  for (std::size_t i = 0; i < size; ++i) {
    if (data[i] != pattern(position + i)) return false;
  }
  return true;
}

}  // namespace

StreamingServer::StreamingServer() : server_(make_server(connections_)) {
  sandbox::configure(server_->context(), {authority_.issue(sandbox::server_profile()), {}, Clients::kUnasked});
  server_->set_socket_options([this](int socket) { listening_socket_ = socket; });
  serve_tokens();
  serve_uploads();
  serve_downloads();
  listen();
}

// Ends the server without httplib's stop(), which closes the listening socket under the feet of accept().
StreamingServer::~StreamingServer() {
  ::shutdown(listening_socket_, SHUT_RDWR);
  thread_.join();
}

void StreamingServer::serve_tokens() {
  server_->Post("/oauth2/token", [this](const httplib::Request&, httplib::Response& response) {
    const std::lock_guard lock(mutex_);
    const std::string token = "canary-secret-token-" + std::to_string(++token_requests_);
    response.set_content(R"({"access_token":")" + token + R"(","token_type":"Bearer","expires_in":3600})",
                         "application/json");
  });
}

void StreamingServer::serve_uploads() {
  const auto take = [this](const httplib::Request& request, httplib::Response& response,
                           const httplib::ContentReader& read) { take_upload(request, response, read); };
  server_->Put(kUploads, take);
  server_->Post(kUploads, take);
}

void StreamingServer::serve_downloads() {
  server_->Get(R"(/downloads/(\d+))", [this](const httplib::Request& request, httplib::Response& response) {
    give_download(std::stoul(request.matches[1]), response);
  });
}

void StreamingServer::listen() {
  std::random_device random;
  std::uniform_int_distribution<int> ports(kFirstPort, kLastPort);
  do {
    port_ = ports(random);
  } while (!sandbox::is_free_port(port_) || !server_->bind_to_port("127.0.0.1", port_));
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);  // a client that has gone raises no SIGPIPE
  thread_ = std::thread([this] { server_->listen_after_bind(); });
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void StreamingServer::take_upload(const httplib::Request& request, httplib::Response& response,
                                  const httplib::ContentReader& read) {
  Upload upload;
  upload.chunked = request.get_header_value("Transfer-Encoding") == "chunked";
  upload.whole = read([&upload](const char* data, std::size_t size) {
    upload.as_the_pattern = upload.as_the_pattern && is_pattern(data, size, upload.size);
    upload.size += size;
    return true;
  });
  const std::lock_guard lock(mutex_);
  uploads_.push_back(upload);
  if (!misbehaves(response)) response.set_content(R"({"status":"received"})", "application/json");
}

void StreamingServer::give_download(std::size_t size, httplib::Response& response) {
  const std::lock_guard lock(mutex_);
  ++downloads_;
  if (misbehaves(response)) return;
  const std::size_t end = std::exchange(break_next_, false) ? size / 2 : size;
  response.set_content_provider(size, "application/octet-stream",
                                [end](std::size_t offset, std::size_t length, httplib::DataSink& sink) {
                                  if (offset >= end) return false;
                                  std::array<char, std::size_t{16} * 1024> part{};
                                  const std::size_t count = std::min({part.size(), length, end - offset});
                                  for (std::size_t i = 0; i < count; ++i) part[i] = pattern(offset + i);
                                  return sink.write(part.data(), count);
                                });
}

/// Must be called with the lock held.
bool StreamingServer::misbehaves(httplib::Response& response) {
  if (statuses_.empty()) return false;
  response.status = statuses_.front();
  response.set_content("misbehaves", "text/plain");
  statuses_.pop_front();
  return true;
}

ClientOptions StreamingServer::client_options() const {
  return partner_options("https://localhost:" + std::to_string(port_), authority_, partner_);
}

std::vector<StreamingServer::Upload> StreamingServer::uploads() const {
  const std::lock_guard lock(mutex_);
  return uploads_;
}

std::size_t StreamingServer::downloads() const {
  const std::lock_guard lock(mutex_);
  return downloads_;
}

void StreamingServer::break_next_download() {
  const std::lock_guard lock(mutex_);
  break_next_ = true;
}

void StreamingServer::answer_next(int status) {
  const std::lock_guard lock(mutex_);
  statuses_.push_back(status);
}

std::size_t StreamingServer::token_requests() const {
  const std::lock_guard lock(mutex_);
  return token_requests_;
}

}  // namespace easypost_connect::test_support
