// SPDX-License-Identifier: Apache-2.0
#include "identity/distinguished_name.hpp"

#include "identity/openssl_ptr.hpp"

namespace easypost_connect::internal {

std::string to_text(const X509_NAME* name) {
  constexpr unsigned long kFormat = XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB);
  const BioPtr bio(made(BIO_new(BIO_s_mem())));
  X509_NAME_print_ex(bio.get(), name, 0, kFormat);
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

}  // namespace easypost_connect::internal
