// SPDX-License-Identifier: Apache-2.0
#include "raw_client.hpp"

#include <cstdlib>
#include <stdexcept>

#include <easypost_connect/version.hpp>

namespace easypost_connect::benchmark {
namespace {

std::size_t append(char* data, std::size_t size, std::size_t count, void* body) noexcept {
  static_cast<std::string*>(body)->append(data, size * count);
  return size * count;
}

/// Certificates and keys come as PEM text or as the path of a file.
void set_material(CURL* handle, CURLoption by_path, CURLoption by_text, const std::string& value) {
  if (value.find("-----BEGIN ") == std::string::npos) {
    curl_easy_setopt(handle, by_path, value.c_str());
    return;
  }
  curl_blob blob{const_cast<char*>(value.data()), value.size(), CURL_BLOB_COPY};
  curl_easy_setopt(handle, by_text, &blob);
}

/// Takes, when no authority is named, the bundle that OpenSSL's own variable names, if any: only libcurl's tool reads
/// it.
void set_authority(CURL* handle, const std::string& authority) {
  const char* bundle = std::getenv("SSL_CERT_FILE");
  if (!authority.empty()) {
    set_material(handle, CURLOPT_CAINFO, CURLOPT_CAINFO_BLOB, authority);
  } else if (bundle != nullptr) {
    curl_easy_setopt(handle, CURLOPT_CAINFO, bundle);
  }
}

/// Sets what every transfer needs: whom to trust, no signals, where the body goes.
void configure(CURL* handle, const Service& service, const std::string& url, std::string& body) {
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_FAILONERROR, 1L);
  curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
  curl_easy_setopt(handle, CURLOPT_USERAGENT,
                   "easypost-connect-cpp/" EASYPOST_CONNECT_VERSION);  // the same bytes on the wire
  set_authority(handle, service.authority);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, append);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &body);
}

}  // namespace

void perform(CURL* handle) {
  const CURLcode code = curl_easy_perform(handle);
  if (code != CURLE_OK) throw std::runtime_error(curl_easy_strerror(code));
}

std::string fetch_token(const Service& service) {
  const std::unique_ptr<CURL, CurlCleanup> handle(curl_easy_init());
  std::string answer;
  configure(handle.get(), service, service.token_url, answer);
  const std::string form = service.token_form();
  curl_easy_setopt(handle.get(), CURLOPT_POSTFIELDS, form.c_str());
  perform(handle.get());
  return access_token_in(answer);
}

RawClient::RawClient(const Service& service, const std::string& token, const std::string& path, long http_version)
    : handle_(curl_easy_init()) {
  configure(handle_.get(), service, service.api_url + path, body_);
  curl_easy_setopt(handle_.get(), CURLOPT_HTTP_VERSION, http_version);
  set_material(handle_.get(), CURLOPT_SSLCERT, CURLOPT_SSLCERT_BLOB, service.certificate);
  set_material(handle_.get(), CURLOPT_SSLKEY, CURLOPT_SSLKEY_BLOB, service.private_key);
  for (const std::string& line : {"x-api-key: " + service.api_key, "authorization: Bearer " + token}) {
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
