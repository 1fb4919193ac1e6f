// SPDX-License-Identifier: Apache-2.0
// libcurl used directly and well: handles that are configured once, one for each thread.
#include <curl/curl.h>

#include <algorithm>
#include <cstring>
#include <string>

#include "comparison/client.hpp"
#include "raw_client.hpp"
#include "raw_multi.hpp"
#include "service.hpp"

namespace easypost_connect::benchmark {
namespace {

class RawCaller final : public Caller {
 public:
  RawCaller(const Service& service, const std::string& token, const std::string& path) : raw_(service, token, path) {}
  const std::string& get() override { return raw_.get(); }

 private:
  RawClient raw_;
};

std::size_t count(char* /*data*/, std::size_t size, std::size_t number, void* total) noexcept {
  *static_cast<std::uint64_t*>(total) += size * number;
  return size * number;
}

std::size_t make(char* buffer, std::size_t size, std::size_t number, void* left) noexcept {
  auto& bytes_left = *static_cast<std::uint64_t*>(left);
  const auto now = static_cast<std::size_t>(std::min<std::uint64_t>(size * number, bytes_left));
  std::memset(buffer, 'x', now);
  bytes_left -= now;
  return now;
}

class Raw final : public Client {
 public:
  std::unique_ptr<Caller> caller(const std::string& path) override {
    return std::make_unique<RawCaller>(service_, token_, path);
  }

  void keep_in_flight(Load& load, std::size_t width, const std::string& path) override {
    if (!multi_) multi_ = std::make_unique<RawMulti>(service_, token_, path, width);
    multi_->run(load);
  }

  std::uint64_t download(const std::string& path) override {
    RawClient raw(service_, token_, path);
    std::uint64_t total = 0;
    curl_easy_setopt(raw.handle(), CURLOPT_WRITEFUNCTION, count);
    curl_easy_setopt(raw.handle(), CURLOPT_WRITEDATA, &total);
    perform(raw.handle());
    return total;
  }

  std::string upload(const std::string& path, std::uint64_t size) override {
    RawClient raw(service_, token_, path);
    std::uint64_t left = size;
    curl_easy_setopt(raw.handle(), CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(raw.handle(), CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(size));
    curl_easy_setopt(raw.handle(), CURLOPT_READFUNCTION, make);
    curl_easy_setopt(raw.handle(), CURLOPT_READDATA, &left);
    return raw.get();
  }

 private:
  Service service_ = Service::from_environment();
  std::string token_ = fetch_token(service_);
  std::unique_ptr<RawMulti> multi_;
};

}  // namespace

std::unique_ptr<Client> make_client() { return std::make_unique<Raw>(); }

}  // namespace easypost_connect::benchmark
