// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <utility>

#include <gtest/gtest.h>

#include "call/call.hpp"
#include "fake_clock.hpp"
#include "fake_transport.hpp"
#include "test_credentials.hpp"

namespace easypost_connect::unit_test {

using namespace internal;
using namespace std::chrono_literals;
using namespace test_support;

/// Returns an Error that a repetition may mend.
inline Error passing() {
  Error error = failure(ErrorCode::kConnection);
  error.retryable = true;
  return error;
}

/// A POST that no engine carries out: a test says how each step ended.
class Call : public ::testing::Test {
 protected:
  AccessToken token(std::string_view text) const { return {text, clock_.now(), 3600s}; }
  void respond(Result<Response> response) { call_.on_response(std::move(response), clock_.now()); }

  /// Brings the call to the point where the API has refused its first token.
  void refuse_first_token() {
    call_.on_token(token(kToken), clock_.now());
    respond(answer(401));
  }

  [[nodiscard]] bool carries_both(std::string_view expected_token) const {
    const auto& credentials = call_.context().credentials;
    return credentials.size() == 2 && credentials[0].name == "x-api-key" && credentials[0].value == Secret(kApiKey) &&
           credentials[1].name == "authorization" && credentials[1].value == token(expected_token).authorization();
  }

  [[nodiscard]] CallContext context() const {
    CallContext context;
    context.url = "https://api.example.test/jobs";
    context.deadline = clock_.now().steady + 60s;
    context.max_response_bytes = 1000;
    return context;
  }

  static double half() { return 0.5; }

  FakeClock clock_;
  CallPolicies policies_{ApiKeyAuthorizer(Secret(kApiKey)), BearerAuthorizer(), RetryPolicy(RetryOptions(), half)};
  Request request_{Method::kPost, "/jobs", "body", {}};
  internal::Call call_{policies_, request_, context()};
};

}  // namespace easypost_connect::unit_test
