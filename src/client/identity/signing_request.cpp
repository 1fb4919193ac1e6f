// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <easypost_connect/signing_request.hpp>

#include "core/make_error.hpp"
#include "core/openssl_handles.hpp"
#include "core/staged_file.hpp"
#include "core/text.hpp"

namespace easypost_connect {
namespace {

using namespace internal;

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
  const char* attribute;  // name in the distinguished name
};

/// OpenSSL knows the lengths and alphabets that X.520 allows.
Result<void> add_name(X509_NAME* name, const NameField& field) {
  if (field.text.empty()) return {};
  const auto* bytes = reinterpret_cast<const unsigned char*>(field.text.data());
  if (!has_control_character(field.text) &&
      X509_NAME_add_entry_by_txt(name, field.attribute, MBSTRING_UTF8, bytes, static_cast<int>(field.text.size()), -1,
                                 0) == 1) {
    return {};
  }
  const ClearErrorsOnExit clear_errors;
  const char* reason = ERR_reason_error_string(ERR_peek_last_error());
  std::string message(field.option);
  message.append(" cannot stand in a certificate: ").append(reason != nullptr ? reason : "control character");
  return make_error(ErrorCode::kInvalidOption, Factor::kRequest, message + ".",
                    "Write it in UTF-8 and not too long: 64 characters are safe, a country has two letters.");
}

Result<void> add_names(X509_NAME* name, const SigningRequestOptions& options) {
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
    if (auto added = add_name(name, field); !added) return added;
  }
  return {};
}

KeyPtr make_key(KeyType type) { return KeyPtr(type == KeyType::kP256 ? EVP_EC_gen("P-256") : EVP_RSA_gen(2048)); }

Result<std::string> make_csr(EVP_PKEY* key, const SigningRequestOptions& options) {
  const RequestPtr request(made(X509_REQ_new()));
  const NamePtr subject(made(X509_NAME_new()));
  if (auto added = add_names(subject.get(), options); !added) return std::move(added).error();
  const BioPtr bio = memory_bio();
  if (X509_REQ_set_version(request.get(), X509_REQ_VERSION_1) != 1 ||
      X509_REQ_set_subject_name(request.get(), subject.get()) != 1 || X509_REQ_set_pubkey(request.get(), key) != 1 ||
      X509_REQ_sign(request.get(), key, EVP_sha256()) <= 0 || PEM_write_bio_X509_REQ(bio.get(), request.get()) != 1) {
    return openssl_error("sign the request");
  }
  return std::string(written_to(bio));
}

/// Encrypts by PBES2 (RFC 8018) with a salt and an initialisation vector that OpenSSL draws.
SealedKeyPtr seal(PKCS8_PRIV_KEY_INFO* plain, const Secret& passphrase) {
  AlgorithmPtr algorithm(
      PKCS5_pbe2_set_iv(EVP_aes_256_cbc(), kKeyDerivationRounds, nullptr, 0, nullptr, NID_hmacWithSHA256));
  if (!algorithm) return nullptr;
  const std::string_view text = passphrase.expose();
  SealedKeyPtr sealed(PKCS8_set0_pbe(text.data(), static_cast<int>(text.size()), plain, algorithm.get()));
  if (sealed) static_cast<void>(algorithm.release());  // the sealed key owns it now
  return sealed;
}

Result<Secret> to_pem(const EVP_PKEY* key, const Secret& passphrase) {
  const PlainKeyPtr plain(EVP_PKEY2PKCS8(key));
  const BioPtr bio = memory_bio();
  bool written = false;
  if (plain && passphrase.empty()) {
    written = PEM_write_bio_PKCS8_PRIV_KEY_INFO(bio.get(), plain.get()) == 1;
  } else if (plain) {
    const SealedKeyPtr sealed = seal(plain.get(), passphrase);
    written = sealed && PEM_write_bio_PKCS8(bio.get(), sealed.get()) == 1;
  }
  if (!written) return openssl_error("write the private key");
  return Secret(written_to(bio));
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

namespace {

using namespace internal;

constexpr mode_t kOwnerOnly = S_IRUSR | S_IWUSR;
constexpr mode_t kReadableByAll = kOwnerOnly | S_IRGRP | S_IROTH;

constexpr const char* kOneFile = "private_key and signing_request are one file.";

Error bad_path(std::string message) {
  return make_error(ErrorCode::kInvalidOption, Factor::kRequest, std::move(message),
                    "Give two paths, such as client.key and client.csr.");
}

Result<void> check(const SigningRequestFiles& files) {
  if (files.private_key.empty()) return bad_path("private_key names no file.");
  if (files.signing_request.empty()) return bad_path("signing_request names no file.");
  if (files.private_key == files.signing_request) return bad_path(kOneFile);
  return {};
}

/// Publishes the key last: an old one is replaced only when nothing else can fail.
Result<void> publish(StagedFile& csr, StagedFile& key, const SigningRequestFiles& files) {
  if (auto published = csr.publish(files.replace); !published) return published;
  if (csr.stands_at(files.private_key)) return bad_path(kOneFile);  // spelled in two ways
  return key.publish(files.replace);
}

}  // namespace

Result<void> write_signing_request(const SigningRequest& request, const SigningRequestFiles& files) {
  if (auto checked = check(files); !checked) return checked;
  auto key = StagedFile::write("private_key", files.private_key, request.private_key.expose(), kOwnerOnly);
  if (!key) return std::move(key).error();
  auto csr = StagedFile::write("signing_request", files.signing_request, request.csr, kReadableByAll);
  if (!csr) return std::move(csr).error();
  if (files.replace) {
    if (auto set_aside = csr->set_old_aside(); !set_aside) return set_aside;
  }
  auto published = publish(*csr, *key, files);
  if (!published) csr->withdraw();
  return published;
}

}  // namespace easypost_connect
