// SPDX-License-Identifier: Apache-2.0
// cpp-httplib: one SSLClient for each thread, its headers set once.
#include <httplib.h>

#include <algorithm>
#include <vector>

#include "comparison/client.hpp"
#include "service.hpp"

namespace easypost_connect::benchmark {
namespace {

const std::string& body_of(const httplib::Result& result) {
  if (!result) throw std::runtime_error(httplib::to_string(result.error()));
  if (result->status != 200) throw std::runtime_error("status " + std::to_string(result->status));
  return result->body;
}

std::string fetch_token(const Service& service) {
  const Target target(service.token_url);
  httplib::SSLClient client(target.host, std::stoi(target.port));
  if (!service.authority.empty()) client.set_ca_cert_path(service.authority.c_str());
  return access_token_in(body_of(client.Post(target.path, service.token_form(), "application/x-www-form-urlencoded")));
}

std::unique_ptr<httplib::SSLClient> connect(const Service& service, const std::string& token) {
  const Target target(service.api_url);
  auto client = std::make_unique<httplib::SSLClient>(target.host, std::stoi(target.port), service.certificate,
                                                     service.private_key);
  if (!service.authority.empty()) client->set_ca_cert_path(service.authority.c_str());
  client->set_keep_alive(true);
  client->set_default_headers({{"x-api-key", service.api_key}, {"Authorization", "Bearer " + token}});
  return client;
}

class HttplibCaller final : public Caller {
 public:
  HttplibCaller(std::unique_ptr<httplib::SSLClient> client, std::string path)
      : client_(std::move(client)), path_(std::move(path)), result_(nullptr, httplib::Error::Unknown) {}

  const std::string& get() override {
    result_ = client_->Get(path_);
    return body_of(result_);
  }

 private:
  std::unique_ptr<httplib::SSLClient> client_;
  std::string path_;
  httplib::Result result_;
};

class HttplibClient final : public Client {
 public:
  std::unique_ptr<Caller> caller(const std::string& path) override {
    return std::make_unique<HttplibCaller>(connect(service_, token_), path);
  }

  std::uint64_t download(const std::string& path) override {
    std::uint64_t total = 0;
    body_of(connect(service_, token_)->Get(path, [&total](const char* /*data*/, std::size_t size) {
      total += size;
      return true;
    }));
    return total;
  }

  std::string upload(const std::string& path, std::uint64_t size) override {
    std::vector<char> block(std::size_t{64} * 1024);
    const auto make = [&block](std::size_t /*offset*/, std::size_t left, httplib::DataSink& sink) {
      const std::size_t now = std::min(left, block.size());
      std::fill_n(block.begin(), now, 'x');
      return sink.write(block.data(), now);
    };
    return body_of(connect(service_, token_)->Put(path, size, make, "application/octet-stream"));
  }

 private:
  Service service_ = Service::from_environment();
  std::string token_ = fetch_token(service_);
};

}  // namespace

std::unique_ptr<Client> make_client() { return std::make_unique<HttplibClient>(); }

}  // namespace easypost_connect::benchmark
