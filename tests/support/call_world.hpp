// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "call/call.hpp"
#include "token/token_cache.hpp"

namespace easypost_connect::internal {

/// A world in which everything is decided by chance and nothing takes time: calls, a token endpoint, an API, two
/// clocks that disagree now and then. It drives the very state machines that the engines drive, and watches what must
/// never happen.
///
/// Every fault is written into violations(); the same seed gives the same world.
class CallWorld {
 public:
  explicit CallWorld(unsigned seed);

  /// Lets `calls` calls begin at random moments, and runs until all have ended.
  void run(int calls);

  [[nodiscard]] const std::vector<std::string>& violations() const noexcept { return violations_; }
  [[nodiscard]] int fetches() const noexcept { return fetches_; }
  [[nodiscard]] int succeeded() const noexcept { return succeeded_; }
  [[nodiscard]] int resent() const noexcept { return resent_; }

 private:
  struct Actor {
    Request request;
    std::unique_ptr<Call> call;
    int waits = 0;  // number of the wait, so that a late event of an earlier wait is known as such
    bool in_wait = false;
    int completions = 0;
  };

  void at(SteadyTime when, std::function<void()> event) { events_.emplace(when, std::move(event)); }
  void after(Actor& actor, SteadyTime when, std::function<void()> event);
  void begin(Actor& actor);
  void drive(Actor& actor);
  void need_token(Actor& actor);
  void transmit(Actor& actor);
  void finish(Actor& actor);
  void cancel(Actor& actor);
  void start_fetch();
  void fetched();
  void disturb_clocks();
  void check(bool holds, const char* what);

  [[nodiscard]] Result<AccessToken> token_endpoint(Moment asked_at);
  [[nodiscard]] Result<Response> api(const std::string& authorization);

  [[nodiscard]] bool chance(double probability) { return std::bernoulli_distribution(probability)(random_); }
  [[nodiscard]] std::chrono::milliseconds upto(int milliseconds) {
    return std::chrono::milliseconds(std::uniform_int_distribution<int>(0, milliseconds)(random_));
  }

  std::mt19937 random_;
  Moment now_;
  std::multimap<SteadyTime, std::function<void()>> events_;
  CallPolicies policies_;
  TokenCache cache_;
  std::vector<std::unique_ptr<Actor>> actors_;
  std::vector<Actor*> waiting_for_token_;
  std::map<std::string, AccessToken> tokens_;  // all tokens ever issued, by their authorization
  std::string revoked_;
  bool flying_ = false;
  int fetches_ = 0;
  int succeeded_ = 0;
  int resent_ = 0;
  std::vector<std::string> violations_;
};

}  // namespace easypost_connect::internal
