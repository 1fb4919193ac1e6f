// SPDX-License-Identifier: Apache-2.0
#include "transport/curl_library.hpp"

#include <curl/curl.h>
#include <openssl/crypto.h>

#include <mutex>
#include <string>

#include "core/make_error.hpp"

namespace easypost_connect::internal {
namespace {

/// Never undone: other code in the process may use libcurl as well, and the calls are counted. What failed is tried
/// again.
CURLcode initialise() noexcept {
  static std::mutex mutex;
  static CURLcode result = CURLE_FAILED_INIT;
  const std::lock_guard lock(mutex);
  if (result != CURLE_OK) result = curl_global_init(CURL_GLOBAL_DEFAULT);
  return result;
}

}  // namespace

std::optional<Error> check_tls_backend(std::string_view curl_backends, std::string_view openssl_version) {
  const std::string expected = "OpenSSL/" + std::string(openssl_version);
  for (auto rest = curl_backends; !rest.empty();) {
    const auto end = rest.find(' ');
    if (rest.substr(0, end) == expected) return std::nullopt;
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
  }
  return make_error(
      ErrorCode::kInvalidOption, Factor::kClientCertificate,
      "libcurl uses \"" + std::string(curl_backends) + "\" for TLS, but this library is linked with " + expected + ".",
      "Link a libcurl built with that OpenSSL (on Debian: libcurl4-openssl-dev).");
}

std::optional<Error> check_curl_library() {
  const CURLcode initialised = initialise();
  if (initialised == CURLE_OUT_OF_MEMORY) return out_of_memory();
  if (initialised != CURLE_OK) {
    return make_error(ErrorCode::kInvalidOption, Factor::kRequest,
                      std::string("libcurl cannot be initialised: ") + curl_easy_strerror(initialised) + ".",
                      "Check the installation of libcurl.");
  }
  const char* backends = curl_version_info(CURLVERSION_NOW)->ssl_version;
  return check_tls_backend(backends != nullptr ? backends : "no TLS", OpenSSL_version(OPENSSL_VERSION_STRING));
}

}  // namespace easypost_connect::internal
