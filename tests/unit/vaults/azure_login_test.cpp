// SPDX-License-Identifier: Apache-2.0
// Who logs in to Azure Key Vault, and how the requests for tokens look.
#include "vaults/azure_login.hpp"

#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <openssl/rsa.h>

#include "azure_vault.hpp"
#include "core/encoding.hpp"
#include "temporary_folder.hpp"
#include "unit/identity/test_certificates.hpp"

namespace easypost_connect::unit_test {
namespace {

using namespace internal;
using namespace test_support;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

class AzureLoginTest : public AzureVault {
 protected:
  void log_in() {
    answer_token("eyJ.first-token");
    answer_secret();
    ASSERT_THAT(read(), IsOk());
  }
  [[nodiscard]] std::string form() const { return world_.sent(0).body; }
  Error refusal_of(std::string answer, int status) {
    world_.answer(std::move(answer), status);
    return read().error();
  }
};

/// The certificate of an app registration, and its key of RSA-2048.
const sandbox::IssuedCertificate& app() {
  static const sandbox::IssuedCertificate made = sandbox::issue_self_signed();
  return made;
}

std::string decoded(std::string part) {
  std::replace(part.begin(), part.end(), '-', '+');
  std::replace(part.begin(), part.end(), '_', '/');
  part.append((4 - part.size() % 4) % 4, '=');
  const auto bytes = base64_decode(part);
  return bytes ? std::string(bytes->expose()) : std::string();
}

/// Whether a JWT is signed with PS256 by the key of `certificate`.
bool is_signed_by(const X509& certificate, const std::string& jwt) {
  const auto end = jwt.rfind('.');
  const std::string text = jwt.substr(0, end);
  const std::string signature = decoded(jwt.substr(end + 1));
  const DigestContextPtr context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* padding = nullptr;
  EVP_DigestVerifyInit(context.get(), &padding, EVP_sha256(), nullptr, X509_get0_pubkey(&certificate));
  EVP_PKEY_CTX_set_rsa_padding(padding, RSA_PKCS1_PSS_PADDING);
  EVP_PKEY_CTX_set_rsa_pss_saltlen(padding, RSA_PSS_SALTLEN_DIGEST);
  return EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature.data()), signature.size(),
                          reinterpret_cast<const unsigned char*>(text.data()), text.size()) == 1;
}

TEST_F(AzureLoginTest, SendsTheClientSecret) {
  log_in();
  const auto sent = world_.sent(0);
  EXPECT_EQ(sent.method, Method::kPost);
  EXPECT_EQ(sent.url, "https://login.microsoftonline.com/tenant-1/oauth2/v2.0/token");
  EXPECT_EQ(sent.content_type, "application/x-www-form-urlencoded");
  EXPECT_EQ(sent.body,
            "grant_type=client_credentials&client_id=client-1&scope=https%3A%2F%2Fvault.azure.net%2F.default&"
            "client_secret=canary-secret%20of%2Bapp");
  EXPECT_EQ(world_.sent(1).credential("authorization"), "Bearer eyJ.first-token");
}

TEST_F(AzureLoginTest, SignsAnAssertionWithTheCertificate) {
  world_.clock->set_wall(WallTime(std::chrono::seconds(1'790'000'000)));
  options_.login =
      vaults::AzureCertificateLogin{{TlsMaterial::in_memory(Secret(app().private_key + app().certificate))}};
  log_in();
  EXPECT_THAT(form(),
              HasSubstr("client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"));
  const std::string jwt = form().substr(form().rfind('=') + 1);
  EXPECT_TRUE(is_signed_by(*sandbox::read_certificate(app().certificate), jwt));

  const auto header = nlohmann::json::parse(decoded(jwt.substr(0, jwt.find('.'))));
  EXPECT_EQ(header.at("alg"), "PS256");
  EXPECT_EQ(header.at("typ"), "JWT");
  EXPECT_EQ(header.at("x5t#S256").get<std::string>().size(), 43U);
  const auto begin = jwt.find('.') + 1;
  const auto claims = nlohmann::json::parse(decoded(jwt.substr(begin, jwt.rfind('.') - begin)));
  EXPECT_EQ(claims.at("aud"), "https://login.microsoftonline.com/tenant-1/oauth2/v2.0/token");
  EXPECT_EQ(claims.at("iss"), "client-1");
  EXPECT_EQ(claims.at("sub"), "client-1");
  EXPECT_EQ(claims.at("nbf"), 1'790'000'000);
  EXPECT_EQ(claims.at("exp"), 1'790'000'600);
  EXPECT_EQ(claims.at("jti").get<std::string>().size(), 32U);
}

TEST_F(AzureLoginTest, TakesTheCertificateInEveryForm) {
  constexpr const char* kPassphrase = "canary-secret-passphrase";
  const auto memory = [](const std::string& text) { return TlsMaterial::in_memory(Secret(text)); };
  const ClientCertificate forms[] = {
      {memory(app().certificate + app().private_key)},
      {memory(good_client().certificate + app().certificate), memory(app().private_key)},
      {memory(pkcs12_of(app()))},
      {memory(base64_encode(pkcs12_of(app(), kPassphrase))), {}, Secret(kPassphrase)},
  };
  for (const ClientCertificate& form : forms) {
    reader_ = nullptr;
    options_.login = vaults::AzureCertificateLogin{form};
    log_in();
  }
  reader_ = nullptr;
  options_.login = vaults::AzureCertificateLogin{{memory(pkcs12_of(app(), kPassphrase)), {}, Secret("another")}};
  EXPECT_THAT(read(), AllOf(Says("passphrase is another one"), Not(Says("canary"))));
}

TEST_F(AzureLoginTest, ReadsTheCertificateOfTheEnvironmentAnewForEachLogin) {
  const TemporaryFolder folder;
  sandbox::CertificateProfile profile;
  profile.passphrase = "canary-secret-passphrase";
  const auto encrypted = sandbox::issue_self_signed(profile);
  set("AZURE_CLIENT_CERTIFICATE_PATH", folder.path("app.pem").c_str());
  set("AZURE_CLIENT_CERTIFICATE_PASSWORD", "canary-secret-passphrase");
  options_.login = vaults::AzureEnvironmentLogin{};
  EXPECT_THAT(read(), AllOf(Says("login by client certificate (AZURE_CLIENT_CERTIFICATE_PATH)"), Says("app.pem")));
  folder.write("app.pem", encrypted.certificate + encrypted.private_key);
  log_in();
}

TEST_F(AzureLoginTest, SaysWhatIsWrongWithACertificate) {
  sandbox::CertificateProfile profile;
  profile.key_type = sandbox::KeyType::kP256;
  const auto elliptic = sandbox::issue_self_signed(profile);
  const struct {
    std::string pem;
    const char* words;
  } cases[] = {{"no PEM", "no private key can be read"},
               {app().certificate, "no private key can be read"},
               {app().private_key + elliptic.certificate, "no certificate that belongs"},
               {elliptic.private_key + elliptic.certificate, "cannot sign with RSA"}};
  for (const auto& one : cases) {
    reader_ = nullptr;
    options_.login = vaults::AzureCertificateLogin{{TlsMaterial::in_memory(Secret(one.pem))}};
    EXPECT_THAT(read(), AllOf(Says("login by client certificate for azure-kv://my-vault/ep"), Says(one.words)));
  }
  EXPECT_EQ(world_.transport->count(), 0U);
}

TEST_F(AzureLoginTest, ReadsTheTokenOfAWorkloadAnewForEachLogin) {
  const TemporaryFolder folder;
  set("AZURE_FEDERATED_TOKEN_FILE", folder.write("token", "eyJ.of-kubernetes.1\n").c_str());
  set("AZURE_AUTHORITY_HOST", "https://login.microsoftonline.us/");
  options_.login = vaults::AzureEnvironmentLogin{};
  log_in();
  EXPECT_EQ(world_.sent(0).url, "https://login.microsoftonline.us/tenant-1/oauth2/v2.0/token");
  EXPECT_THAT(form(), EndsWith("&client_assertion=eyJ.of-kubernetes.1"));

  folder.write("token", "eyJ.of-kubernetes.2");
  world_.clock->advance(std::chrono::hours(1));
  log_in();
  EXPECT_THAT(world_.sent(2).body, EndsWith("&client_assertion=eyJ.of-kubernetes.2"));
}

TEST_F(AzureLoginTest, AsksTheMachineWhenNothingElseIsSetUp) {
  options_ = {};
  answer_token("eyJ.of-machine", R"("expires_in":"86399","expires_on":"1586984735")");
  answer_secret();
  ASSERT_THAT(read(), IsOk());
  const auto sent = world_.sent(0);
  EXPECT_EQ(sent.url,
            "http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&"
            "resource=https%3A%2F%2Fvault.azure.net");
  EXPECT_EQ(sent.headers, NamesAndValues({{"metadata", "true"}}));
  EXPECT_EQ(world_.transports.at(1).plain_http_hosts, std::vector<std::string>{"169.254.169.254"});
  EXPECT_EQ(world_.transports.at(1).connect_timeout, std::chrono::seconds(1));
  EXPECT_TRUE(world_.transports.at(0).plain_http_hosts.empty());
}

TEST_F(AzureLoginTest, AsksTheEndpointOfAnAppForOneOfItsIdentities) {
  set("IDENTITY_ENDPOINT", "http://169.254.129.2:8081/msi/token");
  set("IDENTITY_HEADER", "canary-secret-header");
  options_.login = vaults::AzureManagedIdentityLogin{};
  world_.clock->set_wall(WallTime(std::chrono::seconds(1'790'000'000)));
  answer_token("eyJ.of-app", R"("expires_on":"1790003600")");
  answer_secret();
  answer_secret();
  ASSERT_THAT(read(), IsOk());
  const auto sent = world_.sent(0);
  EXPECT_EQ(sent.url,
            "http://169.254.129.2:8081/msi/token?api-version=2019-08-01&resource=https%3A%2F%2Fvault.azure.net&"
            "client_id=client-1");
  EXPECT_EQ(sent.credential("x-identity-header"), "canary-secret-header");
  EXPECT_TRUE(sent.headers.empty());
  EXPECT_EQ(world_.transports.at(1).plain_http_hosts, std::vector<std::string>{"169.254.129.2:8081"});
  ASSERT_THAT(read(), IsOk());  // the token is the same
  EXPECT_EQ(world_.transport->count(), 3U);
}

TEST_F(AzureLoginTest, SpeaksPlainHttpToMetadataServicesOnly) {
  options_.login = vaults::AzureManagedIdentityLogin{};
  set("IDENTITY_HEADER", "canary-secret-header");
  for (const char* const url :
       {"http://evil.test/msi/token", "http://169.254.evil.test/", "http://10.0.0.1/msi/token"}) {
    set("IDENTITY_ENDPOINT", url);
    EXPECT_THAT(make_azure_reader(options_, world_.world()), AllOf(Says("IDENTITY_ENDPOINT"), Says("plain http")))
        << url;
  }
  set("IDENTITY_ENDPOINT", "http://127.0.0.1:4141/msi/token");
  EXPECT_THAT(make_azure_reader(options_, world_.world()), IsOk());
}

TEST_F(AzureLoginTest, SaysWhichManagedIdentitiesItDoesNotKnow) {
  options_.login = vaults::AzureManagedIdentityLogin{};
  set("IDENTITY_ENDPOINT", "http://localhost:40342/metadata/identity/oauth2/token");
  EXPECT_THAT(make_azure_reader(options_, world_.world()), Says("Azure Arc"));
  set("IDENTITY_HEADER", "canary-secret-header");
  set("IDENTITY_SERVER_THUMBPRINT", "00");
  EXPECT_THAT(make_azure_reader(options_, world_.world()), Says("Service Fabric"));
}

TEST_F(AzureLoginTest, NamesTheVariableThatIsMissing) {
  options_ = {};
  set("AZURE_CLIENT_SECRET", "canary-secret-of-app");
  EXPECT_THAT(make_azure_reader(options_, world_.world()),
              AllOf(Says("client secret (AZURE_CLIENT_SECRET): the tenant is missing"), Says("AZURE_TENANT_ID")));
  set("AZURE_TENANT_ID", "tenant-1");
  EXPECT_THAT(make_azure_reader(options_, world_.world()), Says("AZURE_CLIENT_ID"));
  set("AZURE_CLIENT_ID", "client-1");
  EXPECT_THAT(make_azure_reader(options_, world_.world()), IsOk());
  set("AZURE_TENANT_ID", "../evil");
  EXPECT_THAT(make_azure_reader(options_, world_.world()), Says("neither an id nor a domain"));
  options_.login = vaults::AzureWorkloadIdentityLogin{};
  EXPECT_THAT(make_azure_reader(options_, world_.world()), Says("AZURE_FEDERATED_TOKEN_FILE"));
}

TEST_F(AzureLoginTest, ExplainsTheCodesOfEntraId) {
  const struct {
    long code;
    const char* remedy;
  } cases[] = {{7000215, "not its id"},    {7000222, "has expired"},        {700016, "AZURE_CLIENT_ID"},
               {90002, "AZURE_TENANT_ID"}, {700027, "--cert @CERTIFICATE"}, {700213, "subject of this token"},
               {65001, "error?code=65001"}};
  for (const auto& one : cases) {
    const std::string code = std::to_string(one.code);
    std::string answer = R"({"error":"invalid_client","error_description":"AADSTS)";
    answer.append(code)
        .append(R"(: Some words. Trace ID: 12\r\nTimestamp: 3","error_codes":[)")
        .append(code)
        .append("]}");
    EXPECT_THAT(refusal_of(answer, 401),
                AllOf(Says("Azure Key Vault at https://my-vault.vault.azure.net, login by client secret for azure-kv:"),
                      Says(": AADSTS" + code + ": Some words. (status 401)"), Says(one.remedy), Not(Says("Trace"))));
  }
}

TEST_F(AzureLoginTest, MayTryAgainWhereEntraIdIsBusy) {
  for (const int status : {429, 503}) {
    const Error error = refusal_of(R"({"error":"temporarily_unavailable"})", status);
    EXPECT_TRUE(error.retryable);
    EXPECT_THAT(error, Says("Try again later"));
  }
}

TEST_F(AzureLoginTest, QuotesNoClientSecretThatIsEchoed) {
  EXPECT_THAT(refusal_of(R"({"error":"invalid_client","error_description":"bad canary-secret of+app"})", 401),
              AllOf(Says("left out"), Not(Says("canary"))));
}

TEST_F(AzureLoginTest, MayTryAgainWhereTheMetadataServiceIsBusy) {
  options_.login = vaults::AzureManagedIdentityLogin{};
  for (const int status : {404, 410, 429, 500, 503}) EXPECT_TRUE(refusal_of("{}", status).retryable) << status;
  const Error error = refusal_of(R"({"error":"invalid_request","error_description":"Identity not found"})", 400);
  EXPECT_FALSE(error.retryable);
  EXPECT_THAT(error, AllOf(Says("managed identity (of this machine)"), Says("Identity not found"),
                           Says("Assign a managed identity")));
}

TEST_F(AzureLoginTest, SaysWhatToDoWhereThereIsNoMetadataService) {
  options_ = {};
  world_.transport->reply(failure(ErrorCode::kConnection));
  EXPECT_THAT(read(), AllOf(Says("managed identity (of this machine)"), Says("Elsewhere set AZURE_TENANT_ID"),
                            BlamedOn(Factor::kCredentialSource)));
}

}  // namespace
}  // namespace easypost_connect::unit_test
