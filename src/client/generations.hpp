// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <mutex>
#include <optional>

#include <easypost_connect/credentials_status.hpp>

#include "client/file_watcher.hpp"
#include "client/generation.hpp"

namespace easypost_connect::internal {

/// The generations of a client's credentials, in one process: the one in use, and how the next one takes its place.
/// Thread-safe.
class Generations {
 public:
  Generations(ClientParts parts, LoadedCredentials first, std::uint64_t number = 1);
  ~Generations();
  Generations(const Generations&) = delete;
  Generations& operator=(const Generations&) = delete;

  /// The one to start a call on.
  [[nodiscard]] std::shared_ptr<const Generation> current() const;

  /// A call that runs on the I/O thread. One that cannot be accepted is completed before this returns.
  void call_async(Request request, CallContext context, Completion completion);
  /// This thread is inside a completion.
  [[nodiscard]] bool completing() const noexcept { return pending_->completing(); }

  /// Loads and proves the next generation, and then uses it; on any error the current one stays. Without credentials,
  /// those of the source are taken, or the files of the current ones are read again.
  Result<CredentialsStatus> reload(std::optional<Credentials> credentials);

  [[nodiscard]] CredentialsStatus status() const;

  /// Cancels all calls under way, of every generation, and ends the watching of files, for good. All completions have
  /// run then.
  void end() noexcept;

 private:
  using GenerationPtr = std::unique_ptr<Generation>;

  [[nodiscard]] GenerationPtr make(LoadedCredentials loaded, std::uint64_t number) const;
  [[nodiscard]] Result<GenerationPtr> prove_next(std::optional<Credentials> credentials) const;
  [[nodiscard]] std::optional<Error> probe(const Generation& candidate) const;
  /// Uses the next generation from now on; the current one drains.
  void use(GenerationPtr next);
  Result<CredentialsStatus> replace(std::optional<Credentials> credentials);
  void report(const Result<CredentialsStatus>& outcome) const;
  void look_at_files();

  const ClientParts parts_;
  const CancellationSource end_;
  const std::shared_ptr<PendingCalls> pending_;
  const std::shared_ptr<IoThreads> io_threads_ = std::make_shared<IoThreads>();
  std::mutex reloading_;                       // one reload at a time; calls do not take it
  std::shared_ptr<const Generation> current_;  // guarded by fork_safe_mutex()
  std::string refused_digest_;                 // of files that could not be used; only for the watcher
  bool refusal_reported_ = false;
  std::optional<FileWatcher> watcher_;
};

}  // namespace easypost_connect::internal
