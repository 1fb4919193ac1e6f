// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "result_matchers.hpp"
#include "vault_world.hpp"
#include "vaults/readers.hpp"

namespace easypost_connect::internal {
namespace {

using namespace std::chrono_literals;
using test_support::BlamedOn;
using test_support::FakeVaultWorld;
using test_support::IsOk;
using test_support::Says;
using test_support::ScopedVariable;
using testing::AllOf;
using testing::Not;

constexpr const char* kSecret =
    R"({"name":"projects/p1/secrets/ep/versions/3","payload":{"data":"MTIzNDU2Nzg5","dataCrc32c":"3808858755"}})";

/// Refusals as Google writes them (AIP-193).
std::string refusal(const char* status, const char* message, const char* reason = "") {
  return R"({"error":{"code":1,"message":")" + std::string(message) + R"(","status":")" + status +
         R"(","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":")" + reason + R"("}]}})";
}

class GoogleReaderTest : public testing::Test {
 protected:
  SecretReader& reader() {
    if (reader_ == nullptr) {
      auto made = make_google_reader(options_, world_.world());
      EXPECT_THAT(made, IsOk());
      reader_ = *std::move(made);
    }
    return *reader_;
  }
  Result<ReadSecret> read(const char* text) { return reader().read(*parse_reference(text)); }

  void answer_token(const std::string& token, int life = 3599) {
    world_.answer(
        R"({"access_token":")" + token + R"(","expires_in":)" + std::to_string(life) + R"(,"token_type":"Bearer"})",
        200, {{"metadata-flavor", "Google"}});
  }

  const ScopedVariable file_{"GOOGLE_APPLICATION_CREDENTIALS", nullptr};
  const ScopedVariable host_{"GCE_METADATA_HOST", nullptr};
  const ScopedVariable universe_{"GOOGLE_CLOUD_UNIVERSE_DOMAIN", nullptr};
  FakeVaultWorld world_;
  vaults::GoogleSecretManager options_;
  std::unique_ptr<SecretReader> reader_;
};

TEST_F(GoogleReaderTest, ReadsTheLatestVersion) {
  answer_token("ya29.first-token");
  world_.answer(kSecret);
  const auto secret = read("gcp-sm://p1/ep");
  ASSERT_THAT(secret, IsOk());
  EXPECT_EQ(secret->content.expose(), "123456789");
  EXPECT_EQ(secret->version, "3");
  EXPECT_FALSE(secret->look_again);
  EXPECT_EQ(world_.sent(1).url,
            "https://secretmanager.googleapis.com/v1/projects/p1/secrets/ep/versions/latest:access");
  EXPECT_EQ(world_.sent(1).credential("authorization"), "Bearer ya29.first-token");
}

TEST_F(GoogleReaderTest, TellsItsLoginWhileOneIsGood) {
  const auto reference = *parse_reference("gcp-sm://p1/ep");
  EXPECT_EQ(reader().login(reference), std::nullopt);
  answer_token("ya29.first-token");
  world_.answer(kSecret);
  ASSERT_THAT(read("gcp-sm://p1/ep"), IsOk());
  EXPECT_EQ(reader().login(reference),
            "the metadata service at metadata.google.internal as the service account of this machine");
  world_.answer("{}", 401);
  answer_token("ya29.second-token");
  world_.answer("{}", 401);
  EXPECT_THAT(read("gcp-sm://p1/ep"), Says("401"));
  EXPECT_EQ(reader().login(reference), std::nullopt);
}

TEST_F(GoogleReaderTest, AsksWhereTheSecretIs) {
  const struct {
    const char* reference;
    const char* endpoint;
    const char* universe;
    const char* url;
  } cases[] = {
      {"gcp-sm://p1/ep/7?location=europe-west3", "", "",
       "https://secretmanager.europe-west3.rep.googleapis.com/v1/projects/p1/locations/europe-west3/secrets/ep/"
       "versions/"
       "7:access"},
      {"gcp-sm://p1/ep/7", "https://ep.p.googleapis.com/", "",
       "https://ep.p.googleapis.com/v1/projects/p1/secrets/ep/versions/7:access"},
      {"gcp-sm://p1/ep/7", "", "apis.test",
       "https://secretmanager.apis.test/v1/projects/p1/secrets/ep/versions/7:access"},
  };
  for (const auto& [reference, endpoint, universe, url] : cases) {
    options_.endpoint = endpoint;
    options_.universe_domain = universe;
    reader_.reset();
    answer_token("ya29.first-token");
    world_.answer(kSecret);
    ASSERT_THAT(read(reference), IsOk());
    EXPECT_EQ(world_.transport->requests().back().url, url);
  }
}

TEST_F(GoogleReaderTest, ChecksTheBytes) {
  answer_token("ya29.first-token");
  world_.answer(R"({"payload":{"data":"MTIzNDU2Nzg4","dataCrc32c":"3808858755"}})");
  const auto damaged = read("gcp-sm://p1/ep");
  EXPECT_THAT(damaged, AllOf(Says("damaged on its way"), BlamedOn(Factor::kCredentialSource)));
  EXPECT_TRUE(damaged.error().retryable);
  world_.answer(R"({"payload":{"data":"MTIzNDU2Nzg4"}})");
  EXPECT_THAT(read("gcp-sm://p1/ep"), IsOk());
  for (const char* const unusable : {"{}", R"({"payload":{"data":"%"}})"}) {
    world_.answer(unusable);
    EXPECT_THAT(read("gcp-sm://p1/ep"), Says("no payload"));
  }
}

TEST_F(GoogleReaderTest, SaysWhatARefusalMeans) {
  const struct {
    int status;
    std::string body;
    const char* remedy;
    bool retryable;
  } cases[] = {
      {404, refusal("NOT_FOUND", "Secret [projects/p1/secrets/ep] not found."), "gcloud secrets versions list ep",
       false},
      {400, refusal("FAILED_PRECONDITION", "is in DISABLED state."), "disabled or destroyed", false},
      {403, refusal("PERMISSION_DENIED", "Permission denied"), "roles/secretmanager.secretAccessor", false},
      {403, refusal("PERMISSION_DENIED", "Has not been used", "SERVICE_DISABLED"), "gcloud services enable", false},
      {403, refusal("PERMISSION_DENIED", "Insufficient", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"), "cloud-platform", false},
      {429, refusal("RESOURCE_EXHAUSTED", "Quota exceeded"), "higher quota", true},
      {503, refusal("UNAVAILABLE", "The service is unavailable"), "status.cloud.google.com", true},
      {403, "<html>", "none of Google's", false},
      {400, refusal("INVALID_ARGUMENT", "Invalid"), "Check the reference", false},
      {502, "<html>", "status.cloud.google.com", true},
  };
  answer_token("ya29.first-token");
  for (const auto& [status, body, remedy, retryable] : cases) {
    world_.answer(body, status);
    const auto refused = read("gcp-sm://p1/ep");
    EXPECT_THAT(refused, AllOf(Says("Google Secret Manager, read of gcp-sm://p1/ep"), Says(remedy),
                               Says(std::to_string(status)), BlamedOn(Factor::kCredentialSource)));
    EXPECT_EQ(refused.error().retryable, retryable) << body;
  }
  EXPECT_EQ(world_.transport->count(), 1 + std::size(cases));  // the token is kept
}

TEST_F(GoogleReaderTest, LogsInAgainOnceWhenATokenIsRefusedThatWasKept) {
  answer_token("ya29.first-token");
  world_.answer(kSecret);
  ASSERT_THAT(read("gcp-sm://p1/ep"), IsOk());
  world_.answer(refusal("UNAUTHENTICATED", "Request had invalid authentication credentials."), 401);
  answer_token("ya29.second-token");
  world_.answer(kSecret);
  ASSERT_THAT(read("gcp-sm://p1/ep"), IsOk());
  EXPECT_EQ(world_.sent(4).credential("authorization"), "Bearer ya29.second-token");
}

TEST_F(GoogleReaderTest, DoesNotLogInAgainWhenANewTokenIsRefused) {
  answer_token("ya29.first-token");
  world_.answer(refusal("UNAUTHENTICATED", "Request had invalid authentication credentials."), 401);
  EXPECT_THAT(read("gcp-sm://p1/ep"),
              AllOf(Says("UNAUTHENTICATED, Request had invalid"), Says("the metadata service at"), Says("clock")));
  EXPECT_EQ(world_.transport->count(), 2U);
}

TEST_F(GoogleReaderTest, SaysHowWrongTheClockIs) {
  world_.clock->set_wall(WallTime(std::chrono::seconds(1795700000)));
  answer_token("ya29.first-token");
  const auto refuse = [&](const char* date) {
    world_.answer(refusal("UNAUTHENTICATED", "Invalid"), 401, {{"date", date}});
    return read("gcp-sm://p1/ep");
  };
  EXPECT_THAT(refuse("Thu, 26 Nov 2026 13:43:20 GMT"), Says("is 10 minutes or more behind that of Google"));
  answer_token("ya29.second-token");
  EXPECT_THAT(refuse("Thu, 26 Nov 2026 13:03:20 GMT"), Says("is 30 minutes or more ahead of that of Google"));
  answer_token("ya29.third-token");
  EXPECT_THAT(refuse("Thu, 26 Nov 2026 13:33:40 GMT"), Not(Says("minutes")));
}

TEST_F(GoogleReaderTest, QuotesNoTokenThatIsEchoed) {
  answer_token("ya29.first-token-1");
  world_.answer(refusal("PERMISSION_DENIED", "no to ya29.first-token-1"), 403);
  EXPECT_THAT(read("gcp-sm://p1/ep"), AllOf(Says("left out"), Not(Says("ya29.first-token-1"))));
}

TEST_F(GoogleReaderTest, RefusesParametersAndAddressesThatCannotWork) {
  EXPECT_THAT(reader().check(*parse_reference("gcp-sm://p1/ep?stage=x")), Says("\"stage\""));
  EXPECT_THAT(reader().check(*parse_reference("gcp-sm://p1")), Says("names no secret"));
  options_.endpoint = "http://secretmanager.test";
  EXPECT_THAT(make_google_reader(options_, world_.world()), Says("plain http"));
  options_.endpoint = "";
  options_.universe_domain = "evil.test/path";
  EXPECT_THAT(make_google_reader(options_, world_.world()), Says("GOOGLE_CLOUD_UNIVERSE_DOMAIN"));
}

}  // namespace
}  // namespace easypost_connect::internal
