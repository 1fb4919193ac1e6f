// SPDX-License-Identifier: Apache-2.0
// A server that does not prove its name gets no credential, and its Error does not blame the client's own
// certificate.
#include <string>

#include <gtest/gtest.h>

#include "cooperative_hosts.hpp"
#include "sandbox/listener.hpp"
#include "trial.hpp"

namespace easypost_connect::interop {
namespace {

struct ServerFault {
  const char* row;
  const char* host;
  sandbox::IssuedCertificate Certificates::*certificate;
};

constexpr ServerFault kFaults[] = {
    {"expired", " expired", &Certificates::expired_server},
    {"of another host", " of another host", &Certificates::server_of_another_host},
    {"of an unknown authority", " of a stranger", &Certificates::server_of_a_stranger},
};

Result<Response> call(const std::string& url, HttpVersion http) {
  const Certificates& certificates = hosts().certificates;
  const auto way =
      connection({"", certificates.partner}, http, pem(certificates.server_authority.certificate())).value();
  return get(partner_of(url, way));
}

// The gateways demand the client certificate as well, but the handshake fails before that.
TEST(ServerCertificate, IsNamedAtEveryGateway) {
  for (const ServerFault& fault : kFaults) {
    for (const auto& [host, title] : {std::pair("nginx", "nginx"), {"haproxy", "HAProxy"}, {"apache", "Apache"}}) {
      for (const Tls tls : {Tls::kTls12, Tls::kTls13}) {
        for (const HttpVersion http : kBothHttpVersions) {
          const auto result = call(hosts().gateways.url(std::string(host) + fault.host, tls), http);
          expect_blamed(Table::kServer, fault.row, title, result, Factor::kServerCertificate);
        }
      }
    }
  }
}

TEST(ServerCertificate, IsNamedAtTheSandboxesListener) {
  for (const ServerFault& fault : kFaults) {
    sandbox::EventLog event_log(nullptr);
    const auto trusted = std::make_shared<sandbox::TrustedAuthorities>();
    trusted->trust({hosts().certificates.client_authority.certificate()});
    const sandbox::ServerTls tls{hosts().certificates.*fault.certificate, trusted,
                                 sandbox::ClientCertificates::kRequired};
    const sandbox::Listener listener(SandboxHost::kApi, tls, event_log,
                                     [](const auto&, auto&) { return std::string(); });
    const auto result = call(listener.url(), HttpVersion::kHttp1);
    expect_blamed(Table::kServer, fault.row, "sandbox", result, Factor::kServerCertificate);
    EXPECT_EQ(event_log.counters().api_requests, 0U);
  }
}

}  // namespace
}  // namespace easypost_connect::interop
