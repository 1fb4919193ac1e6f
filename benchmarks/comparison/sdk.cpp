// SPDX-License-Identifier: Apache-2.0
// The SDK: one client, which all threads share; for requests in flight, its send_async().
#include <algorithm>
#include <cstring>
#include <optional>
#include <string_view>
#include <utility>

#include <easypost_connect/connect_client.hpp>

#include "comparison/client.hpp"
#include "sdk_multi.hpp"

namespace easypost_connect::benchmark {
namespace {

class SdkCaller final : public Caller {
 public:
  SdkCaller(ConnectClient& client, std::string path) : client_(client), path_(std::move(path)) {}

  const std::string& get() override {
    answer_ = client_.get(path_).value();
    return answer_.body;
  }

 private:
  ConnectClient& client_;
  std::string path_;
  Response answer_;
};

class Sdk final : public Client {
 public:
  bool warm_up() override {
    static_cast<void>(client_.warm_up().value());
    return true;
  }

  std::unique_ptr<Caller> caller(const std::string& path) override {
    return std::make_unique<SdkCaller>(client_, path);
  }

  void keep_in_flight(Load& load, std::size_t width, const std::string& path) override {
    benchmark::keep_in_flight(client_, load, width, path);
  }

  std::uint64_t download(const std::string& path) override {
    std::uint64_t total = 0;
    CallOptions options;
    options.sink = BodySink::to_function([&total](std::string_view bytes) -> Result<void> {
      total += bytes.size();
      return {};
    });
    static_cast<void>(client_.get(path, std::move(options)).value());
    return total;
  }

  std::string upload(const std::string& path, std::uint64_t size) override {
    const auto make = [left = size](char* buffer, std::size_t capacity) mutable {
      const auto now = static_cast<std::size_t>(std::min<std::uint64_t>(capacity, left));
      std::memset(buffer, 'x', now);
      left -= now;
      return now;
    };
    return client_.put(path, Body::from_function(make, size)).value().body;
  }

 private:
  ConnectClient client_ = ConnectClient::from_environment().value();
};

}  // namespace

std::unique_ptr<Client> make_client() { return std::make_unique<Sdk>(); }

}  // namespace easypost_connect::benchmark
