// SPDX-License-Identifier: Apache-2.0
// Input: a line that is the passphrase, then the content of the certificate's file: PEM that also has the key, or
// PKCS #12.
#include <openssl/err.h>

#include <algorithm>
#include <string>
#include <vector>

#include "fuzz_support.hpp"
#include "identity/certificate_and_key.hpp"

namespace easypost_connect::fuzz {
namespace {

void check(const Error& error) {
  always(error.code == ErrorCode::kInvalidCredential && error.factor == Factor::kClientCertificate,
         "one kind of Error");
  always(!error.message.empty() && !error.remedy.empty(), "what and what to do");
  always(error.message.find("-----BEGIN") == std::string::npos, "an Error never holds the key");
}

void check(internal::CertificateAndKey& found) {
  always(!found.certificates.empty() && found.key != nullptr, "both are there");
  const auto now = std::chrono::system_clock::now();
  std::vector<internal::CredentialWarning> warnings;
  if (auto ordered = internal::order_chain(found, now, warnings); !ordered) return check(ordered.error());
  always(X509_check_private_key(found.certificates.front().get(), found.key.get()) == 1, "the first one is the key's");
  X509* const leaf = found.certificates.front().get();
  if (auto checked = internal::check_leaf(leaf, now); !checked) return check(checked.error());
  if (auto tried = internal::try_in_tls(found, /*may_sign=*/true); !tried) return check(tried.error());
  internal::doubt_chain(found.certificates, now, warnings);
}

}  // namespace
}  // namespace easypost_connect::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace easypost_connect;
  fuzz::Input input(data, size);
  const Secret passphrase(input.line());
  ClientCertificate given;
  given.certificate = TlsMaterial::in_memory(Secret(input.rest()));
  given.passphrase = passphrase;
  auto found = internal::load_certificate_and_key(given);
  found ? fuzz::check(*found) : fuzz::check(found.error());
  fuzz::always(ERR_peek_error() == 0, "OpenSSL's queue of errors is left empty");
  return 0;
}
