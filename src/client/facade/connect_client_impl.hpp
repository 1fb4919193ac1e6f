// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include <easypost_connect/connect_client.hpp>

#include "core/process.hpp"
#include "rotation/rotation.hpp"

namespace easypost_connect {

namespace internal {

/// Returns the observer of a client: the user's, the logger that EASYPOST_CONNECT_LOG switches on, or one that tells
/// both; null if there is neither. An Error when one of the two variables holds no known value.
Result<std::shared_ptr<Observer>> choose_observer(const ClientOptions& options);

}  // namespace internal

/// Does the work of a ConnectClient, and knows in which process. Calls share it, so that those that are under way when
/// the client is destroyed end on their own. Thread-safe.
class ConnectClient::Impl {
 public:
  static Result<std::shared_ptr<Impl>> create(ClientOptions options);

  Impl(internal::ClientScope scope, std::shared_ptr<internal::Rotation> generations)
      : scope_(std::move(scope)), state_{internal::fork_count(), std::move(generations)} {}

  ~Impl() {
    if (!state_.of_this_process()) internal::abandon(std::move(state_.generations));
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  Result<Response> send(const Request& request);
  void send_async(Request request, Completion completion);
  Result<CredentialsStatus> reload(std::optional<Credentials> credentials);
  [[nodiscard]] CredentialsStatus credentials_status();
  Result<Response> upload(const std::string& url, Body content, CallOptions options);
  Result<CredentialsStatus> warm_up(const WarmUpOptions& options);
  /// Returns the rotation of this process.
  [[nodiscard]] Result<std::shared_ptr<internal::Rotation>> generations();
  void end() noexcept {
    const State now = state();
    if (now.of_this_process()) now.generations->end();
  }

 private:
  /// The rotation, and the process that made it.
  struct State {
    [[nodiscard]] bool of_this_process() const noexcept { return process == internal::fork_count(); }
    unsigned process;
    std::shared_ptr<internal::Rotation> generations;
  };

  [[nodiscard]] State state() const noexcept {
    const std::lock_guard lock(internal::fork_safe_mutex());
    return state_;
  }
  /// Returns the generation in use, or an Error on a thread where a call would wait for itself.
  [[nodiscard]] Result<std::shared_ptr<const internal::Generation>> generation_for_blocking_call();
  [[nodiscard]] Result<void> begin(Request request, Completion&& completion);
  /// Checks the request and returns the context of its call.
  [[nodiscard]] Result<CallContext> checked_context(const Request& request) const;

  const internal::ClientScope scope_;
  State state_;  // guarded by fork_safe_mutex()
};

}  // namespace easypost_connect
