// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include <easypost_connect/connect_client.hpp>

#include "client/generations.hpp"
#include "core/fork.hpp"

namespace easypost_connect {

/// What a ConnectClient does, and in which process. Calls keep it: those that are under way when the client is
/// destroyed end on their own. Thread-safe.
class ConnectClient::Impl {
 public:
  static Result<std::shared_ptr<Impl>> create(ClientOptions options);

  Impl(internal::ClientParts parts, std::shared_ptr<internal::Generations> generations)
      : parts_(std::move(parts)), state_{internal::process_generation(), std::move(generations)} {}

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
  /// Those of this process.
  [[nodiscard]] Result<std::shared_ptr<internal::Generations>> generations();
  void end() noexcept {
    const State now = state();
    if (now.of_this_process()) now.generations->end();
  }

 private:
  /// What belongs to one process.
  struct State {
    [[nodiscard]] bool of_this_process() const noexcept { return process == internal::process_generation(); }
    unsigned process;
    std::shared_ptr<internal::Generations> generations;
  };

  [[nodiscard]] State state() const noexcept {
    const std::lock_guard lock(internal::fork_safe_mutex());
    return state_;
  }
  /// The one in use; an Error where a call would wait for itself.
  [[nodiscard]] Result<std::shared_ptr<const internal::Generation>> generation_for_blocking_call();
  [[nodiscard]] std::optional<Error> begin(Request request, Completion&& completion);
  /// Of a request that may be sent.
  [[nodiscard]] Result<CallContext> api_context(const Request& request) const;
  [[nodiscard]] CallContext context(std::string url, const CallOptions& options) const;

  const internal::ClientParts parts_;
  State state_;  // guarded by fork_safe_mutex()
};

}  // namespace easypost_connect
