// SPDX-License-Identifier: Apache-2.0
#include "raw_https.hpp"

#include <poll.h>
#include <strings.h>

#include <array>
#include <cstddef>
#include <deque>
#include <map>
#include <sstream>
#include <utility>

namespace easypost_connect::testing {
namespace {

constexpr auto kCaInfoBlob = static_cast<CURLoption>(CURLOPTTYPE_BLOB + 309);  // libcurl 7.77
constexpr long kTimeoutSeconds = 30;
constexpr int kSilenceMilliseconds = 10'000;

std::size_t append(char* data, std::size_t size, std::size_t count, void* text) {
  static_cast<std::string*>(text)->append(data, size * count);
  return size * count;
}

/// Lets libcurl copy a PEM text.
curl_blob blob_of(const std::string& pem) {
  return {const_cast<char*>(pem.data()), pem.size(), CURL_BLOB_COPY};  // libcurl only reads it
}

void set_tls(CURL* handle, const RawRequest& request) {
  const curl_blob ca = blob_of(request.server_ca);
  curl_easy_setopt(handle, kCaInfoBlob, &ca);
  curl_easy_setopt(handle, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2) | request.highest_tls);
  if (request.client_certificate.empty()) return;
  const curl_blob certificate = blob_of(request.client_certificate);
  const curl_blob key = blob_of(request.client_key);
  curl_easy_setopt(handle, CURLOPT_SSLCERT_BLOB, &certificate);
  curl_easy_setopt(handle, CURLOPT_SSLKEY_BLOB, &key);
  // The passphrase is set even when it is empty, or OpenSSL would ask the terminal for that of an encrypted key.
  curl_easy_setopt(handle, CURLOPT_KEYPASSWD, request.client_key_passphrase.c_str());
}

}  // namespace

std::string RawAnswer::header(const std::string& name) const {
  std::istringstream lines(headers);
  for (std::string line; std::getline(lines, line);) {
    if (line.size() <= name.size() || line[name.size()] != ':') continue;
    if (::strncasecmp(line.c_str(), name.c_str(), name.size()) != 0) continue;
    const std::size_t begin = line.find_first_not_of(' ', name.size() + 1);
    return begin == std::string::npos ? "" : line.substr(begin, line.find_last_not_of("\r") + 1 - begin);
  }
  return "";
}

namespace {

/// One request on its way, with what libcurl refers to until it is answered.
class RawTransfer {
 public:
  RawTransfer(CURL* handle, const RawRequest& request) : handle_(handle) {
    for (const std::string& header : request.headers) headers_ = curl_slist_append(headers_, header.c_str());
    curl_easy_reset(handle);
    curl_easy_setopt(handle, CURLOPT_URL, request.url.c_str());
    curl_easy_setopt(handle, CURLOPT_HTTP_VERSION, request.http_version);
    curl_easy_setopt(handle, CURLOPT_PIPEWAIT, 1L);
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle, CURLOPT_TIMEOUT, kTimeoutSeconds);
    curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, error_.data());
    curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers_);
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, append);
    curl_easy_setopt(handle, CURLOPT_WRITEDATA, &answer_.body);
    curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, append);
    curl_easy_setopt(handle, CURLOPT_HEADERDATA, &answer_.headers);
    set_tls(handle, request);
    if (request.method == "HEAD") curl_easy_setopt(handle, CURLOPT_NOBODY, 1L);
    if (!request.body.empty() || request.method == "POST" || request.method == "PUT") {
      curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
      curl_easy_setopt(handle, CURLOPT_POSTFIELDS, request.body.data());
    }
    curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  }
  ~RawTransfer() {
    curl_easy_setopt(handle_, CURLOPT_ERRORBUFFER, nullptr);
    curl_slist_free_all(headers_);
  }
  RawTransfer(const RawTransfer&) = delete;
  RawTransfer& operator=(const RawTransfer&) = delete;

  RawAnswer answer(CURLcode code) {
    answer_.code = code;
    long status = 0;
    curl_easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(handle_, CURLINFO_NUM_CONNECTS, &answer_.new_connections);
    answer_.status = static_cast<int>(status);
    answer_.error = code == CURLE_OK ? "" : error_.data();
    return std::move(answer_);
  }

 private:
  CURL* const handle_;
  curl_slist* headers_ = nullptr;
  std::array<char, CURL_ERROR_SIZE> error_{};
  RawAnswer answer_;
};

}  // namespace

RawAnswer RawHttps::send(const RawRequest& request) {
  RawTransfer transfer(handle_.get(), request);
  return transfer.answer(curl_easy_perform(handle_.get()));
}

std::vector<RawAnswer> send_at_once(const std::vector<RawRequest>& requests) {
  const std::unique_ptr<CURLM, CURLMcode (*)(CURLM*)> multi(curl_multi_init(), curl_multi_cleanup);
  std::map<CURL*, std::size_t> numbers;
  std::deque<RawTransfer> transfers;
  for (const RawRequest& request : requests) {
    CURL* const handle = curl_easy_init();
    numbers.emplace(handle, transfers.size());
    transfers.emplace_back(handle, request);
    curl_multi_add_handle(multi.get(), handle);
  }
  std::vector<RawAnswer> answers(requests.size());
  for (int running = 1; running > 0;) {
    curl_multi_perform(multi.get(), &running);
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi.get(), &left)) {
      const std::size_t number = numbers.at(message->easy_handle);
      answers[number] = transfers[number].answer(message->data.result);
    }
    if (running > 0) curl_multi_poll(multi.get(), nullptr, 0, kSilenceMilliseconds, nullptr);
  }
  transfers.clear();
  for (const auto& [handle, number] : numbers) {
    curl_multi_remove_handle(multi.get(), handle);
    curl_easy_cleanup(handle);
  }
  return answers;
}

std::string send_bytes(const RawRequest& request, std::string_view bytes) {
  const std::unique_ptr<CURL, void (*)(CURL*)> handle(curl_easy_init(), curl_easy_cleanup);
  curl_easy_setopt(handle.get(), CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(handle.get(), CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
  curl_easy_setopt(handle.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle.get(), CURLOPT_CONNECT_ONLY, 1L);
  set_tls(handle.get(), request);
  std::size_t size = 0;
  curl_socket_t socket = CURL_SOCKET_BAD;
  if (curl_easy_perform(handle.get()) != CURLE_OK ||
      curl_easy_getinfo(handle.get(), CURLINFO_ACTIVESOCKET, &socket) != CURLE_OK ||
      curl_easy_send(handle.get(), bytes.data(), bytes.size(), &size) != CURLE_OK || size != bytes.size()) {
    return "<not sent>";
  }
  std::string answer;
  std::array<char, 4096> part{};
  for (;;) {
    const CURLcode code = curl_easy_recv(handle.get(), part.data(), part.size(), &size);
    if (code == CURLE_OK && size > 0) {
      answer.append(part.data(), size);
      continue;
    }
    if (code != CURLE_AGAIN) return answer;
    pollfd readable{socket, POLLIN, 0};
    if (::poll(&readable, 1, kSilenceMilliseconds) == 0) return answer + "<open>";
  }
}

RawAnswer send_once(const RawRequest& request) { return RawHttps().send(request); }

}  // namespace easypost_connect::testing
