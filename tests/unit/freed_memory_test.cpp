// SPDX-License-Identifier: Apache-2.0
// No secret is left in freed memory. The transport is in memory, so that neither libcurl nor OpenSSL leaves anything.
#include <cstdlib>
#include <memory>
#include <ostream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <easypost_connect/async.hpp>
#include <easypost_connect/connect_client.hpp>

#include "core/secrets.hpp"
#include "freed_memory.hpp"
#include "result_matchers.hpp"
#include "test_credentials.hpp"
#include "wire/response_builder.hpp"

namespace easypost_connect {

inline void PrintTo(ClientAuthentication how, std::ostream* out) {
  *out << (how == ClientAuthentication::kSecretPost ? "SecretPost" : "SecretBasic");
}

namespace unit_test {
namespace {

using namespace test_support;

/// Returns the body of a token endpoint's answer, in one buffer.
std::string token_body() {
  std::string body;
  body.reserve(2000);
  body = R"({"refresh_token":")";
  body.append(800, 'r').append(R"(","access_token":")");
  const std::size_t begin = body.size();
  body.append(FreedMemory::size(FreedMemory::kToken), ' ');
  FreedMemory::write(FreedMemory::kToken, body.data() + begin);
  body.append(800, 't').append(R"(","token_type":"Bearer","expires_in":3600})");
  return body;  // returning append()'s result would make a copy
}

/// Makes a response of `body` in pieces and without a length, as if it came in chunks, and wipes `body`.
Response in_pieces(std::string body) {
  internal::ProgressReport progress;
  internal::ResponseBuilder sink;
  sink.reset(Method::kPost, 64U * 1024U, nullptr, progress);
  for (std::size_t at = 0; at < body.size(); at += 100)
    EXPECT_TRUE(sink.on_body(std::string_view(body).substr(at, 100)));
  internal::wipe(body);
  return sink.take(200).value();
}

class MemoryTransport final : public Transport {
 public:
  Result<Response> send(const Request& /*request*/, const CallContext& context) override {
    if (context.url == kTokenUrl) return in_pieces(token_body());
    return Response{refuse ? 401 : 200, {}, "{}"};
  }

  bool refuse = false;
};

class FreedMemoryTest : public ::testing::TestWithParam<ClientAuthentication> {
 protected:
  [[nodiscard]] ClientOptions options() const {
    ClientOptions options = client_options(transport_);
    options.credentials = credentials();
    return options;
  }

  static Credentials credentials() {
    Credentials credentials;
    credentials.api_key = FreedMemory::secret(FreedMemory::kApiKey);
    credentials.client_certificate.passphrase = FreedMemory::secret(FreedMemory::kPassphrase);
    credentials.oauth_client.id = "partner-1";
    credentials.oauth_client.secret = FreedMemory::secret(FreedMemory::kClientSecret);
    credentials.oauth_client.authentication = GetParam();
    return credentials;
  }

  static void expect_nothing_found() {
    EXPECT_EQ(FreedMemory::found(FreedMemory::kApiKey), 0);
    EXPECT_EQ(FreedMemory::found(FreedMemory::kClientSecret), 0);
    EXPECT_EQ(FreedMemory::found(FreedMemory::kPassphrase), 0);
    EXPECT_EQ(FreedMemory::found(FreedMemory::kToken), 0);
  }

  std::shared_ptr<MemoryTransport> transport_ = std::make_shared<MemoryTransport>();
};

TEST_P(FreedMemoryTest, HoldsNoSecretAfterCallsOfAllKinds) {
  {
    auto client = ConnectClient::create(options()).value();
    EXPECT_THAT(client.get("/jobs"), IsOk());
    EXPECT_THAT(client.post("/jobs", "{}"), IsOk());
    EXPECT_THAT(send_future(client, {Method::kGet, "/jobs", {}, {}}).get(), IsOk());
    EXPECT_THAT(client.reload(credentials()), IsOk());
    EXPECT_THAT(client.get("/jobs"), IsOk());
  }
  expect_nothing_found();
}

TEST_P(FreedMemoryTest, HoldsNoSecretAfterARefusal) {
  {
    transport_->refuse = true;
    auto client = ConnectClient::create(options()).value();
    EXPECT_THAT(client.get("/jobs"), IsError(ErrorCode::kHttpStatus));
  }
  expect_nothing_found();
}

INSTANTIATE_TEST_SUITE_P(Each, FreedMemoryTest,
                         ::testing::Values(ClientAuthentication::kSecretPost, ClientAuthentication::kSecretBasic),
                         ::testing::PrintToStringParamName());

/// FreedMemory finds a secret that was freed. A child process frees it, because FreedMemory would count it in this one.
TEST(FreedMemoryDeathTest, IsLookedAt) {
  EXPECT_EXIT(
      {
        delete new std::string(FreedMemory::secret(FreedMemory::kToken).expose());
        std::_Exit(FreedMemory::found(FreedMemory::kToken) == 1 ? 0 : 1);
      },
      ::testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace unit_test
}  // namespace easypost_connect
