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
  /// Error of the partner's clock, with which the SDK takes a certificate that the servers refuse.
  std::chrono::seconds clock_error{0};
  bool good = false;
};

/// Holds the keys and certificates of a run, made for it.
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
  std::string revocation_lists;  ///< lists of both client authorities, PEM
};

}  // namespace easypost_connect::interop
