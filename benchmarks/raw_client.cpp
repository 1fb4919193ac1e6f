// SPDX-License-Identifier: Apache-2.0
#include "raw_client.hpp"

#include <cstdlib>
#include <stdexcept>

#include <nlohmann/json.hpp>

#include <easypost_connect/version.hpp>

namespace easypost_connect::benchmark {
namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr)
    throw std::runtime_error(std::string(name) + " is not set: run under easypost-connect-sandbox --");
  return value;
}

curl_blob blob(std::string& text) { return {text.data(), text.size(), CURL_BLOB_COPY}; }

std::size_t append(char* data, std::size_t size, std::size_t count, void* body) noexcept {
  static_cast<std::string*>(body)->append(data, size * count);
  return size * count;
}

void perform(CURL* handle) {
  const CURLcode code = curl_easy_perform(handle);
  if (code != CURLE_OK) throw std::runtime_error(curl_easy_strerror(code));
}

/// What every transfer needs: whom to trust, no signals, where the body goes.
void configure(CURL* handle, const std::string& url, std::string& body) {
  std::string ca = variable("EASYPOST_CONNECT_CA_FILE");
  const curl_blob ca_blob = blob(ca);
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
  curl_easy_setopt(handle, CURLOPT_USERAGENT,
                   "easypost-connect-cpp/" EASYPOST_CONNECT_VERSION);  // the same bytes on the wire
  curl_easy_setopt(handle, CURLOPT_CAINFO_BLOB, &ca_blob);
  curl_easy_setopt(handle, CURLOPT_CAPATH, nullptr);
  curl_easy_setopt(handle, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, append);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &body);
}

}  // namespace

std::string RawClient::fetch_token() {
  const std::unique_ptr<CURL, Cleanup> handle(curl_easy_init());
  std::string answer;
  configure(handle.get(), variable("EASYPOST_CONNECT_TOKEN_URL"), answer);
  const std::string form = "grant_type=client_credentials&client_id=" + variable("EASYPOST_CONNECT_CLIENT_ID") +
                           "&client_secret=" + variable("EASYPOST_CONNECT_CLIENT_SECRET");
  curl_easy_setopt(handle.get(), CURLOPT_POSTFIELDS, form.c_str());
  perform(handle.get());
  return nlohmann::json::parse(answer).at("access_token").get<std::string>();
}

RawClient::RawClient(const std::string& path) : handle_(curl_easy_init()) {
  std::string certificate = variable("EASYPOST_CONNECT_CLIENT_CERT");
  std::string key = variable("EASYPOST_CONNECT_CLIENT_KEY");
  const curl_blob certificate_blob = blob(certificate);
  const curl_blob key_blob = blob(key);
  configure(handle_.get(), variable("EASYPOST_CONNECT_API_URL") + path, body_);
  curl_easy_setopt(handle_.get(), CURLOPT_SSLCERT_BLOB, &certificate_blob);
  curl_easy_setopt(handle_.get(), CURLOPT_SSLKEY_BLOB, &key_blob);
  for (const std::string& line :
       {"x-api-key: " + variable("EASYPOST_CONNECT_API_KEY"), "authorization: Bearer " + fetch_token()}) {
    headers_.reset(curl_slist_append(headers_.release(), line.c_str()));
  }
  curl_easy_setopt(handle_.get(), CURLOPT_HTTPHEADER, headers_.get());
}

const std::string& RawClient::get() {
  body_.clear();
  perform(handle_.get());
  return body_;
}

}  // namespace easypost_connect::benchmark
