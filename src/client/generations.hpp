// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <mutex>
#include <optional>

#include <easypost_connect/credentials_status.hpp>

#include "client/generation.hpp"
#include "engine/interruptible_wait.hpp"

namespace easypost_connect::internal {

/// The generations of a client's credentials, in one process: the one in use, and how the next one takes its place.
/// Thread-safe.
class Generations : public std::enable_shared_from_this<Generations> {
 public:
  /// Begins with `first`, and looks at its files if the options say so. An Error: the system has no thread to do that,
  /// or no descriptors.
  [[nodiscard]] static Result<std::shared_ptr<Generations>> begin(ClientParts parts, LoadedCredentials first,
                                                                  std::uint64_t number = 1);
  /// For begin().
  Generations(ClientParts parts, LoadedCredentials first, std::uint64_t number);
  ~Generations();
  Generations(const Generations&) = delete;
  Generations& operator=(const Generations&) = delete;

  /// The one to start a call on.
  [[nodiscard]] std::shared_ptr<const Generation> current() const;

  /// A call that runs on the I/O thread. An Error, or std::bad_alloc: it was not begun, and `completion` is as it was.
  [[nodiscard]] std::optional<Error> call_async(Request request, CallContext context, Completion&& completion);
  /// Those that carry out calls and watch files.
  [[nodiscard]] const std::shared_ptr<ClientThreads>& threads() const noexcept { return threads_; }

  /// Loads and proves the next generation, and then uses it; on any error the current one stays. Without credentials,
  /// those of the source are taken, or the files of the current ones are read again.
  Result<CredentialsStatus> reload(std::optional<Credentials> credentials);

  [[nodiscard]] CredentialsStatus status() const;

  /// Cancels all calls under way, of every generation, and ends the watching of files, for good. All completions have
  /// run then, unless it is called on a thread of the client: there it waits for nothing.
  void end() noexcept;

 private:
  using GenerationPtr = std::shared_ptr<const Generation>;

  [[nodiscard]] GenerationPtr make(LoadedCredentials loaded, std::uint64_t number) const;
  [[nodiscard]] Result<GenerationPtr> prove_next(std::optional<Credentials> credentials) const;
  [[nodiscard]] std::optional<Error> probe(const Generation& candidate) const;
  /// Uses the next generation from now on; the one that was current drains.
  Result<CredentialsStatus> replace(std::optional<Credentials> credentials,
                                    std::unique_lock<InterruptibleMutex> one_at_a_time);
  void cancel_all() noexcept;
  void report(const Result<CredentialsStatus>& outcome) const;
  void watch_files();
  [[nodiscard]] ReadingRules reading_rules() const;
  void look_at_files();

  const ClientParts parts_;
  const CancellationSource end_;
  const std::shared_ptr<ClientThreads> threads_ = std::make_shared<ClientThreads>();
  const std::shared_ptr<PendingCalls> pending_;
  InterruptibleMutex reloading_;               // one reload at a time; calls do not take it
  std::shared_ptr<const Generation> current_;  // guarded by fork_safe_mutex()
  std::string refused_digest_;                 // of files that could not be used; only for the watcher
  bool refusal_reported_ = false;
  const CancellationCallback process_ends_;
};

}  // namespace easypost_connect::internal
