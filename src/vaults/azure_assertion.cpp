// SPDX-License-Identifier: Apache-2.0
#include "vaults/azure_assertion.hpp"

#include <array>
#include <chrono>
#include <string>

#include <openssl/rand.h>

#include "core/encoding.hpp"
#include "vaults/jwt.hpp"
#include "vaults/wiped_json.hpp"

namespace easypost_connect::internal {
namespace {

constexpr std::chrono::seconds kLife{600};

std::string thumbprint(const X509& certificate) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  done(X509_digest(&certificate, EVP_sha256(), digest.data(), &size));
  return base64url_encode({reinterpret_cast<const char*>(digest.data()), size});
}

std::string random_id() {
  std::array<unsigned char, 16> bytes{};
  done(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())));
  return to_hex({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

Secret claims(std::string_view client_id, std::string_view token_url, WallTime now) {
  const std::int64_t seconds = std::chrono::system_clock::to_time_t(now);
  WipedJson json;
  json.add("aud", token_url);
  json.add("iss", client_id);
  json.add("sub", client_id);
  json.add("jti", random_id());
  json.add("iat", seconds);
  json.add("nbf", seconds);
  json.add("exp", seconds + std::int64_t{kLife.count()});
  return json.text();
}

}  // namespace

std::optional<Secret> azure_assertion(const CertificateWithKey& pair, std::string_view client_id,
                                      std::string_view token_url, WallTime now) {
  if (EVP_PKEY_get_base_id(pair.key.get()) != EVP_PKEY_RSA) return std::nullopt;
  WipedJson header;
  header.add("alg", "PS256");
  header.add("typ", "JWT");
  header.add("x5t#S256", thumbprint(*pair.certificate));
  return signed_jwt(header.text().expose(), claims(client_id, token_url, now).expose(), *pair.key,
                    JwtAlgorithm::kPs256);
}

}  // namespace easypost_connect::internal
