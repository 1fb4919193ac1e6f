// SPDX-License-Identifier: Apache-2.0
// Faults between client and server are blamed on the network, even if a client certificate could be at fault.
#include <stdlib.h>

#include <string>

#include <gtest/gtest.h>

#include "cooperative_hosts.hpp"
#include "rude_server.hpp"
#include "trial.hpp"

namespace easypost_connect::interop {
namespace {

using namespace std::chrono_literals;

/// Sets https_proxy as long as it lives.
class Proxy {
 public:
  explicit Proxy(const std::string& url) { ::setenv("https_proxy", url.c_str(), 1); }
  ~Proxy() { ::unsetenv("https_proxy"); }
  Proxy(const Proxy&) = delete;
  Proxy& operator=(const Proxy&) = delete;
};

std::string column(HttpVersion http) { return http == HttpVersion::kHttp2 ? "HTTP/2" : "HTTP/1.1"; }

ConnectClient client_of(const std::string& url, HttpVersion http) {
  const Certificates& certificates = hosts().certificates;
  const auto way =
      connection({"", certificates.partner}, http, pem(certificates.server_authority.certificate())).value();
  ClientOptions options = partner_of(url, way);
  options.timeouts.request = 2000ms;
  return ConnectClient::create(options).value();
}

/// The call of a client that has its token already, so that only the way to the API is in question.
void expect_network(const std::string& row, const std::string& url) {
  for (const HttpVersion http : kBothHttpVersions) {
    expect_blamed(Table::kNetwork, row, column(http), client_of(url, http).get("/jobs"), Factor::kNetwork);
  }
}

TEST(Network, IsNamedWhenNobodyAnswers) {
  expect_network("name that does not resolve", "https://nowhere.invalid");
  expect_network("nobody listens", "https://localhost:" + std::to_string(free_ports(1).front()));
  const RudeServer silent(RudeServer::Manner::kSilent);
  expect_network("never a word (blackhole)", silent.url());
  const RudeServer resetting(RudeServer::Manner::kResets);
  expect_network("reset at once", resetting.url());
  const RudeServer plain(RudeServer::Manner::kSpeaksPlainHttp);
  expect_network("no TLS on that port", plain.url());
}

// The client cannot know whether network or certificate is at fault, so the Error names both.
TEST(Network, OrTheCertificateWhenAServerThatAskedForItGoesSilent) {
  for (const HttpVersion http : kBothHttpVersions) {
    auto client = client_of(hosts().gateways.url("nginx", Tls::kTls13), http);
    expect_both_named(Table::kNetwork, "closed without an answer, first call", column(http), client.get("/silence"),
                      Factor::kClientCertificate, "the connection broke");
    ASSERT_TRUE(client.get("/jobs"));
    const auto later = client.get("/silence");
    expect_blamed(Table::kNetwork, "closed without an answer, after calls that succeeded", column(http), later,
                  Factor::kNetwork);
  }
}

TEST(Network, IsNamedForWhatAProxySays) {
  // The tokens come from this machine without a proxy; the API is asked through it.
  ::setenv("no_proxy", "localhost", 1);
  const auto proxy = [](int port) { return "http://127.0.0.1:" + std::to_string(port); };
  const std::string beyond = "https://api.test";
  {
    const Proxy wants_user(proxy(hosts().gateways.proxy_port(/*wants_user=*/true)));
    expect_network("proxy wants a user (407)", beyond);
  }
  {
    const Proxy open(proxy(hosts().gateways.proxy_port(/*wants_user=*/false)));
    expect_network("proxy cannot reach the server", beyond);
  }
  {
    const Proxy down(proxy(free_ports(1).front()));
    expect_network("proxy is down", beyond);
  }
  {
    const Proxy nameless("http://proxy.invalid:3128");
    expect_network("proxy whose name does not resolve", beyond);
  }
  {
    const Proxy stranger(hosts().gateways.url("proxy of a stranger", Tls::kTls13));
    expect_network("proxy over TLS of an unknown authority", beyond);
  }
  ::unsetenv("no_proxy");
}

}  // namespace
}  // namespace easypost_connect::interop
