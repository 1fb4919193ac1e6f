// SPDX-License-Identifier: Apache-2.0
#include "sandbox/certificate_authority.hpp"

#include <string_view>

#include <openssl/err.h>
#include <openssl/pem.h>

#include "core/make_error.hpp"

namespace easypost_connect::sandbox {
namespace {

constexpr int kLeastRsaBits = 2048;

constexpr const char* kMakeOne =
    "Give the file that \"easypost-connect csr\" or \"openssl req -new\" wrote: it begins with "
    "-----BEGIN CERTIFICATE REQUEST-----.";
constexpr const char* kMakeAnother = "Make a new key and a new request: easypost-connect csr --common-name NAME.";

Error refusal(const std::string& message, const char* remedy) {
  return internal::make_error(ErrorCode::kInvalidOption, Factor::kRequest, message + '.', remedy);
}

Error no_request(const char* but) { return refusal(std::string("This is no signing request: ") + but, kMakeOne); }

Error bad_request(const std::string& what) { return refusal("The signing request " + what, kMakeAnother); }

/// Lists what people give instead of a request, by what is in it; the first that fits counts.
struct Lookalike {
  std::string_view mark;
  const char* what;
};

constexpr Lookalike kLookalikes[] = {
    {"\xff\xfe", "it is UTF-16 text, as PowerShell writes it with \">\""},
    {"\xfe\xff", "it is UTF-16 text"},
    {"PRIVATE KEY-----", "it is a private key, which is not to be given to anybody"},
    {"PUBLIC KEY-----", "it is a public key, without a name and a signature"},
    {"BEGIN CERTIFICATE-----", "it is a certificate, and so signed already"},
    {"BEGIN X509 CERTIFICATE-----", "it is a certificate, and so signed already"},
    {"BEGIN PKCS7-----", "it is a bundle of certificates (PKCS #7)"},
    {"CERTIFICATE REQUEST-----", "it begins or ends as one, and what is between cannot be read"},
};

Error refuse_lookalike(const std::string& text) {
  if (text.find_first_not_of(" \t\r\n") == std::string::npos) return no_request("it is empty");
  for (const Lookalike& known : kLookalikes) {
    if (text.find(known.mark) != std::string::npos) return no_request(known.what);
  }
  return no_request("it is neither PEM nor DER of PKCS #10");
}

RequestPtr parse(const std::string& text) {
  RequestPtr request(PEM_read_bio_X509_REQ(internal::reader_of(text).get(), nullptr, nullptr, nullptr));
  if (!request) {
    const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
    request.reset(d2i_X509_REQ(nullptr, &bytes, static_cast<long>(text.size())));
  }
  ERR_clear_error();
  return request;
}

/// Says what makes the key unfit for a client certificate; empty when nothing does.
std::string weakness_of(const EVP_PKEY& key) {
  if (EVP_PKEY_is_a(&key, "RSA") == 1) {
    const int bits = EVP_PKEY_get_bits(&key);
    return bits >= kLeastRsaBits ? "" : "asks for an RSA key of " + std::to_string(bits) + " bits; 2048 are the least";
  }
  char group[64] = "";
  std::size_t size = 0;
  if (EVP_PKEY_is_a(&key, "EC") == 1 && EVP_PKEY_get_group_name(&key, group, sizeof group, &size) == 1) {
    const std::string curve(group, size);
    if (curve == SN_X9_62_prime256v1 || curve == SN_secp384r1 || curve == SN_secp521r1) return "";
    return "asks for a key on the curve " + curve + "; P-256, P-384 and P-521 are taken";
  }
  const char* type = EVP_PKEY_get0_type_name(&key);
  return std::string("asks for a key of type ") + (type != nullptr ? type : "unknown") + "; RSA and EC are taken";
}

bool has_weak_digest(const X509_REQ& request) {
  int digest = NID_undef;
  OBJ_find_sigid_algs(X509_REQ_get_signature_nid(&request), &digest, nullptr);
  return digest == NID_md5 || digest == NID_sha1;
}

}  // namespace

Result<RequestPtr> read_signing_request(const std::string& text) {
  RequestPtr request = parse(text);
  if (!request) return refuse_lookalike(text);
  EVP_PKEY* const key = X509_REQ_get0_pubkey(request.get());
  const std::string weakness = key != nullptr ? weakness_of(*key) : "asks for a key that cannot be read";
  const bool signed_by_key = key != nullptr && X509_REQ_verify(request.get(), key) == 1;
  ERR_clear_error();
  if (!weakness.empty()) return bad_request(weakness);
  if (has_weak_digest(*request)) return bad_request("is signed with MD5 or SHA-1, which count no longer");
  if (!signed_by_key) return bad_request("is not signed with the key that it asks for: it was changed on its way");
  if (X509_NAME_entry_count(X509_REQ_get_subject_name(request.get())) == 0) return bad_request("names no subject");
  return request;
}

}  // namespace easypost_connect::sandbox
