// SPDX-License-Identifier: Apache-2.0
#include "vaults/jwt.hpp"

#include <string>

#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "core/encoding.hpp"
#include "core/secrets.hpp"

namespace easypost_connect::internal {
namespace {

/// Gives no passphrase, where OpenSSL would ask for one on the terminal.
int no_passphrase(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*context*/) noexcept { return -1; }

/// Empty: the key did not sign.
std::string signature_of(std::string_view text, EVP_PKEY& key, JwtAlgorithm algorithm) {
  const DigestContextPtr context(made(EVP_MD_CTX_new()));
  EVP_PKEY_CTX* padding = nullptr;
  if (EVP_DigestSignInit(context.get(), &padding, EVP_sha256(), nullptr, &key) <= 0) return {};
  if (algorithm == JwtAlgorithm::kPs256 && (EVP_PKEY_CTX_set_rsa_padding(padding, RSA_PKCS1_PSS_PADDING) <= 0 ||
                                            EVP_PKEY_CTX_set_rsa_pss_saltlen(padding, RSA_PSS_SALTLEN_DIGEST) <= 0))
    return {};
  std::string signature(static_cast<std::size_t>(EVP_PKEY_get_size(&key)), '\0');
  std::size_t size = signature.size();
  const int signed_it = EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                                       reinterpret_cast<const unsigned char*>(text.data()), text.size());
  signature.resize(signed_it == 1 ? size : 0);
  return signature;
}

void append_encoded(std::string& token, std::string_view bytes) {
  std::string encoded = base64url_encode(bytes);
  const WipeOnExit wipe_encoded(encoded);
  append_and_wipe(token, encoded);
}

}  // namespace

KeyPtr rsa_key_in(const Secret& pem) {
  const ClearErrorsOnExit clear_errors;
  const BioPtr bio = reader_of(pem.expose());
  KeyPtr key(PEM_read_bio_PrivateKey(bio.get(), nullptr, &no_passphrase, nullptr));
  return key != nullptr && EVP_PKEY_get_base_id(key.get()) == EVP_PKEY_RSA ? std::move(key) : nullptr;
}

std::optional<Secret> signed_jwt(std::string_view header, std::string_view claims, EVP_PKEY& key,
                                 JwtAlgorithm algorithm) {
  const ClearErrorsOnExit clear_errors;
  std::string token;
  const WipeOnExit wipe_token(token);
  append_encoded(token, header);
  append_and_wipe(token, ".");
  append_encoded(token, claims);
  std::string signature = signature_of(token, key, algorithm);
  const WipeOnExit wipe_signature(signature);
  if (signature.empty()) return std::nullopt;
  append_and_wipe(token, ".");
  append_encoded(token, signature);
  return Secret(token);
}

}  // namespace easypost_connect::internal
