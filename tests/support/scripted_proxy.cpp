// SPDX-License-Identifier: Apache-2.0
#include "scripted_proxy.hpp"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>

namespace easypost_connect::test_support {
namespace {

bool send_all(int to, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(to, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

/// Returns false when the connection has ended.
bool pass_on(int from, int to) {
  std::array<char, 16'384> buffer{};
  const auto size = ::recv(from, buffer.data(), buffer.size(), 0);
  return size > 0 && send_all(to, {buffer.data(), static_cast<std::size_t>(size)});
}

/// Returns an empty text when the connection has ended.
std::string read_head(int client) {
  std::string head;
  char byte = 0;
  while (head.size() < 65'536 && head.find("\r\n\r\n") == std::string::npos) {
    if (::recv(client, &byte, 1, 0) != 1) return {};
    head += byte;
  }
  return head;
}

void tunnel(int client, const std::string& head) {
  const auto colon = head.rfind(':', head.find(" HTTP/"));  // the last colon ends an IPv6 address
  const int server = make_socket();
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(std::stoi(head.substr(colon + 1))));
  if (::connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
    for (bool open = true; open;) {
      std::array<pollfd, 2> files = {pollfd{client, POLLIN, 0}, {server, POLLIN, 0}};
      if (::poll(files.data(), files.size(), -1) < 0) break;
      if (files[0].revents != 0) open = pass_on(client, server);
      if (open && files[1].revents != 0) open = pass_on(server, client);
    }
  }
  ::close(server);
}

std::string hash(const char* digest, const std::string& text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned size = 0;
  EVP_Digest(text.data(), text.size(), bytes.data(), &size, EVP_get_digestbyname(digest), nullptr);
  std::string hex;
  for (unsigned i = 0; i < size; ++i) {
    constexpr const char* kDigits = "0123456789abcdef";
    hex += {kDigits[bytes[i] >> 4U], kDigits[bytes[i] & 15U]};
  }
  return hex;
}

}  // namespace

ScriptedProxy::ScriptedProxy(Answer answer)
    : answer_(std::move(answer)), server_([this](int client) { serve(client); }) {}

std::string ScriptedProxy::url(const std::string& login, const std::string& scheme) const {
  return scheme + "://" + login + (login.empty() ? "" : "@") + "localhost:" + std::to_string(port());
}

std::vector<std::string> ScriptedProxy::heads() const {
  const std::lock_guard lock(mutex_);
  return heads_;
}

void ScriptedProxy::serve(int client) {
  for (std::string head = read_head(client); !head.empty(); head = read_head(client)) {
    {
      const std::lock_guard lock(mutex_);
      heads_.push_back(head);
    }
    const std::string answer = answer_(head);
    if (answer.empty() || !send_all(client, answer)) break;
    const bool connects = answer.compare(8, 4, " 200") == 0 && answer.find("\r\n\r\n") + 4 == answer.size();
    if (connects) tunnel(client, head);
    if (connects || answer.find("Connection: close") != std::string::npos) break;
  }
}

std::string header_in(const std::string& head, const std::string& name) {
  const std::string mark = "\r\n" + name + ':';
  const auto same = [](unsigned char a, unsigned char b) { return std::tolower(a) == std::tolower(b); };
  const auto line = std::search(head.begin(), head.end(), mark.begin(), mark.end(), same);
  if (line == head.end()) return "";
  const auto begin = head.find_first_not_of(' ', static_cast<std::size_t>(line - head.begin()) + mark.size());
  return head.substr(begin, head.find('\r', begin) - begin);
}

bool digest_is_right(const std::string& head, const std::string& user_realm_password, const std::string& nonce,
                     const char* digest, bool session) {
  const std::string given = header_in(head, "proxy-authorization");
  const auto field = [&given](const std::string& name) {
    for (const char* const before : {" ", ","}) {
      const std::string mark = before + name + '=';
      const auto at = given.find(mark);
      if (at == std::string::npos) continue;
      const auto begin = given.find_first_not_of('"', at + mark.size());
      return given.substr(begin, given.find_first_of("\",", begin) - begin);
    }
    return std::string();
  };
  if (given.compare(0, 7, "Digest ") != 0 || field("nonce") != nonce) return false;
  std::string user = hash(digest, user_realm_password);
  if (session) user = hash(digest, user + ':' + nonce + ':' + field("cnonce"));
  const std::string what = hash(digest, "CONNECT:" + field("uri"));
  const std::string qop = field("qop").empty() ? "" : field("nc") + ':' + field("cnonce") + ':' + field("qop") + ':';
  return field("response") == hash(digest, user + ':' + nonce + ':' + qop + what);
}

}  // namespace easypost_connect::test_support
