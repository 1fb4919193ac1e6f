// SPDX-License-Identifier: Apache-2.0
#include "json_web_token.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <stdexcept>

#include <nlohmann/json.hpp>

#include "core/encoding.hpp"

namespace easypost_connect::interop {
namespace {

std::string hmac_sha256(const std::string& key, const std::string& text) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(text.data()),
           text.size(), digest, &size) == nullptr) {
    throw std::runtime_error("HMAC failed");
  }
  return {reinterpret_cast<const char*>(digest), size};
}

}  // namespace

std::string base64url(const std::string& bytes) {
  std::string text = internal::base64_encode(bytes);
  text.erase(std::find(text.begin(), text.end(), '='), text.end());
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  return text;
}

std::string json_web_token(const std::string& key, const std::string& audience, std::chrono::seconds life) {
  const auto end = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now() + life);
  const nlohmann::json claims = {{"iss", "interop"}, {"aud", audience}, {"exp", end}};
  const std::string text = base64url(R"({"alg":"HS256"})") + '.' + base64url(claims.dump());
  return text + '.' + base64url(hmac_sha256(key, text));
}

}  // namespace easypost_connect::interop
