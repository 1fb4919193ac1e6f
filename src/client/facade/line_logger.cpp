// SPDX-License-Identifier: Apache-2.0
#include <easypost_connect/line_logger.hpp>

#include <chrono>
#include <cstdio>
#include <ctime>
#include <mutex>
#include <string>
#include <utility>

#include "core/calendar.hpp"
#include "core/text.hpp"

namespace easypost_connect {
namespace {

using internal::append_json_string;
using internal::utc_of;

/// "2026-11-23T09:00:00.123Z"
std::string timestamp(std::chrono::system_clock::time_point time) {
  const auto since = std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
  const std::tm parts = utc_of(static_cast<std::time_t>(since / 1000));
  char text[40] = {};
  const std::size_t size = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
  std::snprintf(text + size, sizeof text - size, ".%03dZ", static_cast<int>(since % 1000));
  return text;
}

std::string_view name_of(LogLevel level) {
  return level == LogLevel::kError ? "error" : level == LogLevel::kInfo ? "info" : "debug";
}

/// An event and its facts, in one line.
class Line {
 public:
  Line(LogFormat format, LogLevel level, std::string_view name, const ObserverEvent& event)
      : json_(format == LogFormat::kJson) {
    if (json_) {
      text_ = "{\"timestamp\":\"" + timestamp(std::chrono::system_clock::now()) + '"';
      add("level", name_of(level)).add("logger", "easypost_connect").add("event", name);
    } else {
      text_ = name;
    }
    if (event.call_id != 0) add("call", static_cast<long long>(event.call_id));
  }

  Line& add(std::string_view key, std::string_view value) {
    begin(key);
    json_ ? append_json_string(text_, value) : append_plain(value);
    return *this;
  }

  Line& add(std::string_view key, const char* value) { return add(key, std::string_view(value)); }

  Line& add(std::string_view key, long long value) {
    begin(key);
    text_ += std::to_string(value);
    return *this;
  }

  Line& add(std::string_view key, bool value) {
    begin(key);
    text_ += json_ ? (value ? "true" : "false") : (value ? "1" : "0");
    return *this;
  }

  Line& add(const Error& error) {
    add("error.type", to_string(error.code)).add("factor", to_string(error.factor)).add("message", error.message);
    if (!error.seen.tls_alert.empty()) add("tls.alert", error.seen.tls_alert);
    if (!error.seen.oauth_error.empty()) add("oauth.error", error.seen.oauth_error);
    return *this;
  }

  Line& add(const AttemptEvent& event) {
    return add("http.request.method", to_string(event.method))
        .add("server.address", event.server_address)
        .add("url.path", event.url_path)
        .add("http.request.resend_count", static_cast<long long>(event.resend_count));
  }

  [[nodiscard]] std::string finished() && { return std::move(text_.append(json_ ? "}" : "")); }

 private:
  void begin(std::string_view key) { text_.append(json_ ? ",\"" : " ").append(key).append(json_ ? "\":" : "="); }

  /// A value with a blank or a control character could forge a line, so it is quoted and cleaned.
  void append_plain(std::string_view value) {
    const bool plain = value.find_first_of(" \"=") == std::string_view::npos && !value.empty();
    if (!plain) text_ += '"';
    for (const char c : value) text_ += c < ' ' || c > '~' || c == '"' ? '.' : c;
    if (!plain) text_ += '"';
  }

  const bool json_;
  std::string text_;
};

class LineLogger final : public Observer {
 public:
  LineLogger(LogLevel level, LogSink sink, LogFormat format) : level_(level), sink_(std::move(sink)), format_(format) {}

  void attempt_started(const AttemptEvent& event) noexcept override {
    write(LogLevel::kDebug, "attempt_started", event, [&](Line& line) { line.add(event); });
  }

  void attempt_finished(const AttemptFinished& event) noexcept override {
    const bool failed = event.error != nullptr || event.status_code >= 300;
    write(failed ? LogLevel::kError : LogLevel::kInfo, "attempt_finished", event, [&](Line& line) {
      line.add(static_cast<const AttemptEvent&>(event)).add("duration_us", count(event.duration));
      line.add("http.request.body.size", static_cast<long long>(event.request_body_size));
      if (event.error != nullptr) {
        line.add(*event.error);
        return;
      }
      line.add("http.response.status_code", static_cast<long long>(event.status_code))
          .add("http.response.body.size", static_cast<long long>(event.response_body_size))
          .add("connection_reused", event.connection_reused);
    });
  }

  void retry_scheduled(const RetryEvent& event) noexcept override {
    write(LogLevel::kInfo, "retry_scheduled", event, [&](Line& line) {
      line.add("http.request.resend_count", static_cast<long long>(event.resend_count))
          .add("pause_ms", count(event.pause))
          .add(event.error);
    });
  }

  void token_fetched(const TokenEvent& event) noexcept override {
    write(event.error != nullptr ? LogLevel::kError : LogLevel::kInfo, "token_fetched", event, [&](Line& line) {
      line.add("duration_us", count(event.duration));
      event.error != nullptr ? line.add(*event.error) : line.add("life_s", count(event.life));
    });
  }

  void certificate_expiring(const CertificateExpiringEvent& event) noexcept override {
    write(LogLevel::kError, "certificate_expiring", event, [&](Line& line) { line.add("left_s", count(event.left)); });
  }

  void credentials_reloaded(const CredentialsReloadedEvent& event) noexcept override {
    write(event.error != nullptr ? LogLevel::kError : LogLevel::kInfo, "credentials_reloaded", event, [&](Line& line) {
      line.add("generation", static_cast<long long>(event.generation));
      if (event.error != nullptr) line.add(*event.error);
    });
  }

  void credentials_retired(const CredentialsRetiredEvent& event) noexcept override {
    write(LogLevel::kInfo, "credentials_retired", event,
          [&](Line& line) { line.add("generation", static_cast<long long>(event.generation)); });
  }

  void credential_warning(const CredentialWarningEvent& event) noexcept override {
    write(LogLevel::kError, "credential_warning", event, [&](Line& line) { line.add("message", event.message); });
  }

 private:
  template <typename Duration>
  static long long count(Duration duration) noexcept {
    return duration.count();
  }

  /// A log must not break what it reports on: a line that cannot be built or written is lost.
  template <typename AddFacts>
  void write(LogLevel level, std::string_view name, const ObserverEvent& event, const AddFacts& add_facts) noexcept {
    if (level > level_) return;
    try {
      Line line(format_, level, name, event);
      add_facts(line);
      const std::string text = std::move(line).finished();
      const std::lock_guard lock(mutex_);
      sink_(text);
    } catch (...) {  // NOLINT(bugprone-empty-catch)
    }
  }

  const LogLevel level_;
  const LogSink sink_;
  const LogFormat format_;
  std::mutex mutex_;
};

}  // namespace

std::shared_ptr<Observer> make_line_logger(LogLevel level, LogSink sink, LogFormat format) {
  return std::make_shared<LineLogger>(level, std::move(sink), format);
}

}  // namespace easypost_connect
