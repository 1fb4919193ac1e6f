// SPDX-License-Identifier: Apache-2.0
#include "sandbox/certificate_authority.hpp"

#include <ctime>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>

namespace easypost_connect::sandbox {
namespace {

constexpr std::size_t kSerialBytes = 16;  // RFC 5280, section 4.1.2.2 allows 20

KeyPtr make_key(KeyType type) {
  const auto make = [type] {
    if (type == KeyType::kP256) return EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256");
    return EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{type == KeyType::kRsa2048 ? 2048U : 1024U});
  };
  return KeyPtr(checked(make(), "making a private key"));
}

/// A certificate with everything but names, extensions and signature.
CertificatePtr draft(EVP_PKEY& key, std::chrono::seconds from, std::chrono::seconds until) {
  CertificatePtr certificate(checked(X509_new(), "making a certificate"));
  X509* x = certificate.get();
  checked(X509_set_version(x, X509_VERSION_3), "setting the version");

  unsigned char serial[kSerialBytes];
  checked(RAND_bytes(serial, sizeof serial), "choosing a serial number");
  serial[0] = static_cast<unsigned char>((serial[0] & 0x7f) | 0x40);  // positive, and of full length
  const internal::NumberPtr number(checked(BN_bin2bn(serial, sizeof serial, nullptr), "reading the serial number"));
  checked(BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(x)), "setting the serial number");

  checked(X509_gmtime_adj(X509_getm_notBefore(x), static_cast<long>(from.count())), "setting the start of validity");
  checked(X509_gmtime_adj(X509_getm_notAfter(x), static_cast<long>(until.count())), "setting the end of validity");
  checked(X509_set_pubkey(x, &key), "setting the public key");
  return certificate;
}

CertificatePtr draft(EVP_PKEY& key, const std::string& common_name, std::chrono::seconds from,
                     std::chrono::seconds until) {
  CertificatePtr certificate = draft(key, from, until);
  const internal::NamePtr subject(checked(X509_NAME_new(), "making a name"));
  const auto* name = reinterpret_cast<const unsigned char*>(common_name.data());
  checked(
      X509_NAME_add_entry_by_txt(subject.get(), "CN", MBSTRING_UTF8, name, static_cast<int>(common_name.size()), -1, 0),
      "setting the common name");
  checked(X509_set_subject_name(certificate.get(), subject.get()), "setting the subject");
  return certificate;
}

/// Adds an extension in OpenSSL's own notation (x509v3_config(5)).
void extend(X509& certificate, X509& issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, &issuer, &certificate, nullptr, nullptr, 0);
  const internal::ExtensionPtr extension(
      checked(X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()), "making an extension"));
  checked(X509_add_ext(&certificate, extension.get(), -1), "adding an extension");
}

void sign(X509& certificate, X509& issuer, EVP_PKEY& issuer_key) {
  checked(X509_set_issuer_name(&certificate, X509_get_subject_name(&issuer)), "setting the issuer");
  checked(X509_sign(&certificate, &issuer_key, EVP_sha256()), "signing a certificate");
}

/// Says what keeps the two (null: not there) from being an authority; null when nothing does.
const char* fault_of_authority(EVP_PKEY* key, X509* certificate) {
  if (key == nullptr && certificate == nullptr) return "there is neither a certificate nor a private key in it";
  if (certificate == nullptr) return "there is a private key in it, but no certificate that can be read";
  if (key == nullptr) return "there is a certificate in it, but no private key that can be read";
  if (X509_check_private_key(certificate, key) != 1) return "its private key belongs to another certificate";
  if (X509_check_ca(certificate) == 0) return "its certificate must not issue others: it is not of an authority";
  if (ASN1_TIME_cmp_time_t(X509_get0_notAfter(certificate), std::time(nullptr)) <= 0) return "it has expired";
  return nullptr;
}

std::string joined(const std::vector<std::string>& names) {
  std::string all;
  for (const std::string& name : names) all += (all.empty() ? "" : ",") + name;
  return all;
}

/// Writes what a certificate of a client or a server says, whoever signs it.
void extend_leaf(X509& certificate, X509& issuer, const CertificateProfile& profile) {
  const bool server = profile.purpose == CertificatePurpose::kServer;
  extend(certificate, certificate, NID_basic_constraints, "critical,CA:FALSE");
  extend(certificate, certificate, NID_key_usage, "critical,digitalSignature");
  extend(certificate, issuer, NID_ext_key_usage, server ? "serverAuth" : "clientAuth");
  extend(certificate, issuer, NID_subject_key_identifier, "hash");
  if (profile.subject_alt_names.empty()) return;
  extend(certificate, issuer, NID_subject_alt_name, joined(profile.subject_alt_names));
}

}  // namespace

CertificateProfile server_profile() {
  CertificateProfile profile;
  profile.common_name = "localhost";
  profile.purpose = CertificatePurpose::kServer;
  profile.key_type = KeyType::kP256;
  profile.subject_alt_names = {"DNS:localhost", "IP:127.0.0.1"};
  return profile;
}

IssuedCertificate issue_self_signed(const CertificateProfile& profile) {
  const KeyPtr key = make_key(profile.key_type);
  const CertificatePtr certificate = draft(*key, profile.common_name, profile.valid_from, profile.valid_until);
  extend_leaf(*certificate, *certificate, profile);
  sign(*certificate, *certificate, *key);
  return {to_pem(*certificate), to_pem(*key, profile.passphrase)};
}

CertificateAuthority::CertificateAuthority(const std::string& common_name)
    : CertificateAuthority(common_name, nullptr) {}

CertificateAuthority::CertificateAuthority(const std::string& common_name, const CertificateAuthority* issuer)
    : key_(make_key(KeyType::kP256)),
      // Wider than what it issues, so that "expired" is about the certificate and never about its issuer.
      certificate_(draft(*key_, common_name, std::chrono::hours{-24 * 365}, std::chrono::hours{10 * 24 * 365})) {
  X509& signer = issuer != nullptr ? *issuer->certificate_ : *certificate_;
  extend(*certificate_, signer, NID_basic_constraints, "critical,CA:TRUE");
  extend(*certificate_, signer, NID_key_usage, "critical,keyCertSign,cRLSign");
  extend(*certificate_, signer, NID_subject_key_identifier, "hash");
  if (issuer != nullptr) extend(*certificate_, signer, NID_authority_key_identifier, "keyid:always");
  sign(*certificate_, signer, issuer != nullptr ? *issuer->key_ : *key_);
  certificate_pem_ = to_pem(*certificate_);
}

CertificateAuthority::CertificateAuthority(KeyPtr key, CertificatePtr certificate)
    : key_(std::move(key)), certificate_(std::move(certificate)), certificate_pem_(to_pem(*certificate_)) {}

CertificateAuthority CertificateAuthority::from_pem(const std::string& pem) {
  KeyPtr key = find_private_key(pem);
  CertificatePtr certificate = find_certificate(pem);
  const char* const fault = fault_of_authority(key.get(), certificate.get());
  ERR_clear_error();
  if (fault != nullptr) throw UnusableAuthority(fault);
  return CertificateAuthority(std::move(key), std::move(certificate));
}

std::string CertificateAuthority::to_pem_with_key() const { return certificate_pem_ + to_pem(*key_, ""); }

CertificateAuthority CertificateAuthority::issue_authority(const std::string& common_name) const {
  return CertificateAuthority(common_name, this);
}

std::string CertificateAuthority::revocation_list(const std::vector<IssuedCertificate>& revoked) const {
  const internal::RevocationListPtr list(checked(X509_CRL_new(), "making a revocation list"));
  const internal::TimePtr now(checked(X509_gmtime_adj(nullptr, -60), "reading the clock"));
  const internal::TimePtr tomorrow(checked(X509_gmtime_adj(nullptr, 24L * 3600), "reading the clock"));
  checked(X509_CRL_set_version(list.get(), X509_CRL_VERSION_2), "setting the version");
  checked(X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(certificate_.get())), "setting the issuer");
  checked(X509_CRL_set1_lastUpdate(list.get(), now.get()), "setting the start of validity");
  checked(X509_CRL_set1_nextUpdate(list.get(), tomorrow.get()), "setting the end of validity");
  for (const IssuedCertificate& issued : revoked) {
    const CertificatePtr certificate = read_certificate(issued.certificate);
    internal::RevocationPtr entry(checked(X509_REVOKED_new(), "making a revocation"));
    checked(X509_REVOKED_set_serialNumber(entry.get(), X509_get_serialNumber(certificate.get())), "setting the serial");
    checked(X509_REVOKED_set_revocationDate(entry.get(), now.get()), "setting the date of revocation");
    checked(X509_CRL_add0_revoked(list.get(), entry.get()), "adding a revocation");
    static_cast<void>(entry.release());  // the list owns it from now on
  }
  checked(X509_CRL_sort(list.get()), "sorting a revocation list");
  checked(X509_CRL_sign(list.get(), key_.get(), EVP_sha256()), "signing a revocation list");
  const internal::BioPtr bio = internal::memory_bio();
  checked(PEM_write_bio_X509_CRL(bio.get(), list.get()), "writing a revocation list");
  return std::string(internal::written_to(bio));
}

IssuedCertificate CertificateAuthority::issue(const CertificateProfile& profile) const {
  const KeyPtr key = make_key(profile.key_type);
  const CertificatePtr certificate = draft(*key, profile.common_name, profile.valid_from, profile.valid_until);
  extend_leaf(*certificate, *certificate_, profile);
  extend(*certificate, *certificate_, NID_authority_key_identifier, "keyid:always");
  sign(*certificate, *certificate_, *key_);
  return {to_pem(*certificate), to_pem(*key, profile.passphrase)};
}

std::string CertificateAuthority::certify(X509_REQ& request, std::chrono::seconds life) const {
  EVP_PKEY& key = *checked(X509_REQ_get0_pubkey(&request), "reading the key of a request");
  const CertificateProfile client;
  const CertificatePtr certificate = draft(key, client.valid_from, life);
  checked(X509_set_subject_name(certificate.get(), X509_REQ_get_subject_name(&request)), "setting the subject");
  extend_leaf(*certificate, *certificate_, client);
  extend(*certificate, *certificate_, NID_authority_key_identifier, "keyid:always");
  sign(*certificate, *certificate_, *key_);
  return to_pem(*certificate);
}

}  // namespace easypost_connect::sandbox
