// SPDX-License-Identifier: Apache-2.0
#include "corpus/certificate_maker.hpp"

#include <memory>

namespace easypost_connect::corpus {
namespace {

using namespace internal;

using ParametersPtr = std::unique_ptr<EVP_PKEY_CTX, OpenSslFree<EVP_PKEY_CTX_free>>;

void require(bool done, const std::string& what) {
  if (!done) throw std::runtime_error("cannot make " + what);
}

/// Limits the key to a digest ("SHA256") and to a shortest salt ("SHA256 64"); an empty `limits` sets none.
KeyPtr make_pss_key(const std::string& limits) {
  const std::string digest = limits.substr(0, limits.find(' '));
  const ParametersPtr context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA-PSS", nullptr));
  EVP_PKEY_keygen_init(context.get());
  EVP_PKEY_CTX_set_rsa_keygen_bits(context.get(), 2048);
  if (!digest.empty()) {
    const EVP_MD* md = EVP_get_digestbyname(digest.c_str());
    EVP_PKEY_CTX_set_rsa_pss_keygen_md(context.get(), md);
    EVP_PKEY_CTX_set_rsa_pss_keygen_mgf1_md(context.get(), md);
    EVP_PKEY_CTX_set_rsa_pss_keygen_saltlen(
        context.get(), digest == limits ? EVP_MD_get_size(md) : std::stoi(limits.substr(digest.size())));
  }
  EVP_PKEY* made = nullptr;
  EVP_PKEY_keygen(context.get(), &made);
  return KeyPtr(made);
}

KeyPtr make_dsa_key() {
  const ParametersPtr context(EVP_PKEY_CTX_new_from_name(nullptr, "DSA", nullptr));
  EVP_PKEY* parameters = nullptr;
  EVP_PKEY_paramgen_init(context.get());
  EVP_PKEY_CTX_set_dsa_paramgen_bits(context.get(), 1024);  // more would take seconds
  EVP_PKEY_paramgen(context.get(), &parameters);
  const KeyPtr owner(parameters);
  const ParametersPtr maker(EVP_PKEY_CTX_new_from_pkey(nullptr, parameters, nullptr));
  EVP_PKEY* made = nullptr;
  EVP_PKEY_keygen_init(maker.get());
  EVP_PKEY_keygen(maker.get(), &made);
  return KeyPtr(made);
}

/// The key holds the parameters of `curve` instead of its name.
KeyPtr make_explicit_key(const std::string& curve) {
  KeyPtr made(EVP_EC_gen(curve.c_str()));
  EVP_PKEY_set_utf8_string_param(made.get(), "encoding", "explicit");
  return made;
}

/// The numbers of an RSA-PSS key as a key of type RSA.
KeyPtr make_plain_rsa(const std::string& pss_key) {
  OSSL_PARAM* numbers = nullptr;
  EVP_PKEY_todata(key(pss_key), EVP_PKEY_KEYPAIR, &numbers);
  const ParametersPtr context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
  EVP_PKEY* made = nullptr;
  EVP_PKEY_fromdata_init(context.get());
  EVP_PKEY_fromdata(context.get(), &made, EVP_PKEY_KEYPAIR, numbers);
  OSSL_PARAM_free(numbers);
  return KeyPtr(made);
}

KeyPtr make_key(const std::string& kind) {
  if (kind.rfind("RSA of ", 0) == 0) return make_plain_rsa(kind.substr(7));
  if (kind.rfind("RSA-PSS", 0) == 0) return make_pss_key(kind.size() > 7 ? kind.substr(8) : "");
  if (kind.rfind("RSA-", 0) == 0)
    return KeyPtr(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", static_cast<std::size_t>(std::stoul(kind.substr(4)))));
  if (kind == "DSA") return make_dsa_key();
  if (kind.rfind("explicit ", 0) == 0) return make_explicit_key(kind.substr(9));
  KeyPtr of_type(EVP_PKEY_Q_keygen(nullptr, nullptr, kind.c_str()));
  return of_type ? std::move(of_type) : KeyPtr(EVP_EC_gen(kind.c_str()));
}

}  // namespace

EVP_PKEY* key(const std::string& name) {
  static std::map<std::string, KeyPtr> keys;
  KeyPtr& found = keys[name];
  if (!found) found = make_key(name.substr(0, name.find(':')));
  require(found != nullptr, "the key " + name);
  return found.get();
}

Recipe authority(const std::string& subject, const std::string& key) {
  Recipe recipe;
  recipe.subject = subject;
  recipe.key = key.empty() ? "P-256:" + subject : key;
  recipe.extensions = {{"basicConstraints", "critical,CA:TRUE"}, {"keyUsage", "critical,keyCertSign,cRLSign"}};
  return recipe;
}

Certificate make(const Recipe& recipe, const Certificate* issuer) {
  static long serial = 1000;
  CertificatePtr x509(X509_new());
  X509_set_version(x509.get(), recipe.version - 1);
  ASN1_INTEGER_set(X509_get_serialNumber(x509.get()), recipe.serial != 0 ? recipe.serial : ++serial);
  X509_time_adj_ex(X509_getm_notBefore(x509.get()), recipe.from_day, 0, nullptr);
  X509_time_adj_ex(X509_getm_notAfter(x509.get()), recipe.until_day, 0, nullptr);
  if (!recipe.end.empty()) {
    const TimePtr end(ASN1_STRING_type_new(recipe.end.size() > 13 ? V_ASN1_GENERALIZEDTIME : V_ASN1_UTCTIME));
    ASN1_STRING_set(end.get(), recipe.end.data(), static_cast<int>(recipe.end.size()));
    X509_set1_notAfter(x509.get(), end.get());
  }
  const NamePtr name(X509_NAME_new());
  X509_NAME_add_entry_by_txt(name.get(), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(recipe.subject.c_str()), -1, -1, 0);
  X509_set_subject_name(x509.get(), name.get());
  X509* above = issuer != nullptr ? issuer->x509.get() : x509.get();
  X509_set_issuer_name(x509.get(), X509_get_subject_name(above));
  X509_set_pubkey(x509.get(), key(recipe.key));
  X509V3_CTX context;
  X509V3_set_ctx(&context, above, x509.get(), nullptr, nullptr, 0);
  for (const auto& [extension, value] : recipe.extensions) {
    const ExtensionPtr made(X509V3_EXT_nconf(nullptr, &context, extension.c_str(), value.c_str()));
    require(made != nullptr && X509_add_ext(x509.get(), made.get(), -1) == 1, extension + "=" + value);
  }
  const EVP_MD* digest = recipe.digest.empty() ? nullptr : EVP_get_digestbyname(recipe.digest.c_str());
  require(X509_sign(x509.get(), key(issuer != nullptr ? issuer->key_name : recipe.key), digest) > 0,
          "the signature of " + recipe.subject);
  return {std::move(x509), recipe.key};
}

std::string Certificate::pem() const {
  const BioPtr bio = internal::memory_bio();
  PEM_write_bio_X509(bio.get(), x509.get());
  return std::string(internal::written_to(bio));
}

std::string key_pem(const std::string& name) {
  const BioPtr bio = internal::memory_bio();
  PEM_write_bio_PKCS8PrivateKey(bio.get(), key(name), nullptr, nullptr, 0, nullptr, nullptr);
  return std::string(internal::written_to(bio));
}

}  // namespace easypost_connect::corpus
