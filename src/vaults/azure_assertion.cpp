// SPDX-License-Identifier: Apache-2.0
#include "vaults/azure_assertion.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <string>

#include <openssl/rand.h>
#include <openssl/rsa.h>

#include "core/encoding.hpp"
#include "core/secrets.hpp"
#include "core/text.hpp"

namespace easypost_connect::internal {
namespace {

constexpr std::chrono::minutes kLife{10};

/// Encodes by RFC 4648, section 5, without padding.
std::string base64url(std::string_view bytes) {
  std::string text = base64_encode(bytes);
  text.erase(std::find(text.begin(), text.end(), '='), text.end());
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  return text;
}

std::string thumbprint(const X509& certificate) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  done(X509_digest(&certificate, EVP_sha256(), digest.data(), &size));
  return base64url({reinterpret_cast<const char*>(digest.data()), size});
}

std::string random_id() {
  std::array<unsigned char, 16> bytes{};
  done(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())));
  return to_hex({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

std::string claims(std::string_view client_id, std::string_view token_url, WallTime now) {
  const auto seconds = [](WallTime time) { return std::to_string(std::chrono::system_clock::to_time_t(time)); };
  std::string json = "{\"aud\":";
  append_json_string(json, token_url);
  append_json_string(json += ",\"iss\":", client_id);
  append_json_string(json += ",\"sub\":", client_id);
  append_json_string(json += ",\"jti\":", random_id());
  json.append(",\"iat\":").append(seconds(now)).append(",\"nbf\":").append(seconds(now));
  return json.append(",\"exp\":").append(seconds(now + kLife)).append("}");
}

/// Signs with RSASSA-PSS and SHA-256 (RFC 7518, section 3.5).
std::optional<std::string> ps256(std::string_view text, EVP_PKEY& key) {
  const ClearErrorsOnExit clear_errors;
  const DigestContextPtr context(made(EVP_MD_CTX_new()));
  EVP_PKEY_CTX* padding = nullptr;
  if (EVP_DigestSignInit(context.get(), &padding, EVP_sha256(), nullptr, &key) <= 0 ||
      EVP_PKEY_CTX_set_rsa_padding(padding, RSA_PKCS1_PSS_PADDING) <= 0 ||
      EVP_PKEY_CTX_set_rsa_pss_saltlen(padding, RSA_PSS_SALTLEN_DIGEST) <= 0)
    return std::nullopt;
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  std::size_t size = 0;
  if (EVP_DigestSign(context.get(), nullptr, &size, bytes, text.size()) <= 0) return std::nullopt;
  std::string signature(size, '\0');
  auto* written = reinterpret_cast<unsigned char*>(signature.data());
  if (EVP_DigestSign(context.get(), written, &size, bytes, text.size()) <= 0) return std::nullopt;
  signature.resize(size);
  return signature;
}

}  // namespace

std::optional<Secret> azure_assertion(const CertificateWithKey& pair, std::string_view client_id,
                                      std::string_view token_url, WallTime now) {
  if (EVP_PKEY_get_base_id(pair.key.get()) != EVP_PKEY_RSA) return std::nullopt;
  std::string jwt = base64url(R"({"alg":"PS256","typ":"JWT","x5t#S256":")" + thumbprint(*pair.certificate) + "\"}");
  const WipeOnExit wipe_jwt(jwt);
  jwt.append(".").append(base64url(claims(client_id, token_url, now)));
  auto signature = ps256(jwt, *pair.key);
  if (!signature) return std::nullopt;
  const WipeOnExit wipe_signature(*signature);
  std::string encoded = base64url(*signature);
  const WipeOnExit wipe_encoded(encoded);
  append_and_wipe(jwt, ".");
  append_and_wipe(jwt, encoded);
  return Secret(jwt);
}

}  // namespace easypost_connect::internal
