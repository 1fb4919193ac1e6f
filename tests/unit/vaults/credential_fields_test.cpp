// SPDX-License-Identifier: Apache-2.0
#include "vaults/credential_fields.hpp"

#include <string>

#include <gtest/gtest.h>

#include "core/encoding.hpp"
#include "result_matchers.hpp"

namespace easypost_connect::internal {
namespace {

using test_support::BlamedOn;
using test_support::IsError;
using test_support::IsOk;
using test_support::Says;
using testing::AllOf;
using testing::Not;
using testing::UnorderedElementsAre;

constexpr const char* kPem = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";

std::string content_of(const TlsMaterial& material) { return std::string(material.content().expose()); }

TEST(CredentialFields, AreTakenByTheirNames) {
  const auto decoded =
      credentials_in(R"({"client_cert":"C","client_key":"K","client_key_passphrase":"P","api_key":"A","client_id":"I",)"
                     R"("client_secret":"S","owner":{"team":1}})",
                     {}, "vault://a/b");
  ASSERT_THAT(decoded, IsOk());
  EXPECT_EQ(content_of(decoded->credentials.client_certificate.certificate), "C");
  EXPECT_EQ(content_of(decoded->credentials.client_certificate.private_key), "K");
  EXPECT_EQ(decoded->credentials.client_certificate.passphrase.expose(), "P");
  EXPECT_EQ(decoded->credentials.api_key.expose(), "A");
  EXPECT_EQ(decoded->credentials.oauth_client.id, "I");
  EXPECT_EQ(decoded->credentials.oauth_client.secret.expose(), "S");
  EXPECT_THAT(decoded->members, UnorderedElementsAre("client_cert", "client_key", "client_key_passphrase", "api_key",
                                                     "client_id", "client_secret"));
}

TEST(CredentialFields, MayHaveOtherNames) {
  vaults::FieldNames names;
  names.api_key = "x-api-key";
  const auto decoded = credentials_in(R"({"client_pkcs12":"MII=","x-api-key":"A","client_id":"I","client_secret":"S"})",
                                      names, "vault://a/b");
  ASSERT_THAT(decoded, IsOk());
  EXPECT_EQ(decoded->credentials.api_key.expose(), "A");
}

TEST(CredentialFields, NameWhatIsMissingAndWhatIsThere) {
  const auto credentials =
      credentials_in(R"({"client_cert":"C","api-key":"sesame-open","client_id":""})", {}, "vault://a/b");
  EXPECT_THAT(credentials,
              AllOf(IsError(ErrorCode::kInvalidCredential), BlamedOn(Factor::kCredentialSource),
                    Says("vault://a/b, decode"), Says("missing or empty: api_key, client_id, client_secret"),
                    Says("there are: api-key, client_cert, client_id"), Not(Says("sesame"))));
}

TEST(CredentialFields, NameWhatIsNoText) {
  const auto credentials =
      credentials_in(R"({"client_cert":"C","api_key":42,"client_id":"I","client_secret":"S"})", {}, "vault://a/b");
  EXPECT_THAT(credentials, Says("not texts: api_key"));
}

TEST(CredentialFields, NeedAJsonObject) {
  for (const char* const text : {"", "no JSON", "[1]", "\"text\"", "{\"a\":"}) {
    EXPECT_THAT(credentials_in(text, {}, "vault://a/b"), Says("not a JSON object")) << text;
  }
}

TEST(CredentialMaterial, IsReadInEveryFormThatVaultsHandOut) {
  EXPECT_EQ(content_of(material_in(kPem)), kPem);
  EXPECT_EQ(content_of(material_in("-----BEGIN CERTIFICATE-----\\nMIIB\\n-----END CERTIFICATE-----\\n")), kPem);
  EXPECT_EQ(content_of(material_in(base64_encode(kPem))), kPem);
  EXPECT_EQ(content_of(material_in("what else?")), "what else?");
}

}  // namespace
}  // namespace easypost_connect::internal
