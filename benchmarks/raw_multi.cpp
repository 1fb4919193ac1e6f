// SPDX-License-Identifier: Apache-2.0
#include "raw_multi.hpp"

#include <future>
#include <stdexcept>
#include <utility>

namespace easypost_connect::benchmark {

RawMulti::RawMulti(const Service& service, const std::string& token, const std::string& path, std::size_t width)
    : multi_(curl_multi_init()) {
  curl_multi_setopt(multi_.get(), CURLMOPT_MAX_HOST_CONNECTIONS, 1L);
  for (std::size_t i = 0; i < width; ++i) {
    std::unique_ptr<Transfer> transfer(new Transfer{RawClient(service, token, path, CURL_HTTP_VERSION_2TLS)});
    curl_easy_setopt(transfer->client.handle(), CURLOPT_PIPEWAIT, 1L);
    curl_easy_setopt(transfer->client.handle(), CURLOPT_PRIVATE, transfer.get());
    transfers_.push_back(std::move(transfer));
  }
}

void RawMulti::run(Load& load) {
  std::async(std::launch::async, [&] { drive(load); }).get();
}

void RawMulti::drive(Load& load) {
  for (const auto& transfer : transfers_) {
    if (load.start()) send(*transfer);
  }
  for (int running = 1; running > 0;) {
    curl_multi_perform(multi_.get(), &running);
    if (replace_answered(load)) {
      running = 1;
    } else if (running > 0) {
      curl_multi_poll(multi_.get(), nullptr, 0, 1000, nullptr);
    }
  }
}

void RawMulti::send(Transfer& transfer) {
  transfer.client.body().clear();
  transfer.sent = Clock::now();
  curl_multi_add_handle(multi_.get(), transfer.client.handle());
}

/// Tells whether any was sent in the place of those that were answered.
bool RawMulti::replace_answered(Load& load) {
  bool sent_any = false;
  int queued = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &queued)) {
    if (message->data.result != CURLE_OK) throw std::runtime_error(curl_easy_strerror(message->data.result));
    CURL* handle = message->easy_handle;
    Transfer* transfer = nullptr;
    curl_easy_getinfo(handle, CURLINFO_PRIVATE, &transfer);
    curl_multi_remove_handle(multi_.get(), handle);
    if (!load.next(transfer->sent)) continue;
    send(*transfer);
    sent_any = true;
  }
  return sent_any;
}

}  // namespace easypost_connect::benchmark
