// SPDX-License-Identifier: Apache-2.0
#include "rude_server.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <string_view>
#include <vector>

namespace easypost_connect::interop {
namespace {

void answer_plainly(int client) {
  constexpr std::string_view kAnswer = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n";
  std::array<char, 1024> hello{};
  if (::recv(client, hello.data(), hello.size(), 0) > 0) ::send(client, kAnswer.data(), kAnswer.size(), MSG_NOSIGNAL);
}

}  // namespace

RudeServer::RudeServer(Manner manner) : manner_(manner) {
  if (!socket_.binds() || ::listen(socket_.file(), 16) != 0) throw std::runtime_error("cannot listen");
  thread_ = std::thread([this] { serve(); });
}

RudeServer::~RudeServer() {
  ::shutdown(socket_.file(), SHUT_RDWR);  // wakes accept()
  thread_.join();
}

void RudeServer::serve() {
  std::vector<int> clients;
  for (int client = 0; (client = ::accept(socket_.file(), nullptr, nullptr)) >= 0;) {
    ++connections_;
    if (manner_ == Manner::kResets) {
      const linger at_once{1, 0};
      ::setsockopt(client, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
      ::close(client);
      continue;
    }
    if (manner_ == Manner::kSpeaksPlainHttp) answer_plainly(client);
    clients.push_back(client);
  }
  for (const int client : clients) ::close(client);
}

}  // namespace easypost_connect::interop
