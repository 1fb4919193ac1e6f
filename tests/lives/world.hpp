// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <easypost_connect/connect_client.hpp>

#include "call.hpp"
#include "chance.hpp"
#include "failing_memory.hpp"
#include "server.hpp"
#include "temporary_folder.hpp"

namespace easypost_connect::lives {

/// A World is a round: one client after the other, and the calls that are started with them. All objects that a client
/// was given share the world, so when it has one owner, nothing is left of any client.
class World : public std::enable_shared_from_this<World> {
 public:
  World(const Server& server, std::uint64_t seed);
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  // --- for the thread that takes the steps

  Chance chance;

  /// Makes a client when there is none.
  [[nodiscard]] ClientHandle client();
  /// Makes a client beside the world's own.
  [[nodiscard]] ClientHandle make_client();
  [[nodiscard]] std::shared_ptr<Call> expect(Plan plan);
  enum class Memory { kSpared, kFails };
  void on_thread(std::function<void()> work, Memory memory = Memory::kSpared);
  [[nodiscard]] Credentials draw_credentials();
  /// Writes the files that a client watches anew, one after the other.
  void touch_files();
  /// Tells whether clients fetch their credentials from this world.
  [[nodiscard]] bool has_source() const noexcept { return options_.credential_source != nullptr; }
  [[nodiscard]] bool watches_files() const noexcept { return options_.reload.watch_interval.count() > 0; }
  /// Makes each thread that fetches credentials wait until give_credentials().
  void hold_back_credentials();
  [[nodiscard]] bool fetching_credentials() const noexcept { return fetching_ > 0; }
  void give_credentials();
  /// Call this in a child of fork(), where the other threads do not exist.
  void forget_other_threads() noexcept { hold_ = false; }
  /// The nth allocation on a thread of a client's fails, until all calls have ended.
  void let_memory_fail_elsewhere(long nth);
  void cancel_one();
  /// Returns when all calls and all threads have ended.
  void wait_for_all();
  /// Ends the client, waits until nothing is left of it, then checks what the calls have left.
  void finish();

  [[nodiscard]] const Server& server() const noexcept { return server_; }

  // --- for the functions that a client calls, on any thread

  /// Gives up the world's own handle. The client ends with its last handle.
  ClientHandle let_go();
  void cancel_all();
  void start_from_within(const Plan& plan);
  /// Makes a blocking call, which is refused where it would wait for itself.
  void wait_from_within();
  void ask_status();
  void reload_from_within();
  /// An attempt for this path starts. If it is that of a blocking call on this thread, the call continues without
  /// `handle_of_call`.
  void attempt_started(std::string_view path);
  static thread_local ClientHandle* handle_of_call;

  /// Returns true if the caller may let memory fail: no other thread does so until all calls have ended.
  [[nodiscard]] bool claim_memory() noexcept { return !memory_claimed_.exchange(true); }

  // --- what the calls need to know

  [[nodiscard]] const test_support::TemporaryFolder& folder() const noexcept { return folder_; }
  [[nodiscard]] std::string_view borrowed() const noexcept { return borrowed_; }
  [[nodiscard]] bool ends_calls() const noexcept { return ends_calls_; }
  [[nodiscard]] bool may_be_full() const noexcept { return may_be_full_; }
  [[nodiscard]] bool memory_fails() const noexcept { return memory_fails_; }
  [[nodiscard]] bool has_flaky_tokens() const noexcept { return flaky_tokens_; }

 private:
  void give_memory_back();
  void draw_options();
  void use_files();
  void use_source();
  [[nodiscard]] Result<Credentials> fetch_credentials();
  void write_credentials(std::size_t partner, std::chrono::milliseconds between);
  [[nodiscard]] ClientHandle handle();
  [[nodiscard]] std::vector<Call*> all_calls();
  [[nodiscard]] bool all_ended();

  const Server& server_;
  const test_support::TemporaryFolder folder_;
  const std::string borrowed_;
  ClientOptions options_;  // the same for every client of the round
  std::vector<Credentials> source_;
  std::atomic<bool> ends_calls_{false};
  std::atomic<bool> flaky_tokens_{false};
  std::atomic<bool> memory_claimed_{false};
  std::atomic<bool> memory_fails_{false};
  std::optional<test_support::FailingMemory> failing_;
  bool may_be_full_ = false;
  std::atomic<int> fetching_{0};
  std::vector<std::thread> threads_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t fetched_ = 0;
  bool hold_ = false;
  ClientHandle client_;
  std::deque<Call> calls_;
};

}  // namespace easypost_connect::lives
