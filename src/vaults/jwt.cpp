// SPDX-License-Identifier: Apache-2.0
#include "vaults/jwt.hpp"

#include <string>
#include <utility>

#include <openssl/pem.h>

#include "core/encoding.hpp"
#include "core/openssl_handles.hpp"
#include "core/secrets.hpp"

namespace easypost_connect::internal {
namespace {

/// Gives no passphrase, where OpenSSL would ask for one on the terminal.
int no_passphrase(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*context*/) { return -1; }

KeyPtr rsa_key_in(const Secret& pem) {
  const BioPtr bio = reader_of(pem.expose());
  KeyPtr key(PEM_read_bio_PrivateKey(bio.get(), nullptr, &no_passphrase, nullptr));
  return key != nullptr && EVP_PKEY_get_base_id(key.get()) == EVP_PKEY_RSA ? std::move(key) : nullptr;
}

/// Empty: the key is too short for this.
std::string signature_of(std::string_view text, EVP_PKEY* key) {
  const DigestContextPtr context(made(EVP_MD_CTX_new()));
  done(EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key));
  std::string signature(static_cast<std::size_t>(EVP_PKEY_get_size(key)), '\0');
  std::size_t size = signature.size();
  const int signed_it = EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                                       reinterpret_cast<const unsigned char*>(text.data()), text.size());
  signature.resize(signed_it == 1 ? size : 0);
  return signature;
}

}  // namespace

Secret base64url_encode(std::string_view bytes) {
  std::string text = base64_encode(bytes);
  const WipeOnExit wipe_text(text);
  while (!text.empty() && text.back() == '=') text.pop_back();
  for (char& c : text) c = c == '+' ? '-' : c == '/' ? '_' : c;
  return Secret(text);
}

std::optional<Secret> signed_jwt(std::string_view header, std::string_view claims, const Secret& private_key) {
  const ClearErrorsOnExit clear_errors;
  const KeyPtr key = rsa_key_in(private_key);
  if (key == nullptr) return std::nullopt;
  std::string token;
  const WipeOnExit wipe_token(token);
  append_and_wipe(token, base64url_encode(header).expose());
  append_and_wipe(token, ".");
  append_and_wipe(token, base64url_encode(claims).expose());
  std::string signature = signature_of(token, key.get());
  const WipeOnExit wipe_signature(signature);
  if (signature.empty()) return std::nullopt;
  append_and_wipe(token, ".");
  append_and_wipe(token, base64url_encode(signature).expose());
  return Secret(token);
}

}  // namespace easypost_connect::internal
