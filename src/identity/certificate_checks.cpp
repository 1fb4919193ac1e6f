// SPDX-License-Identifier: Apache-2.0
#include "identity/certificate_checks.hpp"

#include <openssl/x509v3.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <iterator>
#include <utility>

#include "identity/distinguished_name.hpp"
#include "identity/material.hpp"

namespace easypost_connect::internal {
namespace {

/// "2026-11-23 09:00:00 UTC"
std::string time_text(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return "an unreadable time";
  char text[32] = {};
  std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S UTC", &parts);
  return text;
}

/// The key a certificate was issued for is the only one it works with; servers report a mix-up as a vague handshake
/// failure.
bool belong_together(const CertificatePtr& certificate, const KeyPtr& key) noexcept {
  return X509_check_private_key(certificate.get(), key.get()) == 1;
}

bool issued(const CertificatePtr& issuer, const CertificatePtr& subject) noexcept {
  return X509_check_issued(issuer.get(), subject.get()) == X509_V_OK;
}

/// Moves the chain of chain.front() out of `rest`, link by link.
void follow_issuers(std::vector<CertificatePtr>& chain, std::vector<CertificatePtr>& rest) {
  for (;;) {
    const auto next =
        std::find_if(rest.begin(), rest.end(), [&chain](const auto& other) { return issued(other, chain.back()); });
    if (next == rest.end()) return;
    chain.push_back(std::move(*next));
    rest.erase(next);
  }
}

void drop_repetitions(std::vector<CertificatePtr>& certificates) {
  auto end = certificates.end();
  for (auto one = certificates.begin(); one != end; ++one) {
    end = std::remove_if(std::next(one), end,
                         [one](const auto& other) { return X509_cmp(one->get(), other.get()) == 0; });
  }
  certificates.erase(end, certificates.end());
}

Error no_place_in_chain(const CertificatePtr& last, const CertificatePtr& other) {
  std::string problem = "holds a certificate that is not part of its chain: the issuer \"";
  problem.append(to_text(X509_get_issuer_name(last.get()))).append("\" is not there, but \"");
  problem.append(to_text(X509_get_subject_name(other.get()))).append("\" is");
  return material_error(kCertificateField, problem,
                        "Add the missing intermediate certificate, or remove the one that does not belong there.");
}

}  // namespace

std::optional<Error> order_chain(CertificateAndKey& identity, std::optional<CredentialWarning>& warning) {
  const ClearErrorsOnExit clear_errors;
  auto& rest = identity.certificates;
  drop_repetitions(rest);
  std::vector<const X509*> given;
  given.reserve(rest.size());
  for (const auto& certificate : rest) given.push_back(certificate.get());

  const auto leaf =
      std::find_if(rest.begin(), rest.end(), [&](const auto& each) { return belong_together(each, identity.key); });
  if (leaf == rest.end()) {
    return material_error(kPrivateKeyField, "does not belong to the certificate",
                          "Give the key from which the certificate signing request of this certificate was made.");
  }
  std::vector<CertificatePtr> chain;
  chain.push_back(std::move(*leaf));
  rest.erase(leaf);
  follow_issuers(chain, rest);
  if (!rest.empty()) return no_place_in_chain(chain.back(), rest.front());

  const bool same_order =
      std::equal(chain.begin(), chain.end(), given.begin(), [](const auto& a, const X509* b) { return a.get() == b; });
  if (!same_order) {
    warning = {"The certificates in client_certificate.certificate are out of order; they are sent in order.",
               "Put the client's own certificate first, then its issuer, then the issuer's issuer."};
  }
  identity.certificates = std::move(chain);
  return std::nullopt;
}

std::optional<Error> check_leaf(const X509* leaf, WallTime now) {
  const ClearErrorsOnExit clear_errors;
  std::time_t time = std::chrono::system_clock::to_time_t(now);
  const ASN1_TIME* begin = X509_get0_notBefore(leaf);
  const ASN1_TIME* end = X509_get0_notAfter(leaf);
  if (X509_cmp_time(end, &time) < 0) {
    return material_error(kCertificateField, "expired on " + time_text(end),
                          "Make a new key and certificate signing request, and get a new certificate from the Portal.");
  }
  if (X509_cmp_time(begin, &time) > 0) {
    return material_error(kCertificateField, "is not valid before " + time_text(begin),
                          "Check the clock of this machine.");
  }
  if (X509_check_purpose(const_cast<X509*>(leaf), X509_PURPOSE_SSL_CLIENT, 0) != 1) {
    return material_error(kCertificateField, "is not for clients: it lacks the purpose clientAuth",
                          "Give the certificate that the Portal made for the Connect API, not that of a server.");
  }
  return std::nullopt;
}

}  // namespace easypost_connect::internal
