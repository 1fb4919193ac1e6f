// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "sandbox/certificate_authority.hpp"

namespace easypost_connect::interop {

/// A certificate that a partner may come with.
struct ClientCertificateCase {
  std::string name;
  sandbox::IssuedCertificate issued;  ///< empty: it comes with none
  /// By how much the partner's clock is wrong, so that the SDK takes what everybody else refuses.
  std::chrono::seconds clock_error{0};
  bool good = false;
};

/// All keys and certificates of a run, made for it.
struct Certificates {
  Certificates();

  sandbox::CertificateAuthority server_authority{"interop server authority"};
  sandbox::CertificateAuthority client_authority{"interop client authority"};
  sandbox::CertificateAuthority intermediate = client_authority.issue_authority("interop intermediate authority");
  sandbox::CertificateAuthority stranger{"another authority"};

  sandbox::IssuedCertificate server;
  sandbox::IssuedCertificate expired_server;
  sandbox::IssuedCertificate server_of_another_host;
  sandbox::IssuedCertificate server_of_a_stranger;

  sandbox::IssuedCertificate partner;  ///< the good one
  std::vector<ClientCertificateCase> cases;
  std::string revocation_lists;  ///< of both client authorities, PEM
};

}  // namespace easypost_connect::interop
