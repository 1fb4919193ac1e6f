// SPDX-License-Identifier: Apache-2.0
// The source for Google Secret Manager against drongo behind a gate that is strict about tokens, and Google's own
// client library beside it, so that the gate stays honest.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <easypost_connect/vaults.hpp>

#include "google_services.hpp"
#include "support/vault_world.hpp"

namespace easypost_connect::interop {
namespace {

using test_support::ScopedVariable;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kLatest = "projects/p1/secrets/ep-acc/versions/latest";

std::string secret_with(const std::string& api_key) {
  return R"({"client_cert":"C","client_key":"K","api_key":")" + api_key +
         R"(","client_id":"I","client_secret":"canary-secret-2"})";
}

std::string words_of(const SourcedCredentials& found) {
  return found.credentials ? "credentials" : found.credentials.error().describe();
}

class GoogleSecretManagerInterop : public testing::Test {
 protected:
  GoogleSecretManagerInterop() {
    google_.store("projects/p1", "ep-acc", secret_with("canary-secret-1"));
    options_.google.server_ca = TlsMaterial::in_memory(Secret(google_.authority().certificate()));
  }

  SourcedCredentials look(const char* uri = "gcp-sm://p1/ep-acc") {
    auto source = vaults::from_uri(uri, options_);
    if (!source) return std::move(source).error();
    return (*source)();
  }

  /// Both read the same, logged in the same way, as the environment says.
  void expect_both_read_it(const char* login) {
    const auto found = look();
    ASSERT_TRUE(found.credentials) << words_of(found);
    EXPECT_EQ(found.credentials->api_key.expose(), "canary-secret-1");
    const std::string line = std::string("access by ") + login + " at secretmanager.googleapis.com\n";
    EXPECT_THAT(google_.log(), HasSubstr(line));
    EXPECT_EQ(google_.read_by_official_client(kLatest), secret_with("canary-secret-1"));
    EXPECT_THAT(google_.log(), HasSubstr(line + line));
  }

  GoogleServices google_;
  ScopedVariable proxy_{"HTTPS_PROXY", google_.proxy().c_str()};
  ScopedVariable lower_proxy_{"https_proxy", google_.proxy().c_str()};
  ScopedVariable no_metadata_{"GCE_METADATA_HOST", nullptr};
  vaults::VaultOptions options_;
};

TEST_F(GoogleSecretManagerInterop, LogsInByTheKeyOfAServiceAccount) {
  const ScopedVariable file("GOOGLE_APPLICATION_CREDENTIALS", google_.key_file().c_str());
  expect_both_read_it("self-signed");
}

TEST_F(GoogleSecretManagerInterop, LogsInByTheMetadataService) {
  const ScopedVariable file("GOOGLE_APPLICATION_CREDENTIALS", nullptr);
  const ScopedVariable host("GCE_METADATA_HOST", google_.metadata_host().c_str());
  const ScopedVariable address("GCE_METADATA_IP", google_.metadata_host().c_str());  // read by Google's library only
  expect_both_read_it("machine");
}

TEST_F(GoogleSecretManagerInterop, LogsInByAFederationWithATokenInAFile) {
  const std::string source = R"({"file":")" + google_.subject_token_file() + "\"}";
  const ScopedVariable file("GOOGLE_APPLICATION_CREDENTIALS", google_.federation_file(source, false).c_str());
  expect_both_read_it("federated");
}

TEST_F(GoogleSecretManagerInterop, ImpersonatesAnAccountWithATokenFromAUrl) {
  const std::string source = R"({"url":"http://)" + google_.metadata_host() +
                             R"(/subject-token","headers":{"Authorization":"bearer canary-secret-of-the-runner"},
                                 "format":{"type":"json","subject_token_field_name":"value"}})";
  const ScopedVariable file("GOOGLE_APPLICATION_CREDENTIALS", google_.federation_file(source, true).c_str());
  expect_both_read_it("impersonated");
}

TEST_F(GoogleSecretManagerInterop, ReadsVersionsAndLocations) {
  const ScopedVariable file("GOOGLE_APPLICATION_CREDENTIALS", google_.key_file().c_str());
  google_.store("projects/p1", "ep-acc", secret_with("canary-secret-3"));
  EXPECT_EQ(look("gcp-sm://p1/ep-acc").credentials->api_key.expose(), "canary-secret-3");
  EXPECT_EQ(look("gcp-sm://p1/ep-acc/1").credentials->api_key.expose(), "canary-secret-1");
  EXPECT_EQ(look("gcp-sm://p1/ep-acc?location=europe-west3").credentials->api_key.expose(), "canary-secret-3");
  EXPECT_THAT(google_.log(), HasSubstr("at secretmanager.europe-west3.rep.googleapis.com"));
}

TEST_F(GoogleSecretManagerInterop, SaysWhyItWasRefused) {
  const std::string key = google_.key_file();
  const ScopedVariable file("GOOGLE_APPLICATION_CREDENTIALS", key.c_str());
  EXPECT_THAT(words_of(look("gcp-sm://p1/none")), HasSubstr("NOT_FOUND"));
  google_.disable("projects/p1/secrets/ep-acc/versions/1");
  EXPECT_THAT(words_of(look("gcp-sm://p1/ep-acc/1")), HasSubstr("disabled or destroyed"));

  const std::string source = R"({"file":")" + google_.subject_token_file("canary-secret-of-a-stranger") + "\"}";
  options_.google.credentials_file = google_.federation_file(source, false);
  EXPECT_THAT(words_of(look()), AllOf(HasSubstr("invalid_grant"), HasSubstr("token exchange at sts.googleapis.com"),
                                      Not(HasSubstr("canary"))));
}

TEST_F(GoogleSecretManagerInterop, SaysThatAKeyIsUnknown) {
  const ScopedVariable file("GOOGLE_APPLICATION_CREDENTIALS", nullptr);
  std::string key = read_file(google_.key_file());
  key.replace(key.find("key-1"), 5, "key-2");
  options_.google.credentials = Secret(key);
  EXPECT_THAT(words_of(look()), AllOf(HasSubstr("UNAUTHENTICATED"), HasSubstr("was not deleted")));
}

}  // namespace
}  // namespace easypost_connect::interop
