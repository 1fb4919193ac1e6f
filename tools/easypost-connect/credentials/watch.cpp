// SPDX-License-Identifier: Apache-2.0
#include "credentials/watch.hpp"

#include <pthread.h>
#include <unistd.h>

#include <csignal>
#include <exception>
#include <iostream>
#include <thread>
#include <utility>

#include <easypost_connect/cancellation.hpp>

#include "commands.hpp"
#include "credentials/rotation_watch.hpp"
#include "error_text.hpp"
#include "rotation/look_schedule.hpp"
#include "shell_words.hpp"

namespace easypost_connect::tool {
namespace {

/// Variables and files have no rhythm of their own.
constexpr std::chrono::seconds kPauseWithoutVault{60};

sigset_t requests_to_end() {
  sigset_t set{};
  sigemptyset(&set);
  for (const int signal : {SIGINT, SIGTERM}) sigaddset(&set, signal);
  return set;
}

/// Looks at the credentials on a thread of its own, while the main thread waits for a signal.
class Watcher {
 public:
  Watcher(const std::function<CredentialLook()>& look, std::chrono::seconds interval, bool json)
      : look_(look), schedule_(interval), json_(json) {}

  /// Looks for the first time. A failure is returned.
  [[nodiscard]] Result<void> begin() {
    const CredentialLook look = look_();
    auto found = found_in(look);
    if (!found) return std::move(found).error();
    if (found->fields.empty()) return nothing_given();
    take(*std::move(found), look);
    return {};
  }

  void run() {
    std::exception_ptr failure;
    std::thread looker([this, &failure] {
      try {
        while (schedule_.wait(end_.token()) && look_again()) {
        }
      } catch (...) {
        failure = std::current_exception();
      }
      if (!end_.token().cancelled()) ::kill(::getpid(), SIGTERM);  // nobody else wakes the main thread
    });
    const sigset_t signals = requests_to_end();
    int signal = 0;
    ::sigwait(&signals, &signal);
    end_.cancel();
    looker.join();
    if (failure) std::rethrow_exception(failure);
  }

 private:
  /// Tells whether anybody can still be told of a change.
  bool look_again() {
    const CredentialLook look = look_();
    auto found = found_in(look);
    if (found) {
      take(*std::move(found), look);
    } else if (schedule_.failed(found.error())) {
      print(watch_.missed(in_shell_words(found.error())));
    }
    return std::cout.good();
  }

  void take(FoundCredentials found, const CredentialLook& look) {
    schedule_.answered(look.vault ? look.look_again_after : kPauseWithoutVault);
    for (const WatchEvent& event : watch_.found(std::move(found))) print(event);
  }

  void print(const WatchEvent& event) const {
    const std::string time = to_iso8601(std::chrono::system_clock::now());
    std::cout << (json_ ? to_json_line(event, time) : to_text(event, time)) << std::flush;
  }

  const std::function<CredentialLook()>& look_;
  internal::LookSchedule schedule_;
  const bool json_;
  RotationWatch watch_;
  CancellationSource end_;
};

}  // namespace

void hold_back_signals() {
  const sigset_t signals = requests_to_end();
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

int watch_credentials(const std::function<CredentialLook()>& look, std::chrono::seconds interval, bool json) {
  Watcher watcher(look, interval, json);
  if (auto begun = watcher.begin(); !begun) return fail(begun.error());
  if (std::cout) watcher.run();
  return kSuccess;
}

}  // namespace easypost_connect::tool
