// SPDX-License-Identifier: Apache-2.0
// A name server hangs: a call comes back at its deadline and when it is cancelled. The client's end does not wait for
// the name server.
#include <chrono>
#include <future>
#include <memory>
#include <ostream>
#include <string>
#include <utility>

#include <easypost_connect/async.hpp>

#include "hanging_lookup.hpp"
#include "result_matchers.hpp"
#include "wire/curl_library.hpp"
#include "with_sandbox.hpp"

namespace easypost_connect::test_support {
namespace {

using namespace std::chrono_literals;

/// libcurl before 7.87 waits for a lookup that it has begun, so there each lookup has to end.
std::chrono::milliseconds longest_lookup() { return internal::libcurl_is_at_least(0x075700) ? 1h : 3s; }

struct Where {
  const char* name;
  const char* api_url;  // null: the sandbox's
  const char* token_url;
  bool blocking;
};

void PrintTo(const Where& where, std::ostream* out) { *out << where.name; }

constexpr const char* kApi = "https://api.hangs.test";
constexpr const char* kAuth = "https://auth.hangs.test/oauth2/token";

const Where kWhere[] = {
    {"blocking_at_the_api", kApi, nullptr, true},
    {"blocking_at_the_token_endpoint", nullptr, kAuth, true},
    {"asynchronous_at_the_api", kApi, nullptr, false},
    {"asynchronous_at_the_token_endpoint", nullptr, kAuth, false},
};

class NameLookup : public WithSandbox, public ::testing::WithParamInterface<Where> {
 protected:
  static std::unique_ptr<ConnectClient> make_client() {
    ClientOptions given = options();
    if (GetParam().api_url != nullptr) given.environment.api_url = GetParam().api_url;
    if (GetParam().token_url != nullptr) given.environment.token_url = GetParam().token_url;
    return std::make_unique<ConnectClient>(ConnectClient::create(std::move(given)).value());
  }

  std::future<Result<Response>> start(std::chrono::milliseconds timeout) {
    Request request{Method::kGet, "/jobs", {}, {}};
    request.options.timeout = timeout;
    request.options.cancellation = source_.token();
    if (!GetParam().blocking) return send_future(*client_, std::move(request));
    return std::async(std::launch::async, [this, request] { return client_->send(request); });
  }

  const CancellationSource source_;
  const HangingLookup hanging_{longest_lookup()};
  std::unique_ptr<ConnectClient> client_ = make_client();
};

TEST_P(NameLookup, ThatHangsIsLeftAtTheDeadline) { EXPECT_THAT(start(200ms).get(), IsError(ErrorCode::kTimeout)); }

TEST_P(NameLookup, ThatHangsIsLeftByACancellation) {
  auto answer = start(1h);
  HangingLookup::wait_for_one();
  source_.cancel();
  EXPECT_THAT(answer.get(), IsError(ErrorCode::kCancelled));
}

TEST_P(NameLookup, ThatHangsIsLeftByTheEndOfTheClient) {
  auto answer = start(1h);
  HangingLookup::wait_for_one();
  client_.reset();
  EXPECT_THAT(answer.get(), IsError(ErrorCode::kCancelled));
}

INSTANTIATE_TEST_SUITE_P(Everywhere, NameLookup, ::testing::ValuesIn(kWhere),
                         [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace easypost_connect::test_support
