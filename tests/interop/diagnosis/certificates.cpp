// SPDX-License-Identifier: Apache-2.0
#include "certificates.hpp"

namespace easypost_connect::interop {
namespace {

using namespace std::chrono_literals;
using sandbox::CertificateProfile;

CertificateProfile client_profile() {
  CertificateProfile profile;
  profile.common_name = "partner-1";
  profile.key_type = sandbox::KeyType::kP256;
  return profile;
}

CertificateProfile valid(CertificateProfile profile, std::chrono::hours from, std::chrono::hours until) {
  profile.valid_from = from;
  profile.valid_until = until;
  return profile;
}

CertificateProfile of_another_host() {
  CertificateProfile profile = sandbox::server_profile();
  profile.common_name = "elsewhere.test";
  profile.subject_alt_names = {"DNS:elsewhere.test"};
  return profile;
}

CertificateProfile for_servers() {
  CertificateProfile profile = client_profile();
  profile.purpose = sandbox::CertificatePurpose::kServer;
  return profile;
}

}  // namespace

Certificates::Certificates()
    : server(server_authority.issue(sandbox::server_profile())),
      expired_server(server_authority.issue(valid(sandbox::server_profile(), -3h, -1h))),
      server_of_another_host(server_authority.issue(of_another_host())),
      server_of_a_stranger(stranger.issue(sandbox::server_profile())),
      partner(client_authority.issue(client_profile())) {
  const auto below = intermediate.issue(client_profile());
  const auto revoked = client_authority.issue(client_profile());
  cases = {
      {"good", partner, 0s, true},
      {"good, with its intermediate", {below.certificate + intermediate.certificate(), below.private_key}, 0s, true},
      {"no certificate", {}},
      {"of another authority", stranger.issue(client_profile())},
      {"self-signed", sandbox::issue_self_signed(client_profile())},
      {"expired", client_authority.issue(valid(client_profile(), -3h, -1h)), -2h},
      {"not yet valid", client_authority.issue(valid(client_profile(), 1h, 3h)), 2h},
      {"revoked", revoked},
      {"for servers only", client_authority.issue(for_servers())},
      {"without its intermediate", below},
  };
  revocation_lists = client_authority.revocation_list({revoked}) + intermediate.revocation_list({});
}

}  // namespace easypost_connect::interop
