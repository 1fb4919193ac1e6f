// SPDX-License-Identifier: Apache-2.0
// Many calls, a hundred in flight, and what became of them, as one line of JSON. benchmarks/driver/soak.py runs it.
//   soak CALLS
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <easypost_connect/async.hpp>
#include <easypost_connect/observer.hpp>

namespace easypost_connect::benchmark {
namespace {

constexpr std::size_t kInFlight = 100;
constexpr std::size_t kPostEvery = 50;
constexpr std::size_t kMessagesShown = 5;

/// GETs, and some POSTs among them, each with its number for the server's log, made one by one as there is room for
/// them.
class Requests {
 public:
  class Iterator {
   public:
    explicit Iterator(std::size_t index) : index_(index) {}
    Request operator*() const {
      if (is_post(index_)) return {Method::kPost, "/job?n=" + std::to_string(index_), R"({"name":"soak"})"};
      return {Method::kGet, "/job"};
    }
    Iterator& operator++() {
      ++index_;
      return *this;
    }
    bool operator!=(const Iterator& other) const { return index_ != other.index_; }

   private:
    std::size_t index_;
  };

  explicit Requests(std::size_t number) : number_(number) {}
  [[nodiscard]] static Iterator begin() { return Iterator(0); }
  [[nodiscard]] Iterator end() const { return Iterator(number_); }
  [[nodiscard]] static bool is_post(std::size_t index) { return index % kPostEvery == kPostEvery - 1; }

 private:
  std::size_t number_;
};

class Counter final : public Observer {
 public:
  void attempt_finished(const AttemptFinished& event) noexcept override {
    if (event.status_code == 401) ++refused_tokens;
    if (event.status_code != 0 && !event.connection_reused) ++connections;
  }
  void retry_scheduled(const RetryEvent& /*event*/) noexcept override { ++retries; }
  void token_fetched(const TokenEvent& event) noexcept override {
    if (event.error == nullptr) ++tokens;
  }

  std::atomic<long> refused_tokens{0};
  std::atomic<long> connections{0};
  std::atomic<long> retries{0};
  std::atomic<long> tokens{0};
};

double resident_megabytes() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    double kibibytes = 0;
    if (word == "VmRSS:" && status >> kibibytes) return kibibytes / 1024;
  }
  return 0;
}

/// The most that was resident in the calls after the warm phase, in which connections that come and go shape the heap,
/// and in as many at the end; enough that nginx is reloaded meanwhile. Zero if there is no end after the warm phase.
class Memory {
 public:
  explicit Memory(std::size_t calls) : calls_(calls) {}

  void look(std::size_t done) {
    if (done % kEvery != 0) return;
    if (done >= kWarmPhase && done < kWarmPhase + kLength) warm_ = std::max(warm_, resident_megabytes());
    if (done >= kWarmPhase + kLength && done + kLength >= calls_) last_ = std::max(last_, resident_megabytes());
  }

  [[nodiscard]] double warm() const { return warm_; }
  [[nodiscard]] double last() const { return last_; }

 private:
  static constexpr std::size_t kWarmPhase = 150'000;
  static constexpr std::size_t kLength = 150'000;
  static constexpr std::size_t kEvery = 1000;
  std::size_t calls_;
  double warm_ = 0;
  double last_ = 0;
};

std::string joined(const std::vector<std::size_t>& numbers) {
  std::string text;
  for (const std::size_t number : numbers) text.append(text.empty() ? "" : ",").append(std::to_string(number));
  return text;
}

int run(std::size_t calls) {
  auto options = ClientOptions::from_environment().value();
  const auto counter = std::make_shared<Counter>();
  options.observer = counter;
  auto client = ConnectClient::create(std::move(options)).value();
  Memory memory(calls);
  std::size_t done = 0;
  std::size_t failed_gets = 0;
  std::vector<std::size_t> failed_posts;
  const auto start = std::chrono::steady_clock::now();
  const auto on_result = [&](std::size_t index, const Result<Response>& result) {
    memory.look(++done);
    if (result) return;
    Requests::is_post(index) ? failed_posts.push_back(index) : void(++failed_gets);
    if (failed_gets + failed_posts.size() <= kMessagesShown)
      std::fprintf(stderr, "%s\n", result.error().message.c_str());
  };
  for_each(client, Requests(calls), on_result, {kInFlight});
  const std::chrono::duration<double> duration = std::chrono::steady_clock::now() - start;
  std::printf(R"({"calls":%zu,"posts":%zu,"failed_gets":%zu,"failed_posts":[%s],"seconds":%.1f,"retries":%ld,)"
              R"("refused_tokens":%ld,"connections":%ld,"tokens":%ld,"warm_mb":%.1f,"last_mb":%.1f})"
              "\n",
              done, calls / kPostEvery, failed_gets, joined(failed_posts).c_str(), duration.count(),
              counter->retries.load(), counter->refused_tokens.load(), counter->connections.load(),
              counter->tokens.load(), memory.warm(), memory.last());
  return 0;
}

}  // namespace
}  // namespace easypost_connect::benchmark

int main(int argc, char** argv) {
  try {
    return easypost_connect::benchmark::run(argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 1'000'000);
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "soak: %s\n", failure.what());
    return 1;
  }
}
