// SPDX-License-Identifier: Apache-2.0
// malloc() fails once for libcurl and OpenSSL, at places chosen by a stride. Their versions differ in what follows, so
// each run has a process of its own. It has to end by itself, and its Error may blame memory or OpenSSL, but not the
// caller's credentials.
#include <cstdio>
#include <functional>
#include <future>
#include <optional>
#include <string>

#include <easypost_connect/async.hpp>

#include "child_process.hpp"
#include "failing_c_memory.hpp"
#include "with_sandbox.hpp"

namespace easypost_connect::test_support {
namespace {

enum Ending : int { kNoneFailed, kAsItShould, kBlamesAnother };

template <typename T>
Ending judge(const Result<T>& outcome, bool failed) {
  if (!failed) return kNoneFailed;
  if (outcome) return kAsItShould;
  const Error& error = outcome.error();
  if (error.factor != Factor::kApiKey && error.factor != Factor::kOAuthClient) return kAsItShould;
  std::fprintf(stderr, "%s\n", error.describe().c_str());
  return kBlamesAnother;
}

class CMemory : public WithSandbox {
 protected:
  static ClientOptions options() {
    ClientOptions options = WithSandbox::options();
    options.retry.max_attempts = 1;
    return options;
  }

  static void sample(long stride, const std::function<Ending(long nth)>& program) {
    for (long nth = 1;; nth += stride) {
      SCOPED_TRACE("allocation " + std::to_string(nth) + " fails");
      const int ending = run_in_child([&] { return program(nth); });
      if (ending == kNoneFailed) break;
      EXPECT_EQ(ending, kAsItShould);
    }
  }
};

TEST_F(CMemory, CreateEndsByItself) {
  sample(197, [](long nth) {
    ClientOptions given = options();
    const FailingCMemory memory(nth);
    const auto client = ConnectClient::create(std::move(given));
    return judge(client, FailingCMemory::has_failed());
  });
}

TEST_F(CMemory, ABlockingCallEndsByItself) {
  sample(53, [](long nth) {
    auto client = ConnectClient::create(options()).value();
    const FailingCMemory memory(nth);
    const auto answer = client.get("/jobs");
    return judge(answer, FailingCMemory::has_failed());
  });
}

TEST_F(CMemory, AnAsynchronousCallEndsByItself) {
  sample(53, [](long nth) {
    auto client = ConnectClient::create(options()).value();
    Request request{Method::kGet, "/jobs"};
    std::optional<std::future<Result<Response>>> answer;
    const FailingCMemory memory(nth);
    answer = send_future(client, std::move(request));
    const auto outcome = answer->get();
    return judge(outcome, FailingCMemory::has_failed());
  });
}

}  // namespace
}  // namespace easypost_connect::test_support
