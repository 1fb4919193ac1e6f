// SPDX-License-Identifier: Apache-2.0
#include "corpus/credential_row.hpp"

#include <chrono>
#include <memory>

#include <gmock/gmock.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include "identity/certificate_checks.hpp"
#include "identity/tls_identity.hpp"
#include "result_matchers.hpp"

namespace easypost_connect::corpus {
namespace {

using namespace internal;
using namespace test_support;
using ::testing::HasSubstr;

/// "inter", or "inter 2" when its serial number is meant to tell it from others.
std::string name_of(const X509* certificate) {
  const std::string name = to_text(X509_get_subject_name(certificate)).substr(3);
  const long serial = ASN1_INTEGER_get(X509_get0_serialNumber(certificate));
  return serial > 0 && serial < 100 ? name + ' ' + std::to_string(serial) : name;
}

/// Names the certificates that a connection of this identity shows, the client's own first.
std::string shown(const TlsIdentity& identity) {
  const SslContextPtr context(SSL_CTX_new(TLS_client_method()));
  const SslPtr connection(SSL_new(context.get()));
  if (!identity.present(connection.get())) return "nothing";
  std::string names = name_of(SSL_get_certificate(connection.get()));
  STACK_OF(X509)* above = nullptr;
  SSL_get0_chain_certs(connection.get(), &above);
  for (int i = 0; i < sk_X509_num(above); ++i) names += ", " + name_of(sk_X509_value(above, i));
  return names;
}

}  // namespace

void expect_judgement(const Row& row) {
  const auto identity = TlsIdentity::load(row.given(), {}, std::chrono::system_clock::now());
  EXPECT_EQ(ERR_peek_error(), 0U);
  if (row.sent == nullptr) {
    EXPECT_THAT(identity, IsError(ErrorCode::kInvalidCredential));
    EXPECT_THAT(identity, BlamedOn(Factor::kClientCertificate));
    EXPECT_THAT(identity, Says(row.gist));
    return;
  }
  ASSERT_THAT(identity, IsOk());
  EXPECT_EQ(shown(**identity), row.sent);
  std::string warnings;
  for (const auto& warning : (*identity)->warnings()) warnings += warning.message + ' ' + warning.remedy + '\n';
  EXPECT_EQ(warnings.empty(), std::string(row.gist).empty()) << warnings;
  EXPECT_THAT(warnings, HasSubstr(row.gist));
}

}  // namespace easypost_connect::corpus
