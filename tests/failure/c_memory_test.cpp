// SPDX-License-Identifier: Apache-2.0
// malloc() fails once for libcurl and OpenSSL, at places chosen by a stride. What they make of it differs with their
// versions: so each run has a process of its own, and what is expected is that it ends by itself, and that memory, or
// what OpenSSL says of itself, is blamed, and not the caller's credentials.
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <functional>
#include <future>
#include <optional>
#include <string>

#include <easypost_connect/async.hpp>

#include "failing_c_memory.hpp"
#include "result_matchers.hpp"
#include "sandbox_process.hpp"

namespace easypost_connect::test_support {
namespace {

using namespace std::chrono_literals;

enum Ending : int { kNoneFailed, kAsItShould, kBlamesAnother };

/// Of a program of its own, which an alarm ends when it hangs.
Ending ending_of(const std::function<Ending()>& program) {
  std::fflush(nullptr);
  const pid_t id = ::fork();
  if (id == 0) {
    ::alarm(60);
    const Ending ending = program();
    std::fflush(nullptr);
    ::_exit(ending);
  }
  int status = 0;
  ::waitpid(id, &status, 0);
  EXPECT_TRUE(WIFEXITED(status)) << "signal " << WTERMSIG(status);
  return WIFEXITED(status) ? static_cast<Ending>(WEXITSTATUS(status)) : kNoneFailed;
}

Ending judge(const std::optional<Error>& error, bool failed) {
  if (!failed) return kNoneFailed;
  const bool blames_credential = error && (error->factor == Factor::kApiKey || error->factor == Factor::kOAuthClient);
  if (blames_credential) std::fprintf(stderr, "%s\n", error->describe().c_str());
  return blames_credential ? kBlamesAnother : kAsItShould;
}

template <typename T>
std::optional<Error> error_of(const Result<T>& result) {
  return result ? std::nullopt : std::optional(result.error());
}

class CMemory : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { sandbox_ = new testing::SandboxProcess(); }
  static void TearDownTestSuite() {
    delete sandbox_;
    sandbox_ = nullptr;
  }
  static ClientOptions options() {
    ClientOptions options = sandbox_->client_options();
    options.timeouts.request = 20s;
    options.retry.max_attempts = 1;
    return options;
  }

  static void sample(long stride, const std::function<Ending(long nth)>& program) {
    for (long nth = 1;; nth += stride) {
      SCOPED_TRACE("allocation " + std::to_string(nth) + " fails");
      const Ending ending = ending_of([&] { return program(nth); });
      if (ending == kNoneFailed) break;
      EXPECT_EQ(ending, kAsItShould);
    }
  }

 private:
  static inline testing::SandboxProcess* sandbox_ = nullptr;
};

TEST_F(CMemory, CreateEndsByItself) {
  sample(197, [](long nth) {
    ClientOptions given = options();
    const FailingCMemory memory(nth);
    const auto client = ConnectClient::create(std::move(given));
    return judge(error_of(client), FailingCMemory::has_failed());
  });
}

TEST_F(CMemory, ABlockingCallEndsByItself) {
  sample(53, [](long nth) {
    auto client = ConnectClient::create(options()).value();
    const FailingCMemory memory(nth);
    const auto answer = client.get("/jobs");
    return judge(error_of(answer), FailingCMemory::has_failed());
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
    return judge(error_of(outcome), FailingCMemory::has_failed());
  });
}

}  // namespace
}  // namespace easypost_connect::test_support
