// SPDX-License-Identifier: Apache-2.0
// The system gives no thread, or not enough of them.
#include <memory>
#include <optional>
#include <string>

#include <easypost_connect/async.hpp>

#include "failing_threads.hpp"
#include "fake_transport.hpp"
#include "result_matchers.hpp"
#include "test_credentials.hpp"
#include "with_sandbox.hpp"

namespace easypost_connect::test_support {
namespace {

using namespace std::chrono_literals;
using ::testing::AnyOf;

class Threads : public WithSandbox {
 protected:
  static ClientOptions options() {
    ClientOptions options = WithSandbox::options();
    options.retry.max_attempts = 2;  // the second call waits for the pause after the first one's token request
    return options;
  }

  /// Makes a call while the system gives no thread, then one, then two, until there are enough. Each is followed by
  /// another call.
  template <typename Call>
  static void sweep(const ClientOptions& options, Call call) {
    for (long left = 0, too_few = 1; too_few != 0; ++left) {
      SCOPED_TRACE(std::to_string(left) + " left");
      auto client = ConnectClient::create(options).value();
      std::optional<Result<Response>> answer;
      {
        const FewThreads few(left);
        answer = call(client);
        too_few = FewThreads::were_too_few() ? 1 : 0;
      }
      EXPECT_THAT(*answer, AnyOf(IsOk(), Says("thread")));
      EXPECT_THAT(call(client), IsOk());
    }
  }
};

const auto kBlocking = [](ConnectClient& client) { return client.get("/jobs"); };
const auto kAsynchronous = [](ConnectClient& client) { return send_future(client, {Method::kGet, "/jobs"}).get(); };

TEST_F(Threads, ABlockingCallFailsAlone) { sweep(options(), kBlocking); }

TEST_F(Threads, AnAsynchronousCallFailsAlone) { sweep(options(), kAsynchronous); }

TEST_F(Threads, ACallOverATransportOfTheCallersOwnFailsAlone) {
  const auto transport = std::make_shared<FakeTransport>();
  transport->always([](const SentRequest& sent) -> Result<Response> {
    return sent.url == kTokenUrl ? token_answer(kToken) : answer(200);
  });
  ClientOptions options = client_options(transport);
  options.retry.max_attempts = 2;
  sweep(options, kBlocking);
  sweep(options, kAsynchronous);
}

TEST_F(Threads, AClientThatCannotWatchItsFilesIsNotMade) {
  ClientOptions watching = options();
  watching.reload.watch_interval = 1h;
  {
    const FewThreads none(0);
    EXPECT_THAT(ConnectClient::create(watching), Says("reload.watch_interval: the system gave no thread"));
  }
  EXPECT_THAT(ConnectClient::create(watching), IsOk());
}

}  // namespace
}  // namespace easypost_connect::test_support
