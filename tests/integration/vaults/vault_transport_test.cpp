// SPDX-License-Identifier: Apache-2.0
// The ways to the API and to a vault have nothing in common, and plain http keeps away from proxies.
#include <sys/socket.h>

#include <atomic>
#include <string>

#include <gmock/gmock.h>

#include <easypost_connect/connect_client.hpp>

#include "loopback_server.hpp"
#include "partner_options.hpp"
#include "result_matchers.hpp"
#include "tls_server.hpp"
#include "vault_doors.hpp"

namespace easypost_connect::integration_test {
namespace {

using test_support::IsOk;
using test_support::TlsRequest;
using test_support::TlsServer;
using testing::AllOf;
using testing::Each;
using testing::HasSubstr;
using testing::Not;

/// One server is API and vault at once, and asks everybody for a certificate.
class VaultTransport : public VaultDoorTest, public testing::WithParamInterface<VaultDoor> {
 protected:
  [[nodiscard]] std::string answer_to(const TlsRequest& request) const {
    if (!leads_to_api(request)) return good_answer(partner_options().credentials);
    const std::string body = R"({"access_token":"canary-secret-of-api","token_type":"Bearer","expires_in":3600})";
    return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
  }
  static bool leads_to_api(const TlsRequest& request) {
    return request.head.find("GET /jobs ") != std::string::npos ||
           request.head.find("POST /oauth2/token ") != std::string::npos;
  }
  [[nodiscard]] ClientOptions partner_options() const {
    return test_support::partner_options(url(), authority_, partner_);
  }
  [[nodiscard]] std::string url() const { return "https://localhost:" + std::to_string(server_.port()); }
  CredentialSource source(const VaultDoor& door, const ClientCertificate& certificate = {}) {
    auto options = options_for(door, url(), TlsMaterial::in_memory(Secret(authority_.certificate())));
    options.hashicorp.client_certificate = certificate;
    return vaults::from_uri(door.reference, options).value();
  }

  static void expect_of_the_api(const TlsRequest& request) {
    EXPECT_THAT(request.head, Not(testing::ContainsRegex("x-vault-|x-amz-|canary-secret-of-login")));
    EXPECT_TRUE(request.shows_certificate || request.head.find("/oauth2/token ") != std::string::npos);
  }
  static void expect_of_a_vault(const TlsRequest& request) {
    EXPECT_THAT(request.head, Not(testing::ContainsRegex("x-api-key|canary-secret-key|canary-secret-of-api")));
    EXPECT_FALSE(request.shows_certificate);
  }

  const sandbox::CertificateAuthority authority_;
  const sandbox::IssuedCertificate partner_ = authority_.issue();
  const TlsServer server_{authority_, settings(), [this](const TlsRequest& request) { return answer_to(request); }};

 private:
  static TlsServer::Settings settings() {
    TlsServer::Settings settings;
    settings.names = names();
    return settings;
  }
};

TEST_P(VaultTransport, SharesNothingWithTheApi) {
  auto options = partner_options();
  options.credentials = {};
  const CredentialSource source = this->source(GetParam());
  options.credential_source = source;
  auto client = ConnectClient::create(options).value();
  ASSERT_THAT(client.get("/jobs"), IsOk());
  ASSERT_THAT(source().credentials, IsOk());  // a connection of the API's would be there now
  ASSERT_THAT(client.get("/jobs"), IsOk());
  int of_the_api = 0;
  int of_the_vault = 0;
  for (const TlsRequest& request : server_.requests()) {
    SCOPED_TRACE(request.head);
    leads_to_api(request) ? expect_of_the_api(request) : expect_of_a_vault(request);
    ++(leads_to_api(request) ? of_the_api : of_the_vault);
  }
  EXPECT_EQ(of_the_api, 3);  // one of them is for the token
  EXPECT_GE(of_the_vault, 2);
}

INSTANTIATE_TEST_SUITE_P(Each, VaultTransport, testing::ValuesIn(kVaultReads),
                         [](const auto& each) { return std::string(each.param.name); });

using VaultCertificate = VaultTransport;

TEST_P(VaultCertificate, IsShownToTheVaultThatItIsFor) {
  const auto issued = authority_.issue();
  ClientCertificate certificate;
  certificate.certificate = TlsMaterial::in_memory(Secret(issued.certificate));
  certificate.private_key = TlsMaterial::in_memory(Secret(issued.private_key));
  ASSERT_THAT(source(GetParam(), certificate)().credentials, IsOk());
  EXPECT_THAT(server_.requests(), Each(testing::Field(&TlsRequest::shows_certificate, true)));
}

INSTANTIATE_TEST_SUITE_P(Each, VaultCertificate, testing::Values(kVaultReads[0]),
                         [](const auto& each) { return std::string(each.param.name); });

/// A service on this machine that speaks plain http, and gives whatever a login may want.
class LocalService {
 public:
  [[nodiscard]] std::string authority() const { return "127.0.0.1:" + std::to_string(server_.port()); }
  [[nodiscard]] int requests() const noexcept { return requests_; }

 private:
  void serve(int connection) {
    std::string head;
    char byte = 0;
    while (head.find("\r\n\r\n") == std::string::npos) {
      if (::recv(connection, &byte, 1, 0) != 1) return;
      head += byte;
    }
    ++requests_;
    const std::string body = head.find("/latest/api/token") != std::string::npos ? "canary-secret-of-imds"
                             : head.find("security-credentials/ ") != std::string::npos
                                 ? "role-1"
                                 : R"({"access_token":"canary-secret-1","expires_in":"3600","AccessKeyId":"AKIA1",)"
                                   R"("SecretAccessKey":"canary-secret-2","Token":"canary-secret-3"})";
    const std::string answer = "HTTP/1.1 200 OK\r\nMetadata-Flavor: Google\r\nConnection: close\r\nContent-Length: " +
                               std::to_string(body.size()) + "\r\n\r\n" + body;
    ::send(connection, answer.data(), answer.size(), MSG_NOSIGNAL);
  }

  std::atomic<int> requests_{0};
  test_support::LoopbackServer server_{[this](int connection) { serve(connection); }};
};

/// A service that a program asks for its login, and the variable that leads to it.
struct NearService {
  const char* name;
  const char* reference;
  const char* variable;
  const char* before;
  const char* behind;
};

void PrintTo(const NearService& service, std::ostream* out) { *out << service.name; }

class NearServices : public VaultDoorTest, public testing::WithParamInterface<NearService> {};

TEST_P(NearServices, AreNeverAskedThroughAProxy) {
  const LocalService service;
  for (const char* const name : {"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"})
    environment_.set(name, proxy_.url());
  for (const char* const name : {"NO_PROXY", "no_proxy", "IDENTITY_ENDPOINT", "GCE_METADATA_HOST"})
    environment_.set(name, "");
  environment_.set("AWS_REGION", "eu-west-1");
  environment_.set("IDENTITY_HEADER", "canary-secret-header");
  environment_.set(GetParam().variable, GetParam().before + service.authority() + GetParam().behind);
  vaults::VaultOptions options;
  options.azure.login = vaults::AzureManagedIdentityLogin{};
  options.hashicorp.login = vaults::VaultToken{Secret("canary-secret-token")};
  const auto source = vaults::from_uri(GetParam().reference, options);
  ASSERT_THAT(source, IsOk());
  EXPECT_FALSE((*source)().credentials);  // nobody is behind the proxy
  EXPECT_GE(service.requests(), 1);
  EXPECT_THAT(proxy_.heads(), Each(AllOf(testing::StartsWith("CONNECT "), HasSubstr(":443 HTTP/1.1"))));
}

constexpr NearService kNearServices[] = {
    {"HashiCorpAgent", "vault://kv/ep?kv=1", "VAULT_ADDR", "http://", ""},
    {"AwsContainer", "aws-sm://ep", "AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://", "/role"},
    {"AwsInstance", "aws-sm://ep", "AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://", ""},
    {"AzureMachine", "azure-kv://my-vault/ep", "AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://", ""},
    {"AzureApp", "azure-kv://my-vault/ep", "IDENTITY_ENDPOINT", "http://", "/msi/token"},
    {"GoogleMachine", "gcp-sm://p1/ep", "GCE_METADATA_HOST", "", ""}};

INSTANTIATE_TEST_SUITE_P(Each, NearServices, testing::ValuesIn(kNearServices),
                         [](const auto& each) { return std::string(each.param.name); });

}  // namespace
}  // namespace easypost_connect::integration_test
