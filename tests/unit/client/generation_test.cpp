// SPDX-License-Identifier: Apache-2.0
#include "client/generation.hpp"

#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fake_clock.hpp"
#include "fake_transport.hpp"
#include "result_matchers.hpp"
#include "test_credentials.hpp"
#include "unit/identity/test_certificates.hpp"

namespace easypost_connect::unit_test {
namespace {

using namespace internal;
using namespace std::chrono_literals;
using namespace test_support;
using ::testing::AllOf;

const auto kSystemClock = std::make_shared<const SystemClock>();

ClientOptions mtls_options() {
  ClientOptions options = client_options(nullptr);
  options.credentials.client_certificate = credentials_of(good_client());
  options.server_ca = pem(authority().certificate());
  return options;
}

TEST(Generation, HasTwoWaysToTheNetwork) {
  const auto generation = Generation::compose(mtls_options(), kSystemClock);
  ASSERT_THAT(generation, IsOk());
  EXPECT_NE((*generation)->transport, nullptr);
  EXPECT_NE((*generation)->upload_transport, nullptr);
  EXPECT_NE((*generation)->transport, (*generation)->upload_transport);  // one must not show the certificate
}

TEST(Generation, UsesTheGivenTransportForAll) {
  const auto transport = std::make_shared<FakeTransport>();
  transport->reply(token_answer(kToken));
  const auto generation = Generation::compose(client_options(transport), kSystemClock);
  ASSERT_THAT(generation, IsOk());
  EXPECT_EQ((*generation)->transport, transport);
  EXPECT_EQ((*generation)->upload_transport, transport);
  EXPECT_THAT((*generation)->tokens->get(std::chrono::steady_clock::now() + 1h), IsOk());
  EXPECT_EQ(transport->requests().front().url, kTokenUrl);
}

TEST(Generation, SharesNothingWithAnother) {
  const auto transport = std::make_shared<FakeTransport>();
  transport->always([](const SentRequest&) -> Result<Response> { return token_answer(kToken); });
  const auto first = Generation::compose(client_options(transport), kSystemClock);
  const auto second = Generation::compose(client_options(transport), kSystemClock);
  ASSERT_THAT((*first)->tokens->get(std::chrono::steady_clock::now() + 1h), IsOk());
  ASSERT_THAT((*second)->tokens->get(std::chrono::steady_clock::now() + 1h), IsOk());
  EXPECT_EQ(transport->count(), 2U);
}

TEST(Generation, ChecksTheCertificateByTheClockItIsGiven) {
  const auto clock = std::make_shared<FakeClock>();
  clock->set_wall(std::chrono::system_clock::now() + 48h);
  EXPECT_THAT(Generation::compose(mtls_options(), clock),
              AllOf(IsError(ErrorCode::kInvalidCredential), BlamedOn(Factor::kClientCertificate), Says("expired")));
}

TEST(Generation, PassesACredentialErrorOn) {
  ClientOptions options = mtls_options();
  options.credentials.client_certificate.private_key = pem(other_client().private_key);
  EXPECT_THAT(Generation::compose(options, kSystemClock),
              AllOf(IsError(ErrorCode::kInvalidCredential), Says("EASYPOST_CONNECT_CLIENT_KEY")));
}

TEST(Generation, ReservesNothingForIdleConnectionsThatMayNeverCome) {
  ClientOptions options = mtls_options();
  options.max_idle_connections = std::numeric_limits<std::size_t>::max();  // "as many as you like"
  EXPECT_THAT(Generation::compose(options, kSystemClock), IsOk());
}

}  // namespace
}  // namespace easypost_connect::unit_test
