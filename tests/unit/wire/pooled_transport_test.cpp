// SPDX-License-Identifier: Apache-2.0
#include "wire/pooled_transport.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "result_matchers.hpp"
#include "unit/identity/test_certificates.hpp"
#include "wire/curl_library.hpp"

namespace easypost_connect::unit_test {

using namespace internal;
using namespace std::chrono_literals;
using namespace test_support;

namespace {

using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::Not;

// Has no network; the tests that need one are integration tests.
class PooledTransport : public ::testing::Test {
 protected:
  PooledTransport() { EXPECT_THAT(check_curl_library(), IsOk()); }

  static std::shared_ptr<const TlsIdentity> identity() {
    return TlsIdentity::load(credentials_of(good_client()), pem(authority().certificate()),
                             std::chrono::system_clock::now())
        .value();
  }

  Result<Response> send(const std::string& url) {
    CallContext context;
    context.url = url;
    context.credentials.push_back({"x-api-key", Secret(kApiKey)});
    context.deadline = std::chrono::steady_clock::now() + 1h;
    context.max_response_bytes = 1000;
    return transport_.send(Request{}, context);
  }

  internal::PooledTransport transport_{{identity(), 10s, {}}};
};

TEST_F(PooledTransport, SpeaksNothingButHttps) {  // every check before it may have failed
  const auto refused =
      AllOf(Not(IsOk()), AnyOf(Says("Unsupported protocol"), Says("bad/illegal format")), Not(Says("canary-secret")));
  for (const char* url :
       {"http://localhost/jobs", "file:///etc/passwd", "ftp://localhost/", "gopher://localhost/", "ws://localhost/"}) {
    EXPECT_THAT(send(url), refused) << url;
  }
}

TEST_F(PooledTransport, ACallThatCannotBeSetUpDoesNotSpoilTheNext) {
  EXPECT_THAT(send("https://no host/"), AllOf(Not(IsOk()), Says("bad/illegal format")));
  EXPECT_THAT(send("http://localhost/"),
              AllOf(Not(IsOk()), Says("Unsupported protocol")));  // libcurl got as far as to look at the URL
}

TEST_F(PooledTransport, SendsNothingThatWasCancelled) {
  const CancellationSource source;
  source.cancel();
  CallContext context;
  context.url = "https://localhost:1/";
  context.deadline = std::chrono::steady_clock::now() + 1h;
  context.cancellation = source.token();
  EXPECT_THAT(transport_.send(Request{}, context), IsError(ErrorCode::kCancelled));
}

TEST_F(PooledTransport, MayKeepNoConnectionAtAll) {
  internal::PooledTransport transport({identity(), 10s, {0}});
  CallContext context;
  context.url = "http://localhost/";
  context.deadline = std::chrono::steady_clock::now() + 1h;
  for (int i = 0; i < 3; ++i) EXPECT_THAT(transport.send(Request{}, context), Says("Unsupported protocol"));
}

}  // namespace
}  // namespace easypost_connect::unit_test
