// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>

#include <easypost_connect/credentials_status.hpp>

#include "core/wait.hpp"
#include "rotation/generation.hpp"
#include "rotation/look_schedule.hpp"

namespace easypost_connect::internal {

/// The generations of a client's credentials, in one process: the one in use, and how the next one takes its place.
/// Thread-safe.
class Rotation : public std::enable_shared_from_this<Rotation> {
 public:
  /// Begins with `first`, and looks at its files if the options say so. An Error: the system has no thread to do that,
  /// or no descriptors.
  [[nodiscard]] static Result<std::shared_ptr<Rotation>> begin(ClientScope scope, LoadedCredentials first,
                                                               std::uint64_t number = 1);
  /// Only begin() makes a Rotation.
  Rotation(ClientScope scope, LoadedCredentials first, std::uint64_t number);
  ~Rotation();
  Rotation(const Rotation&) = delete;
  Rotation& operator=(const Rotation&) = delete;

  /// Returns the generation to start a call on.
  [[nodiscard]] std::shared_ptr<const Generation> current() const;

  /// A call that runs on the I/O thread. An Error, or std::bad_alloc: it was not begun, and `completion` is as it was.
  [[nodiscard]] Result<void> call_async(Request request, CallContext context, Completion&& completion);
  /// Returns the threads that carry out calls and watch files.
  [[nodiscard]] const std::shared_ptr<ClientThreads>& threads() const noexcept { return threads_; }

  /// Loads and proves the next generation, and then uses it; on any error the current one stays. Without credentials,
  /// those of the source are taken, or the files of the current ones are read again.
  Result<CredentialsStatus> reload(std::optional<Credentials> credentials);

  /// Looks whether the files have changed, or what the source gives, and takes what is new. Does nothing while a reload
  /// is under way. The watching thread calls it.
  void look();

  [[nodiscard]] CredentialsStatus status() const;

  /// Cancels all calls under way, of every generation, and ends the watching of files, for good. All completions have
  /// run then, unless it is called on a thread of the client: there it waits for nothing.
  void end() noexcept;

 private:
  using GenerationPtr = std::shared_ptr<const Generation>;

  [[nodiscard]] GenerationPtr make(LoadedCredentials loaded, std::uint64_t number) const;
  /// Credentials to take next, and who gave them.
  struct Offer {
    enum class Origin { kCaller, kSource, kFiles };
    Origin origin;
    Credentials given;
    std::optional<std::chrono::seconds> look_again_after;  ///< the pause that the source has asked for
  };

  [[nodiscard]] bool has_source() const noexcept { return scope_.options->credential_source != nullptr; }
  [[nodiscard]] Result<Offer> offer(std::optional<Credentials> of_caller) const;
  [[nodiscard]] Result<GenerationPtr> prove_next(Offer offer) const;
  [[nodiscard]] Result<void> probe(const Generation& candidate) const;
  /// Uses the next generation from now on, and tells the observer; the one that was current drains. `reloading_` is
  /// locked, so that an observer that reloads in its turn is refused.
  Result<CredentialsStatus> replace(Result<Offer> offer);
  void cancel_all() noexcept;
  void report(const Error& error) const;
  /// Starts the watching thread, if there is something to look at and it does not run yet.
  [[nodiscard]] Result<void> watch();
  [[nodiscard]] ReadingRules reading_rules() const;
  void look_at_files();
  void look_at_source();
  [[nodiscard]] bool is_in_use(Offer& offer) const;

  const ClientScope scope_;
  const CancellationSource end_;
  const std::shared_ptr<ClientThreads> threads_ = std::make_shared<ClientThreads>();
  const std::shared_ptr<PendingCalls> pending_;
  const std::shared_ptr<LookSchedule> schedule_;  // shared with the watching thread
  InterruptibleMutex reloading_;                  // one reload at a time; calls do not take it
  std::shared_ptr<const Generation> current_;     // guarded by fork_safe_mutex()
  std::string refused_digest_;  // the digest of files that could not be used; only the watcher uses it
  bool refusal_reported_ = false;
  bool watched_ = false;  // guarded by reloading_, once begin() has returned
  const CancellationCallback process_ends_;
};

}  // namespace easypost_connect::internal
