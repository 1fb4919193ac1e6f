// SPDX-License-Identifier: Apache-2.0
// OpenSSL alone, with the same bytes on the wire: what no client of it can be below. It knows this one service: an
// answer is 200, and says its length.
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>
#include <openssl/ssl.h>

#include <array>
#include <memory>
#include <stdexcept>
#include <string_view>

#include <easypost_connect/version.hpp>

#include "comparison/client.hpp"
#include "service.hpp"

namespace easypost_connect::benchmark {
namespace {

struct Freed {
  void operator()(addrinfo* addresses) const noexcept { ::freeaddrinfo(addresses); }
  void operator()(SSL_CTX* context) const noexcept { SSL_CTX_free(context); }
  void operator()(SSL* connection) const noexcept { SSL_free(connection); }
};

void require(bool ok, const char* what) {
  if (!ok) throw std::runtime_error(what);
}

class Socket {
 public:
  explicit Socket(const Target& target) {
    addrinfo wanted{};
    wanted.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    require(::getaddrinfo(target.host.c_str(), target.port.c_str(), &wanted, &found) == 0, "the name is unknown");
    const std::unique_ptr<addrinfo, Freed> addresses(found);
    descriptor_ = ::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int on = 1;
    ::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    require(::connect(descriptor_, found->ai_addr, found->ai_addrlen) == 0, "nothing listens there");
  }
  ~Socket() { ::close(descriptor_); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  [[nodiscard]] int get() const noexcept { return descriptor_; }

 private:
  int descriptor_ = -1;
};

class Connection {
 public:
  Connection(const Service& service, const Target& target, bool with_certificate)
      : context_(SSL_CTX_new(TLS_client_method())), socket_(target) {
    SSL_CTX* context = context_.get();
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_read_ahead(context, 1);  // a record is one read
    const bool trusted = service.authority.empty()
                             ? SSL_CTX_set_default_verify_paths(context) == 1
                             : SSL_CTX_load_verify_locations(context, service.authority.c_str(), nullptr) == 1;
    require(trusted, "the authority cannot be read");
    if (with_certificate) {
      require(SSL_CTX_use_certificate_chain_file(context, service.certificate.c_str()) == 1, "no certificate");
      require(SSL_CTX_use_PrivateKey_file(context, service.private_key.c_str(), SSL_FILETYPE_PEM) == 1, "no key");
    }
    connection_.reset(SSL_new(context));
    SSL_set1_host(connection_.get(), target.host.c_str());
    SSL_set_fd(connection_.get(), socket_.get());
    require(SSL_connect(connection_.get()) == 1, "the handshake failed");
  }

  /// The body of the answer, valid until the next one.
  const std::string& exchange(const std::string& request) {
    const int size = static_cast<int>(request.size());
    require(SSL_write(connection_.get(), request.data(), size) == size, "the request could not be sent");
    answer_.clear();
    std::size_t body = std::string::npos;
    std::size_t length = 0;
    do {
      const int got = SSL_read(connection_.get(), buffer_.data(), static_cast<int>(buffer_.size()));
      require(got > 0, "the answer was cut short");
      answer_.append(buffer_.data(), static_cast<std::size_t>(got));
      if (body == std::string::npos && (body = answer_.find("\r\n\r\n")) != std::string::npos) {
        require(answer_.compare(0, 13, "HTTP/1.1 200 ") == 0, "the status is not 200");
        body += 4;
        length = std::stoul(answer_.substr(answer_.find("Content-Length: ") + 16, 20));
      }
    } while (body == std::string::npos || answer_.size() < body + length);
    answer_.erase(0, body);
    return answer_;
  }

 private:
  std::unique_ptr<SSL_CTX, Freed> context_;
  Socket socket_;
  std::unique_ptr<SSL, Freed> connection_;
  std::array<char, std::size_t{16} * 1024> buffer_{};
  std::string answer_;
};

std::string head(const char* method, const std::string& path, const Target& target) {
  return std::string(method) + " " + path + " HTTP/1.1\r\nHost: " + target.host + ":" + target.port +
         "\r\nUser-Agent: easypost-connect-cpp/" EASYPOST_CONNECT_VERSION "\r\nAccept: */*\r\n";
}

std::string fetch_token(const Service& service) {
  const Target target(service.token_url);
  const std::string form = service.token_form();
  Connection connection(service, target, /*with_certificate=*/false);
  return access_token_in(connection.exchange(head("POST", target.path, target) +
                                             "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: " +
                                             std::to_string(form.size()) + "\r\n\r\n" + form));
}

class OpensslCaller final : public Caller {
 public:
  OpensslCaller(const Service& service, const std::string& token, const std::string& path)
      : target_(service.api_url),
        connection_(service, target_, /*with_certificate=*/true),
        request_(head("GET", path, target_) + "x-api-key: " + service.api_key + "\r\nauthorization: Bearer " + token +
                 "\r\n\r\n") {}

  const std::string& get() override { return connection_.exchange(request_); }

 private:
  Target target_;
  Connection connection_;
  std::string request_;
};

class OpensslClient final : public Client {
 public:
  std::unique_ptr<Caller> caller(const std::string& path) override {
    return std::make_unique<OpensslCaller>(service_, token_, path);
  }

 private:
  Service service_ = Service::from_environment();
  std::string token_ = fetch_token(service_);
};

}  // namespace

std::unique_ptr<Client> make_client() { return std::make_unique<OpensslClient>(); }

}  // namespace easypost_connect::benchmark
