// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <easypost_connect/cancellation.hpp>
#include <easypost_connect/connect_client.hpp>

#include "plan.hpp"

namespace easypost_connect::lives {

class World;

using ClientHandle = std::shared_ptr<ConnectClient>;

/// A call that was started, and what became of it. Thread-safe.
class Call {
 public:
  Call(World& world, unsigned id, Plan plan);

  [[nodiscard]] unsigned id() const noexcept { return id_; }
  /// Returns the planned request. Its functions hold `self`, and `client` if the plan says so.
  [[nodiscard]] Request request(const std::shared_ptr<Call>& self, const ClientHandle& client) const;
  /// Returns the completion of an asynchronous call, which holds the same.
  [[nodiscard]] Completion completion(const std::shared_ptr<Call>& self, const ClientHandle& client) const;

  void cancel();
  /// Takes the outcome of the call. Fails the round if it is not the first outcome, or not a possible one.
  void end(const Result<Response>& result);
  [[nodiscard]] bool ended() const noexcept { return ends_ > 0; }
  /// Memory will fail on the thread of this call while it runs.
  void expect_no_memory() noexcept { no_memory_ = true; }
  /// The outcome of this call will not be told to end().
  void expect_no_end() noexcept { unseen_ = true; }
  /// The call has given some of the body to its BodySink's function.
  [[nodiscard]] bool has_begun() const noexcept { return taken_ > 0; }
  [[nodiscard]] bool awaited() const noexcept { return !unseen_ && !over_; }
  /// Does the deed that is planned for this place.
  void reach(Place place);
  /// Fails the round if the call has not ended once, or left a file that is not whole. Ask when no call is under way.
  void check_what_is_left() const;

 private:
  [[nodiscard]] Body body(const std::shared_ptr<Call>& self) const;
  [[nodiscard]] BodySink sink(const std::shared_ptr<Call>& self) const;
  Result<void> take(std::string_view bytes);
  void do_deed();
  void check_success(const Response& response) const;
  [[nodiscard]] bool may_fail_with(const Error& error) const;
  [[nodiscard]] std::size_t size_of_answer() const noexcept;
  void must_be_open(const char* function) const;
  [[noreturn]] void fail(const std::string& why) const;

  World& world_;
  const unsigned id_;
  const Plan plan_;
  const CancellationSource cancellation_;
  const std::string target_path_;
  std::atomic<bool> cancelled_{false};
  std::atomic<bool> deed_done_{false};
  std::atomic<bool> no_memory_{false};
  std::atomic<bool> unseen_{false};
  std::atomic<int> ends_{0};
  std::atomic<bool> over_{false};  // the call has ended, and so has the deed at kEnd
  std::atomic<std::size_t> taken_{0};
};

}  // namespace easypost_connect::lives
