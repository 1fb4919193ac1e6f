// SPDX-License-Identifier: Apache-2.0
// Every client certificate that can be at fault, at every server, over every version of TLS and HTTP.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <easypost_connect/sandbox.hpp>

#include "cooperative_hosts.hpp"
#include "forgetful_server.hpp"
#include "trial.hpp"

namespace easypost_connect::interop {
namespace {

const std::string kNoBody;
const std::string kLargeBody(std::size_t{4} * 1024 * 1024, 'x');

/// A server: the table and column of its cells, and the faults that it lets pass.
struct Column {
  std::string host;
  std::string title;
  Table table;
  std::vector<std::string> accepts;
};

const std::vector<Column>& columns() {
  static const std::vector<Column> all = {
      {"nginx", "nginx", Table::kAnswer, {}},
      {"nginx 403", "nginx, 403 by error_page", Table::kAnswer, {}},
      {"nginx optional_no_ca",
       "nginx, optional_no_ca",
       Table::kAnswer,
       {"no certificate", "of another authority", "self-signed", "revoked", "without its intermediate"}},
      {"haproxy 403", "HAProxy, 403 by rule", Table::kAnswer, {}},
      {"haproxy", "HAProxy", Table::kHaproxy, {}},
      {"apache", "Apache", Table::kApache, {}},
      {"apache location", "Apache, one path", Table::kLocation, {}},
      {"node", "Node.js", Table::kNode, {}},
      {"envoy", "Envoy", Table::kEnvoy, {}},
      {"netty", "Netty", Table::kNetty, {}},
  };
  return all;
}

bool lets_pass(const Column& column, const ClientCertificateCase& shown) {
  return std::find(column.accepts.begin(), column.accepts.end(), shown.name) != column.accepts.end();
}

/// Servers that refuse in the handshake do it differently each time, so these versions have columns of their own.
std::string title(const Column& column, Tls tls, HttpVersion http) {
  if (column.table == Table::kAnswer) return column.title;
  if (tls == Tls::kTls12) return column.title + ", TLS 1.2";
  return column.title + (http == HttpVersion::kHttp2 ? ", TLS 1.3, HTTP/2" : ", TLS 1.3, HTTP/1.1");
}

/// Tells whether the alert may be lost by chance, which happens only there (measured).
int tries(const Column& column, Tls tls, HttpVersion http) {
  return column.table != Table::kAnswer && tls == Tls::kTls13 && http == HttpVersion::kHttp2 ? 10 : 1;
}

Result<Response> call(const ClientCertificateCase& shown, const std::string& url, HttpVersion http,
                      const std::string& body) {
  auto way = connection(shown, http, pem(hosts().certificates.server_authority.certificate()));
  if (!way) return std::move(way).error();  // the SDK itself refuses to show it
  auto client = ConnectClient::create(partner_of(url, *std::move(way))).value();
  return body.empty() ? client.get("/jobs") : client.post("/jobs", body);
}

void judge(const Column& column, const std::string& title, const ClientCertificateCase& shown, const std::string& row,
           const Result<Response>& result) {
  if (shown.good) {
    expect_taken(column.table, row, title, result, Verdict::kRight);
  } else if (lets_pass(column, shown)) {
    expect_taken(column.table, row, title, result, Verdict::kAccepted);
  } else {
    expect_blamed(column.table, row, title, result, Factor::kClientCertificate);
  }
}

void try_at(const Column& column, const ClientCertificateCase& shown, const std::string& row, const std::string& body) {
  for (const Tls tls : {Tls::kTls12, Tls::kTls13}) {
    for (const HttpVersion http : kBothHttpVersions) {
      for (int i = 0; i < tries(column, tls, http); ++i) {
        judge(column, title(column, tls, http), shown, row,
              call(shown, hosts().gateways.url(column.host, tls), http, body));
      }
    }
  }
}

TEST(ClientCertificate, IsNamedByEveryServersRefusal) {
  for (const ClientCertificateCase& shown : hosts().certificates.cases) {
    for (const Column& column : columns()) try_at(column, shown, shown.name, kNoBody);
  }
}

TEST(ClientCertificate, IsNamedWhenAServerRefusesBeforeItHasReadTheRequest) {
  for (const ClientCertificateCase& shown : hosts().certificates.cases) {
    if (shown.name != "no certificate") continue;
    for (const Column& column : columns()) {
      // Apache has to keep the whole body while it asks for the certificate, and answers 413 to so large a one.
      if (!lets_pass(column, shown) && column.table != Table::kLocation)
        try_at(column, shown, "no certificate, POST of 4 MB", kLargeBody);
    }
  }
}

// The sandbox has no revocation list, and this test speaks HTTP/1.1 only.
TEST(ClientCertificate, IsNamedByTheSandbox) {
  SandboxOptions settings;
  settings.client_ca = hosts().certificates.client_authority.certificate();
  const auto sandbox = Sandbox::start(settings).value();
  const Column column = {"", "sandbox", Table::kNode, {"revoked"}};
  for (const ClientCertificateCase& shown : hosts().certificates.cases) {
    ClientOptions options = sandbox.client_options();
    auto way = connection(shown, HttpVersion::kHttp1, std::exchange(options.server_ca, {}));
    options.credentials.client_certificate = {};
    options.retry.max_attempts = 1;
    if (way) options.transport = *way;
    judge(column, column.title, shown, shown.name, way ? get(options) : Result<Response>(way.error()));
  }
}

// A session that is resumed was authenticated when it began.
TEST(ClientCertificate, IsNamedWhenAServerSendsTicketsAndThenCloses) {
  const Column column = {"", "tickets, then closed", Table::kNode, {"revoked"}};  // ForgetfulServer has no list of them
  ForgetfulServer server(hosts().certificates);
  for (const ClientCertificateCase& shown : hosts().certificates.cases) {
    const auto way = connection(shown, HttpVersion::kHttp1, pem(hosts().certificates.server_authority.certificate()));
    if (!way) {
      judge(column, column.title, shown, shown.name, way.error());
      continue;
    }
    ClientOptions options = partner_of(server.url(), *way);
    const int resumed_before = server.resumed();
    auto client = ConnectClient::create(std::move(options)).value();
    judge(column, column.title, shown, shown.name, client.get("/jobs"));
    judge(column, column.title + ", resumed", shown, shown.name, client.get("/jobs"));
    EXPECT_EQ(server.resumed(), resumed_before + (shown.good || lets_pass(column, shown) ? 0 : 1)) << shown.name;
  }
}

}  // namespace
}  // namespace easypost_connect::interop
