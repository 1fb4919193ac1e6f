// SPDX-License-Identifier: Apache-2.0
// The C++ REST SDK: one http_client, which all threads share; for requests in flight, its tasks.
#include <cpprest/filestream.h>
#include <cpprest/http_client.h>
#include <cpprest/rawptrstream.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <vector>

#include "comparison/client.hpp"
#include "service.hpp"

namespace easypost_connect::benchmark {
namespace {

using web::http::client::http_client;
using web::http::client::http_client_config;
namespace http = web::http;

constexpr std::size_t kBlock = 64 * 1024;

http_client_config configuration(const Service& service, bool with_certificate) {
  http_client_config config;
  config.set_ssl_context_callback([service, with_certificate](boost::asio::ssl::context& context) {
    if (!service.authority.empty()) context.load_verify_file(service.authority);
    if (!with_certificate) return;
    context.use_certificate_chain_file(service.certificate);
    context.use_private_key_file(service.private_key, boost::asio::ssl::context::pem);
  });
  return config;
}

http::http_response expect_ok(http::http_response response) {
  if (response.status_code() != http::status_codes::OK) throw std::runtime_error(response.to_string());
  return response;
}

std::string fetch_token(const Service& service) {
  http_client client(service.token_url, configuration(service, /*with_certificate=*/false));
  const auto answer =
      client.request(http::methods::POST, "", service.token_form(), "application/x-www-form-urlencoded").get();
  return access_token_in(expect_ok(answer).extract_utf8string(/*ignore_content_type=*/true).get());
}

/// The library of its tasks has nowhere to throw to.
[[noreturn]] void give_up(const char* reason) {
  std::fprintf(stderr, "%s\n", reason);
  std::_Exit(1);
}

class Cpprest final : public Client {
 public:
  std::unique_ptr<Caller> caller(const std::string& path) override;

  /// A request is used up when it was sent.
  [[nodiscard]] http::http_request request(const http::method& method, const std::string& path) const {
    http::http_request request(method);
    request.set_request_uri(path);
    request.headers().add("x-api-key", service_.api_key);
    request.headers().add("Authorization", authorization_);
    return request;
  }

  pplx::task<std::string> get(const std::string& path) {
    return client_.request(request(http::methods::GET, path)).then([](http::http_response response) {
      return expect_ok(std::move(response)).extract_utf8string(/*ignore_content_type=*/true);
    });
  }

  void keep_in_flight(Load& load, std::size_t width, const std::string& path) override {
    for (std::size_t i = 0; i < width && load.start(); ++i) send(load, path);
    load.wait_for_all();
  }

  std::uint64_t download(const std::string& path) override {
    auto response = expect_ok(client_.request(request(http::methods::GET, path)).get());
    std::vector<std::uint8_t> block(kBlock);
    std::uint64_t total = 0;
    for (;;) {
      concurrency::streams::rawptr_buffer<std::uint8_t> target(block.data(), block.size(), std::ios_base::out);
      const std::size_t got = response.body().read(target, block.size()).get();
      if (got == 0) return total;
      total += got;
    }
  }

  std::string upload(const std::string& path, std::uint64_t size) override {
    // A file of nothing: a stream that makes its bytes would have to be told how fast they go.
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::tmpfile(), &std::fclose);
    if (!file || ::ftruncate(::fileno(file.get()), static_cast<off_t>(size)) != 0) throw std::runtime_error("no file");
    const auto body = concurrency::streams::file_stream<std::uint8_t>::open_istream(
        "/proc/self/fd/" + std::to_string(::fileno(file.get())));
    auto request_with_body = request(http::methods::PUT, path);
    request_with_body.set_body(body.get(), size, "application/octet-stream");
    const auto answer = client_.request(request_with_body);
    return expect_ok(answer.get()).extract_utf8string(/*ignore_content_type=*/true).get();
  }

 private:
  void send(Load& load, const std::string& path) {
    const auto sent = Clock::now();
    get(path).then([this, &load, &path, sent](const pplx::task<std::string>& answer) {
      try {
        answer.get();
      } catch (const std::exception& failure) {
        give_up(failure.what());
      }
      if (load.next(sent)) send(load, path);
    });
  }

  Service service_ = Service::from_environment();
  std::string authorization_ = "Bearer " + fetch_token(service_);
  http_client client_{service_.api_url, configuration(service_, /*with_certificate=*/true)};
};

class CpprestCaller final : public Caller {
 public:
  CpprestCaller(Cpprest& client, std::string path) : client_(client), path_(std::move(path)) {}

  const std::string& get() override {
    body_ = client_.get(path_).get();
    return body_;
  }

 private:
  Cpprest& client_;
  std::string path_;
  std::string body_;
};

std::unique_ptr<Caller> Cpprest::caller(const std::string& path) {
  return std::make_unique<CpprestCaller>(*this, path);
}

}  // namespace

std::unique_ptr<Client> make_client() { return std::make_unique<Cpprest>(); }

}  // namespace easypost_connect::benchmark
