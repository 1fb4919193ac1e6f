// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <easypost_connect/observer.hpp>

namespace easypost_connect::test_support {

/// The news that an Observer was told in one event. A member that the event does not have keeps its default.
struct RecordedEvent {
  std::string name;              ///< name of the observer's function: "attempt_started"
  std::string line{};            ///< the event in short: "attempt_finished 503", "credentials_reloaded 1 failed"
  std::optional<Error> error{};  ///< empty if nothing failed
  std::string server_address{};  ///< address that an attempt reached
  std::string url_path{};        ///< path that an attempt asks for
  AttemptFinished attempt{};     ///< only numbers: texts and error would be gone, and are above
  std::chrono::milliseconds pause{0};
  std::chrono::seconds life{0};
  std::uint64_t generation = 0;
  std::uint64_t call_id = 0;
};

using RecordedEvents = std::vector<RecordedEvent>;

/// Returns the events of one name.
inline RecordedEvents named(std::string_view name, RecordedEvents events) {
  const auto has_another = [name](const RecordedEvent& event) { return event.name != name; };
  events.erase(std::remove_if(events.begin(), events.end(), has_another), events.end());
  return events;
}

/// Records all events in their order, or only those of the names that it is given. Thread-safe.
class RecordingObserver final : public Observer {
 public:
  RecordingObserver() = default;
  explicit RecordingObserver(std::vector<std::string> only) : only_(std::move(only)) {}

  void attempt_started(const AttemptEvent& event) noexcept override {
    RecordedEvent recorded{"attempt_started"};
    static_cast<AttemptEvent&>(recorded.attempt) = event;
    record_attempt(std::move(recorded), event, event.resend_count);
  }
  void attempt_finished(const AttemptFinished& event) noexcept override {
    RecordedEvent recorded{"attempt_finished"};
    recorded.attempt = event;
    if (event.error != nullptr) recorded.error = *event.error;
    record_attempt(std::move(recorded), event, event.status_code);
  }
  void retry_scheduled(const RetryEvent& event) noexcept override {
    RecordedEvent recorded{"retry_scheduled"};
    recorded.error = event.error;
    recorded.attempt.resend_count = event.resend_count;
    recorded.pause = event.pause;
    record(std::move(recorded), event, event.resend_count);
  }
  void token_fetched(const TokenEvent& event) noexcept override {
    RecordedEvent recorded{"token_fetched"};
    if (event.error != nullptr) recorded.error = *event.error;
    recorded.life = event.life;
    record(std::move(recorded), event, event.life.count());
  }
  void certificate_expiring(const CertificateExpiringEvent& event) noexcept override {
    record({"certificate_expiring"}, event, event.threshold.count());
  }
  void credentials_reloaded(const CredentialsReloadedEvent& event) noexcept override {
    RecordedEvent recorded{"credentials_reloaded"};
    if (event.error != nullptr) recorded.error = *event.error;
    recorded.generation = event.generation;
    record(std::move(recorded), event, event.generation);
  }
  void credentials_retired(const CredentialsRetiredEvent& event) noexcept override {
    RecordedEvent recorded{"credentials_retired"};
    recorded.generation = event.generation;
    record(std::move(recorded), event, event.generation);
  }
  void credential_warning(const CredentialWarningEvent& event) noexcept override {
    record({"credential_warning"}, event, 0);
  }

  [[nodiscard]] RecordedEvents events() const {
    const std::lock_guard lock(mutex_);
    return events_;
  }
  [[nodiscard]] RecordedEvents events(std::string_view name) const { return named(name, events()); }
  [[nodiscard]] std::vector<std::string> lines() const {
    std::vector<std::string> lines;
    for (RecordedEvent& event : events()) lines.push_back(std::move(event.line));
    return lines;
  }

  void forget() {
    const std::lock_guard lock(mutex_);
    events_.clear();
  }

  /// Waits until what was recorded is so; gives up after a minute, because on a busy machine seconds pass.
  [[nodiscard]] bool wait_until(const std::function<bool(const RecordedEvents&)>& is_so) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::minutes(1), [&] { return is_so(events_); });
  }
  /// Waits for the `count`-th event of that name.
  [[nodiscard]] bool wait_for(std::string_view name, std::size_t count = 1) {
    return wait_until([&](const RecordedEvents& events) { return named(name, events).size() >= count; });
  }

  std::function<void(const RecordedEvent&)> on_event;  ///< called for each; to be set before the first

 private:
  void record_attempt(RecordedEvent recorded, const ObserverEvent& event, int number) noexcept {
    recorded.server_address = std::exchange(recorded.attempt.server_address, {});
    recorded.url_path = std::exchange(recorded.attempt.url_path, {});
    recorded.attempt.error = nullptr;
    record(std::move(recorded), event, number);
  }

  template <typename Number>
  void record(RecordedEvent recorded, const ObserverEvent& event, Number number) noexcept {
    if (!only_.empty() && std::find(only_.begin(), only_.end(), recorded.name) == only_.end()) return;
    recorded.call_id = event.call_id;
    recorded.line = recorded.name + ' ' + std::to_string(number) + (recorded.error ? " failed" : "");
    {
      const std::lock_guard lock(mutex_);
      events_.push_back(recorded);
    }
    changed_.notify_all();
    if (on_event) on_event(recorded);
  }

  const std::vector<std::string> only_{};  // empty: all
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  RecordedEvents events_;
};

}  // namespace easypost_connect::test_support
