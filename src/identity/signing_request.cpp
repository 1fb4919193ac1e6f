// SPDX-License-Identifier: Apache-2.0
#include <easypost_connect/signing_request.hpp>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "core/ascii.hpp"
#include "core/make_error.hpp"
#include "identity/openssl_ptr.hpp"

namespace easypost_connect {
namespace {

using namespace internal;

using RequestPtr = std::unique_ptr<X509_REQ, OpenSslFree<X509_REQ_free>>;
using PlainKeyPtr = std::unique_ptr<PKCS8_PRIV_KEY_INFO, OpenSslFree<PKCS8_PRIV_KEY_INFO_free>>;
using SealedKeyPtr = std::unique_ptr<X509_SIG, OpenSslFree<X509_SIG_free>>;
using AlgorithmPtr = std::unique_ptr<X509_ALGOR, OpenSslFree<X509_ALGOR_free>>;

/// OpenSSL's own default, 2048, is of another time. This many cost 40 ms on each load (measured) and each guess.
constexpr int kKeyDerivationRounds = 100'000;

Error openssl_error(std::string_view what) {
  const ClearErrorsOnExit clear_errors;
  const char* reason = ERR_reason_error_string(ERR_peek_last_error());
  std::string message("OpenSSL could not ");
  message.append(what).append(": ").append(reason != nullptr ? reason : "no reason given").append(".");
  return make_error(ErrorCode::kInvalidOption, Factor::kClientCertificate, std::move(message),
                    "Check the installation and the configuration of OpenSSL.");
}

struct NameField {
  std::string_view option;
  const std::string& text;
  const char* attribute;  // of the distinguished name
};

/// OpenSSL knows the lengths and alphabets that X.520 allows.
std::optional<Error> add_name(X509_NAME* name, const NameField& field) {
  if (field.text.empty()) return std::nullopt;
  const auto* bytes = reinterpret_cast<const unsigned char*>(field.text.data());
  if (!has_control_character(field.text) &&
      X509_NAME_add_entry_by_txt(name, field.attribute, MBSTRING_UTF8, bytes, static_cast<int>(field.text.size()), -1,
                                 0) == 1) {
    return std::nullopt;
  }
  const ClearErrorsOnExit clear_errors;
  const char* reason = ERR_reason_error_string(ERR_peek_last_error());
  std::string message(field.option);
  message.append(" cannot stand in a certificate: ").append(reason != nullptr ? reason : "control character");
  return make_error(ErrorCode::kInvalidOption, Factor::kRequest, message + ".",
                    "Write it in UTF-8 and not too long: 64 characters are safe, a country has two letters.");
}

std::optional<Error> add_names(X509_NAME* name, const SigningRequestOptions& options) {
  if (options.common_name.empty()) {
    return make_error(ErrorCode::kInvalidOption, Factor::kRequest, "common_name is empty.",
                      "Give a name by which you will know the certificate, such as that of your company.");
  }
  const NameField fields[] = {
      {"country", options.country, "C"},
      {"state", options.state, "ST"},
      {"locality", options.locality, "L"},
      {"organization", options.organization, "O"},
      {"organizational_unit", options.organizational_unit, "OU"},
      {"common_name", options.common_name, "CN"},
  };
  for (const NameField& field : fields) {
    if (auto error = add_name(name, field)) return error;
  }
  return std::nullopt;
}

KeyPtr make_key(KeyType type) { return KeyPtr(type == KeyType::kP256 ? EVP_EC_gen("P-256") : EVP_RSA_gen(2048)); }

Result<std::string> make_csr(EVP_PKEY* key, const SigningRequestOptions& options) {
  const RequestPtr request(made(X509_REQ_new()));
  if (auto error = add_names(X509_REQ_get_subject_name(request.get()), options)) return *std::move(error);
  const BioPtr bio(made(BIO_new(BIO_s_mem())));
  if (X509_REQ_set_version(request.get(), X509_REQ_VERSION_1) != 1 || X509_REQ_set_pubkey(request.get(), key) != 1 ||
      X509_REQ_sign(request.get(), key, EVP_sha256()) <= 0 || PEM_write_bio_X509_REQ(bio.get(), request.get()) != 1) {
    return openssl_error("sign the request");
  }
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  return std::string(text, static_cast<std::size_t>(size));
}

/// Encrypted by PBES2 (RFC 8018) with a salt and an initialisation vector that OpenSSL draws.
SealedKeyPtr seal(PKCS8_PRIV_KEY_INFO* plain, const Secret& passphrase) {
  AlgorithmPtr algorithm(
      PKCS5_pbe2_set_iv(EVP_aes_256_cbc(), kKeyDerivationRounds, nullptr, 0, nullptr, NID_hmacWithSHA256));
  if (!algorithm) return nullptr;
  const std::string_view text = passphrase.expose();
  SealedKeyPtr sealed(PKCS8_set0_pbe(text.data(), static_cast<int>(text.size()), plain, algorithm.get()));
  if (sealed) static_cast<void>(algorithm.release());  // it is the sealed key's now
  return sealed;
}

Result<Secret> to_pem(const EVP_PKEY* key, const Secret& passphrase) {
  const PlainKeyPtr plain(EVP_PKEY2PKCS8(key));
  const BioPtr bio(made(BIO_new(BIO_s_mem())));  // wipes its memory when it goes
  bool written = false;
  if (plain && passphrase.empty()) {
    written = PEM_write_bio_PKCS8_PRIV_KEY_INFO(bio.get(), plain.get()) == 1;
  } else if (plain) {
    const SealedKeyPtr sealed = seal(plain.get(), passphrase);
    written = sealed && PEM_write_bio_PKCS8(bio.get(), sealed.get()) == 1;
  }
  if (!written) return openssl_error("write the private key");
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  return Secret(std::string_view(text, static_cast<std::size_t>(size)));
}

}  // namespace

Result<SigningRequest> make_signing_request(const SigningRequestOptions& options) {
  const KeyPtr key = make_key(options.key_type);
  if (!key) return openssl_error("make a private key");
  auto csr = make_csr(key.get(), options);
  if (!csr) return std::move(csr).error();
  auto private_key = to_pem(key.get(), options.passphrase);
  if (!private_key) return std::move(private_key).error();
  return SigningRequest{*std::move(csr), *std::move(private_key)};
}

}  // namespace easypost_connect
