// SPDX-License-Identifier: Apache-2.0
#include "frame_server.hpp"

#include <sys/socket.h>

#include <array>
#include <utility>

#include "partner_options.hpp"

namespace easypost_connect::test_support {
namespace {

sandbox::CertificateProfile client_profile() {
  sandbox::CertificateProfile profile;
  profile.key_type = sandbox::KeyType::kP256;
  return profile;
}

/// Ends the connection in order. If something were unread, close() would end it at once, and what is under way would be
/// lost.
void end_in_order(SSL* ssl, int socket) {
  SSL_shutdown(ssl);
  ::shutdown(socket, SHUT_WR);
  std::array<char, 4096> rest{};
  while (::recv(socket, rest.data(), rest.size(), 0) > 0) {
  }
}

}  // namespace

bool FrameConnection::read_preface() { return wire_.read(kPreface.size()) == kPreface; }

std::optional<Frame> FrameConnection::read() {
  const std::string head = wire_.read(kFrameHead);
  if (head.size() < kFrameHead) return std::nullopt;
  Frame frame{static_cast<FrameType>(head[3]), static_cast<std::uint8_t>(head[4]),
              number_in(head.substr(5)) & 0x7fffffffU};
  const std::size_t size = number_in(head) >> 8;
  frame.payload = wire_.read(size);
  if (frame.payload.size() < size) return std::nullopt;
  heed(frame);
  return frame;
}

void FrameConnection::heed(const Frame& frame) {
  const bool acknowledges = (frame.flags & kAck) != 0;
  if (frame.type == FrameType::kSettings && !acknowledges) send(Frame{FrameType::kSettings, kAck}.bytes());
  if (frame.type == FrameType::kPing && !acknowledges && acknowledges_pings)
    send(Frame{FrameType::kPing, kAck, 0, frame.payload}.bytes());
  if (frame.type != FrameType::kHeaders && frame.type != FrameType::kData) return;
  const auto size = static_cast<std::uint32_t>(frame.payload.size());
  if (gives_window && frame.type == FrameType::kData && size > 0)
    send(window_update(0, size) + window_update(frame.stream, size));
  const std::lock_guard lock(server_.mutex_);
  const auto [at, is_new] = requests_.try_emplace(frame.stream, server_.requests_.size());
  if (is_new) server_.requests_.push_back({number_});
  FrameRequest& request = server_.requests_[at->second];
  if (frame.type == FrameType::kData) request.body += frame.payload;
  request.whole = (frame.flags & kEndStream) != 0;
}

std::uint32_t FrameConnection::next_head() {
  while (const auto frame = read()) {
    if (frame->type == FrameType::kHeaders) return frame->stream;
  }
  return 0;
}

std::uint32_t FrameConnection::next_request() {
  while (const auto frame = read()) {
    const bool of_a_request = frame->type == FrameType::kHeaders || frame->type == FrameType::kData;
    if (of_a_request && (frame->flags & kEndStream) != 0) return frame->stream;
  }
  return 0;
}

std::string FrameConnection::body_of(std::uint32_t stream) const {
  const std::lock_guard lock(server_.mutex_);
  return server_.requests_[requests_.at(stream)].body;
}

void FrameConnection::read_to_end() {
  while (read()) {
  }
}

void FrameConnection::answer_all() {
  for (auto stream = next_request(); stream != 0; stream = next_request()) send(answer(stream));
}

FrameServer::FrameServer(Serve serve, std::string protocol)
    : serve_(std::move(serve)),
      protocol_(std::move(protocol)),
      partner_(authority_.issue(client_profile())),
      context_(make_context(sandbox::ClientCertificates::kRequired)),
      token_context_(make_context(sandbox::ClientCertificates::kUnasked)) {
  if (!protocol_.empty()) SSL_CTX_set_alpn_select_cb(context_.get(), &FrameServer::choose, this);
  tokens_.emplace([this](int socket) { serve_token(socket); });
  api_.emplace([this](int socket) { accept(socket); });
}

internal::SslContextPtr FrameServer::make_context(sandbox::ClientCertificates clients) {
  trusted_->trust({authority_.certificate()});
  internal::SslContextPtr context(SSL_CTX_new(TLS_server_method()));
  sandbox::configure(*context, {authority_.issue(sandbox::server_profile()), trusted_, clients});
  return context;
}

int FrameServer::choose(SSL* /*ssl*/, const unsigned char** chosen, unsigned char* size, const unsigned char* offered,
                        unsigned offered_size, void* server) noexcept {
  const std::string& protocol = static_cast<const FrameServer*>(server)->protocol_;
  for (unsigned at = 0; at < offered_size; at += 1U + offered[at]) {
    const std::string_view offer(reinterpret_cast<const char*>(offered) + at + 1, offered[at]);
    if (offer != protocol) continue;
    *chosen = offered + at + 1;
    *size = offered[at];
    return SSL_TLSEXT_ERR_OK;
  }
  return SSL_TLSEXT_ERR_NOACK;
}

void FrameServer::accept(int socket) {
  const internal::SslPtr ssl(SSL_new(context_.get()));
  if (SSL_set_fd(ssl.get(), socket) != 1 || SSL_accept(ssl.get()) != 1) return;
  std::size_t number = 0;
  {
    const std::lock_guard lock(mutex_);
    number = connections_++;
  }
  FrameConnection connection(*this, Wire(ssl.get()), number);
  serve_(connection);
  end_in_order(ssl.get(), socket);
}

void FrameServer::serve_token(int socket) {
  const internal::SslPtr ssl(SSL_new(token_context_.get()));
  if (SSL_set_fd(ssl.get(), socket) != 1 || SSL_accept(ssl.get()) != 1) return;
  Wire wire(ssl.get());
  WireServer::beside_tokens([](Wire&, std::string_view) {})(wire);
}

ClientOptions FrameServer::client_options() const {
  auto options = partner_options("https://localhost:" + std::to_string(api_->port()), authority_, partner_);
  options.environment.token_url = "https://localhost:" + std::to_string(tokens_->port()) + "/oauth2/token";
  return options;
}

std::size_t FrameServer::connections() const {
  const std::lock_guard lock(mutex_);
  return connections_;
}

std::vector<FrameRequest> FrameServer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

}  // namespace easypost_connect::test_support
