// SPDX-License-Identifier: Apache-2.0
#include "wire/curl_library.hpp"

#include <curl/curl.h>
#include <openssl/crypto.h>

#include <charconv>
#include <mutex>
#include <string>

#include "core/make_error.hpp"

namespace easypost_connect::internal {
namespace {

/// Initialises libcurl, and tries again what has failed before. It is never undone: other code in the process may use
/// libcurl as well, and libcurl counts the calls.
CURLcode initialise() noexcept {
  static std::mutex mutex;
  static CURLcode result = CURLE_FAILED_INIT;
  const std::lock_guard lock(mutex);
  if (result != CURLE_OK) result = curl_global_init(CURL_GLOBAL_DEFAULT);
  return result;
}

constexpr unsigned kOldestLibcurl = 0x074C00;  // 7.76, which Red Hat Enterprise Linux 9 has

/// Writes the version of an OpenSSL 3 as libcurl before 7.77 does, with the letters of OpenSSL 1: "3.0.0s" for
/// "3.0.19".
std::string with_letters(std::string_view version) {
  const auto dot = version.rfind('.');
  if (dot == std::string_view::npos) return std::string(version);
  int patch = 0;
  std::from_chars(version.data() + dot + 1, version.data() + version.size(), patch);
  std::string text(version.substr(0, dot));
  text += ".0";
  if (patch > 26) text += 'z';
  if (patch > 0) text += static_cast<char>((patch > 26 ? 'b' : 'a') + (patch - 1) % 26);
  return text;
}

}  // namespace

bool libcurl_is_at_least(unsigned version) noexcept {
  return curl_version_info(CURLVERSION_NOW)->version_num >= version;
}

Result<void> check_tls_backend(std::string_view curl_backends, std::string_view openssl_version) {
  const std::string expected = "OpenSSL/" + std::string(openssl_version);
  const std::string as_written_before = "OpenSSL/" + with_letters(openssl_version);
  for (auto rest = curl_backends; !rest.empty();) {
    const auto end = rest.find(' ');
    const auto backend = rest.substr(0, end);
    if (backend == expected || backend == as_written_before) return {};
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
  }
  return make_error(
      ErrorCode::kInvalidOption, Factor::kClientCertificate,
      "libcurl uses \"" + std::string(curl_backends) + "\" for TLS, but this library is linked with " + expected + ".",
      "Link a libcurl built with that OpenSSL (on Debian: libcurl4-openssl-dev).");
}

Result<void> check_curl_library() {
  const CURLcode initialised = initialise();
  if (initialised == CURLE_OUT_OF_MEMORY) return out_of_memory();
  if (initialised != CURLE_OK) {
    return make_error(ErrorCode::kInvalidOption, Factor::kRequest,
                      std::string("libcurl cannot be initialised: ") + curl_easy_strerror(initialised) + ".",
                      "Check the installation of libcurl.");
  }
  if (!libcurl_is_at_least(kOldestLibcurl)) {
    return make_error(
        ErrorCode::kInvalidOption, Factor::kRequest,
        std::string("The libcurl that runs is ") + curl_version_info(CURLVERSION_NOW)->version + ", which is too old.",
        "Use libcurl 7.76 or newer.");
  }
  const char* backends = curl_version_info(CURLVERSION_NOW)->ssl_version;
  return check_tls_backend(backends != nullptr ? backends : "no TLS", OpenSSL_version(OPENSSL_VERSION_STRING));
}

}  // namespace easypost_connect::internal
