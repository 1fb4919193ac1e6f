// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <limits>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <easypost_connect/connect_client.hpp>
#include <easypost_connect/observer.hpp>

namespace easypost_connect::interop {

using TimePoint = std::chrono::steady_clock::time_point;

/// A call as its caller saw it.
struct CallRecord {
  TimePoint start;
  TimePoint end;
  bool token_refused = false;  ///< an attempt was answered 401, so the call waited for another token
};

/// A token request as the client saw it.
struct TokenRecord {
  TimePoint start;
  TimePoint end;
  bool success = false;
};

/// Counts retries and keeps token requests. The threads of a crew share one Watch.
class Watch final : public Observer {
 public:
  void attempt_finished(const AttemptFinished& event) noexcept override;
  void retry_scheduled(const RetryEvent& event) noexcept override;
  void token_fetched(const TokenEvent& event) noexcept override;

  /// Tells whether an attempt on the calling thread was answered 401 since this was last asked there.
  [[nodiscard]] static bool take_refusal() noexcept;

  [[nodiscard]] std::size_t retries() const noexcept { return retries_; }
  [[nodiscard]] std::vector<TokenRecord> tokens() const;

 private:
  std::atomic<std::size_t> retries_{0};
  mutable std::mutex mutex_;
  std::vector<TokenRecord> tokens_;
};

/// Sixteen threads that share a client. Each makes call after call, with a short rest between them, until it has made
/// `calls_each` calls or is dismissed; each makes at least one.
class Crew {
 public:
  static constexpr int kThreads = 16;
  static constexpr std::chrono::milliseconds kRest{15};

  using OneCall = std::function<Result<Response>(ConnectClient& client, int number)>;

  Crew(ConnectClient& client, OneCall call, int calls_each = std::numeric_limits<int>::max());
  ~Crew();
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;

  /// Lets each thread end its call, and waits for that.
  void dismiss();

  // Call these functions after dismiss().
  [[nodiscard]] const std::vector<CallRecord>& calls() const noexcept { return calls_; }
  [[nodiscard]] std::size_t failures() const noexcept { return failures_; }
  [[nodiscard]] const std::string& first_failure() const noexcept { return first_failure_; }

 private:
  void work();

  ConnectClient& client_;
  OneCall call_;
  const int calls_each_;
  std::atomic<bool> dismissed_{false};
  std::mutex mutex_;
  std::vector<CallRecord> calls_;
  std::size_t failures_ = 0;
  std::string first_failure_;
  std::vector<std::thread> threads_;
};

}  // namespace easypost_connect::interop
