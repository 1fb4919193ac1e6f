// SPDX-License-Identifier: Apache-2.0
// The logins of the source for HashiCorp Vault against OpenBao: those it accepts, and why it refuses the others.
#include <chrono>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "hashicorp_fixture.hpp"
#include "kubernetes_cluster.hpp"
#include "vaults/jwt.hpp"

namespace easypost_connect::interop {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kAddress = "vault://secret/easypost/acc";

/// Every login ends in the words "credentials" or in those of an Error, none of which holds a secret.
class HashiCorpLogins : public HashiCorpFixture {
 protected:
  template <typename Login>
  std::string words_with(Login login) {
    options_.hashicorp.login = std::move(login);
    const auto words = words_of(look(kAddress));
    EXPECT_THAT(words, Not(HasSubstr("canary")));
    return words;
  }

  void trust_jwts_of(const sandbox::IssuedCertificate& issuer) {
    bao_.run("auth enable jwt");
    const nlohmann::json config = {{"jwt_validation_pubkeys", {issuer.certificate}},
                                   {"bound_issuer", "https://issuer.test"}};
    bao_.run("write auth/jwt/config -", config.dump());
    bao_.run(
        "write auth/jwt/role/ep role_type=jwt user_claim=sub bound_audiences=vault bound_subject=partner-1 "
        "token_policies=easypost token_ttl=20m");
  }

  vaults::JwtLogin jwt_of(const sandbox::IssuedCertificate& issuer, const nlohmann::json& other_claims) {
    const auto now =
        std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
    nlohmann::json claims = {
        {"iss", "https://issuer.test"}, {"aud", "vault"}, {"sub", "partner-1"}, {"iat", now}, {"exp", now + 600}};
    for (const auto& [name, value] : other_claims.items()) claims[name] = value;
    const auto jwt =
        internal::signed_jwt(R"({"alg":"RS256"})", claims.dump(), *internal::rsa_key_in(Secret(issuer.private_key)),
                             internal::JwtAlgorithm::kRs256);
    return {"ep", folder_.write("jwt", std::string(jwt.value().expose())), "jwt"};
  }

  PrivateFolder folder_;
};

TEST_F(HashiCorpLogins, TakeTheJwtOfAnIssuerThatTheVaultTrusts) {
  const auto issuer = sandbox::issue_self_signed();
  trust_jwts_of(issuer);
  EXPECT_EQ(words_with(jwt_of(issuer, {})), "credentials");

  const struct {
    nlohmann::json claims;
    const char* refusal;
  } kCases[] = {{{{"aud", "other"}}, "invalid audience (aud) claim"},
                {{{"exp", 1'000'000'000}}, "token is expired"},
                {{{"sub", "partner-2"}}, "invalid subject (sub) claim"},
                {{{"iss", "https://other.test"}}, "invalid issuer (iss) claim"}};
  for (const auto& one : kCases)
    EXPECT_THAT(words_with(jwt_of(issuer, one.claims)),
                AllOf(HasSubstr("login by JWT"), HasSubstr(one.refusal), HasSubstr("status 400")));
  auto of_no_role = jwt_of(issuer, {});
  of_no_role.role = "none";
  EXPECT_THAT(words_with(of_no_role), HasSubstr("role \"none\" could not be found"));
  EXPECT_THAT(words_with(jwt_of(sandbox::issue_self_signed(), {})), HasSubstr("no known key successfully validated"));
}

TEST_F(HashiCorpLogins, TakeTheServiceAccountThatTheClusterKnows) {
  KubernetesCluster cluster;
  bao_.run("auth enable kubernetes");
  const nlohmann::json config = {{"kubernetes_host", cluster.url()},
                                 {"kubernetes_ca_cert", cluster.authority()},
                                 {"token_reviewer_jwt", KubernetesCluster::kReviewer}};
  bao_.run("write auth/kubernetes/config -", config.dump());
  bao_.run(
      "write auth/kubernetes/role/ep bound_service_account_names=easypost bound_service_account_namespaces=prod "
      "audience=vault token_policies=easypost token_ttl=20m");
  const auto words_of_pod = [&](const std::string& role, const std::string& space, const std::string& name) {
    return words_with(vaults::JwtLogin{role, cluster.token_file(space, name), "kubernetes"});
  };
  EXPECT_EQ(words_of_pod("ep", "prod", "easypost"), "credentials");
  EXPECT_THAT(words_of_pod("none", "prod", "easypost"), HasSubstr("invalid role name"));
  EXPECT_THAT(words_of_pod("ep", "prod", "other"), HasSubstr("service account name not authorized"));
  EXPECT_THAT(words_of_pod("ep", "test", "easypost"), HasSubstr("namespace not authorized"));

  const auto gone = cluster.token_file("prod", "easypost");
  cluster.forget_tokens();
  EXPECT_THAT(words_with(vaults::JwtLogin{"ep", gone, "kubernetes"}),
              AllOf(HasSubstr("login by JWT"), HasSubstr("permission denied")));
}

TEST_F(HashiCorpLogins, SayThatRoleIdOrSecretIdIsWrong) {
  const auto good = app_role("secret_id_ttl=1s");
  auto of_another_role = good;
  of_another_role.role_id = "none";
  auto wrong = good;
  wrong.secret_id = Secret("canary-secret-wrong");
  std::this_thread::sleep_for(1200ms);  // OpenBao's clock cannot be moved
  for (const auto& login : {of_another_role, wrong, good})
    EXPECT_THAT(words_with(login), AllOf(HasSubstr("login by AppRole: invalid role or secret ID (status 400)"),
                                         HasSubstr("wrong, spent or expired")));
  auto elsewhere = good;
  elsewhere.mount = "nowhere";
  EXPECT_THAT(words_with(elsewhere), HasSubstr("login by AppRole"));
}

TEST_F(HashiCorpLogins, SayWhyTheCertificateIsRefused) {
  const sandbox::CertificateAuthority clients("authority of vault's clients");
  bao_.run("auth enable cert");
  bao_.run("write auth/cert/certs/ep token_policies=easypost allowed_common_names=partner-1 certificate=-",
           clients.certificate());
  options_.hashicorp.address = bao_.tls_url();
  options_.hashicorp.server_ca = TlsMaterial::in_memory(Secret(bao_.authority().certificate()));
  sandbox::CertificateProfile partner_2;
  partner_2.common_name = "partner-2";
  const struct {
    sandbox::IssuedCertificate certificate;
    const char* refusal;
  } kCases[] = {
      {clients.issue(partner_2), "no chain matching all constraints could be found for this login certificate"},
      {sandbox::CertificateAuthority("another").issue(), "invalid certificate or no client certificate supplied"}};
  for (const auto& one : kCases) {
    options_.hashicorp.client_certificate = {TlsMaterial::in_memory(Secret(one.certificate.certificate)),
                                             TlsMaterial::in_memory(Secret(one.certificate.private_key)),
                                             {}};
    EXPECT_THAT(words_with(vaults::CertificateLogin{"ep", "cert"}),
                AllOf(HasSubstr("login by certificate"), HasSubstr(one.refusal), HasSubstr("status 400")));
  }
}

TEST_F(HashiCorpLogins, SayThatATokenIsGoneWhetherItExpiredOrWasRevoked) {
  const auto token = [this](const std::string& settings) {
    return Secret(bao_.run("token create -policy=easypost -field=token " + settings));
  };
  const Secret expired = token("-ttl=1s");
  const Secret revoked = token("");
  bao_.run("token revoke " + std::string(revoked.expose()));
  std::this_thread::sleep_for(1500ms);
  for (const Secret& gone : {expired, revoked})
    EXPECT_THAT(words_with(vaults::VaultToken{gone}),
                AllOf(HasSubstr("login by token: permission denied (status 403)"), HasSubstr("has not expired")));
}

TEST_F(HashiCorpLogins, BeginAnewWhenTheGreatestLifeCapsTheRenewal) {
  options_.hashicorp.login = app_role("token_ttl=6s token_max_ttl=6s");
  auto source = vaults::from_uri(kAddress, options_);
  ASSERT_TRUE(source);
  for (int i = 0; i < 2; ++i) {
    const auto found = (*source)();
    ASSERT_TRUE(found.credentials) << words_of(found);
    EXPECT_GE(found.look_again_after, 3s);  // two thirds of 6 s; of what a renewal brings it would be 1 s
    std::this_thread::sleep_for(4200ms);
  }
}

}  // namespace
}  // namespace easypost_connect::interop
