// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>
#include <openssl/pem.h>

#include "core/encoding.hpp"
#include "core/openssl_handles.hpp"

namespace easypost_connect::test_support {

inline std::string base64url_decoded(std::string_view text) {
  std::string digits(text);
  std::replace(digits.begin(), digits.end(), '-', '+');
  std::replace(digits.begin(), digits.end(), '_', '/');
  while (digits.size() % 4 != 0) digits += '=';
  const auto bytes = internal::base64_decode(digits);
  return bytes ? std::string(bytes->expose()) : std::string();
}

/// A JWT, taken apart as a service does that knows the certificate of its signer.
struct SignedJwt {
  nlohmann::json header;
  nlohmann::json claims;
  bool is_genuine = false;  ///< RS256, by the key of the certificate

  SignedJwt(std::string_view token, std::string_view certificate) {
    const auto claims_at = token.find('.') + 1;
    const auto signature_at = token.rfind('.') + 1;
    if (claims_at == 0 || claims_at >= signature_at) return;
    header = nlohmann::json::parse(base64url_decoded(token.substr(0, claims_at - 1)), nullptr, false);
    claims =
        nlohmann::json::parse(base64url_decoded(token.substr(claims_at, signature_at - 1 - claims_at)), nullptr, false);
    is_genuine = fits(token.substr(0, signature_at - 1), base64url_decoded(token.substr(signature_at)), certificate);
  }

 private:
  static bool fits(std::string_view text, const std::string& signature, std::string_view certificate) {
    const auto bio = internal::reader_of(certificate);
    const internal::CertificatePtr signer(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
    const internal::DigestContextPtr context(EVP_MD_CTX_new());
    return EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, X509_get0_pubkey(signer.get())) == 1 &&
           EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature.data()), signature.size(),
                            reinterpret_cast<const unsigned char*>(text.data()), text.size()) == 1;
  }
};

}  // namespace easypost_connect::test_support
