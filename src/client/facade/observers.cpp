// SPDX-License-Identifier: Apache-2.0
#include "facade/connect_client_impl.hpp"

#include <cstdio>
#include <optional>
#include <string>
#include <utility>

#include "core/make_error.hpp"
#include "core/settings.hpp"
#include "core/text.hpp"

namespace easypost_connect {

Observer::~Observer() = default;

namespace internal {
namespace {

/// Tells two observers, one after the other. tests/contract/observer_events.cmake finds an event that is missing here.
class BothObservers final : public Observer {
 public:
  BothObservers(std::shared_ptr<Observer> first, std::shared_ptr<Observer> second)
      : first_(std::move(first)), second_(std::move(second)) {}

  void attempt_started(const AttemptEvent& event) noexcept override { tell(&Observer::attempt_started, event); }
  void attempt_finished(const AttemptFinished& event) noexcept override { tell(&Observer::attempt_finished, event); }
  void retry_scheduled(const RetryEvent& event) noexcept override { tell(&Observer::retry_scheduled, event); }
  void token_fetched(const TokenEvent& event) noexcept override { tell(&Observer::token_fetched, event); }
  void certificate_expiring(const CertificateExpiringEvent& event) noexcept override {
    tell(&Observer::certificate_expiring, event);
  }
  void credentials_reloaded(const CredentialsReloadedEvent& event) noexcept override {
    tell(&Observer::credentials_reloaded, event);
  }
  void credentials_retired(const CredentialsRetiredEvent& event) noexcept override {
    tell(&Observer::credentials_retired, event);
  }
  void credential_warning(const CredentialWarningEvent& event) noexcept override {
    tell(&Observer::credential_warning, event);
  }

 private:
  template <typename Event>
  void tell(void (Observer::*of)(const Event&) noexcept, const Event& event) noexcept {
    (first_.get()->*of)(event);
    (second_.get()->*of)(event);
  }

  std::shared_ptr<Observer> first_;
  std::shared_ptr<Observer> second_;
};

void write_to_stderr(std::string text) {
  text += '\n';
  std::fwrite(text.data(), 1, text.size(), stderr);  // one write: lines of several processes do not mix
}

LogSink stderr_sink(LogFormat format) {
  if (format == LogFormat::kJson) return [](std::string_view line) { write_to_stderr(std::string(line)); };
  return [](std::string_view line) { write_to_stderr(std::string("easypost_connect ").append(line)); };
}

std::optional<LogLevel> level_of(std::string_view name) noexcept {
  if (name.empty()) return LogLevel::kOff;
  if (equals_ignoring_case(name, "error")) return LogLevel::kError;
  if (equals_ignoring_case(name, "info")) return LogLevel::kInfo;
  if (equals_ignoring_case(name, "debug")) return LogLevel::kDebug;
  return std::nullopt;
}

std::optional<LogFormat> format_of(std::string_view name) noexcept {
  if (name.empty() || equals_ignoring_case(name, "text")) return LogFormat::kText;
  if (equals_ignoring_case(name, "json")) return LogFormat::kJson;
  return std::nullopt;
}

Error wrong_value(const Setting& setting, const char* problem) {
  return make_error(ErrorCode::kInvalidOption, setting.factor, std::string(setting.variable) + problem,
                    "Set it to one of them, or unset it.");
}

}  // namespace

Result<std::shared_ptr<Observer>> choose_observer(const ClientOptions& options) {
  const auto level = level_of(setting::kLog.from_environment());
  if (!level) return wrong_value(setting::kLog, " is none of error, info and debug.");
  const auto format = format_of(setting::kLogFormat.from_environment());
  if (!format) return wrong_value(setting::kLogFormat, " is neither text nor json.");
  if (*level == LogLevel::kOff) return options.observer;
  auto logger = make_line_logger(*level, options.log_sink ? options.log_sink : stderr_sink(*format), *format);
  if (!options.observer) return logger;
  return std::shared_ptr<Observer>(std::make_shared<BothObservers>(options.observer, std::move(logger)));
}

}  // namespace internal
}  // namespace easypost_connect
