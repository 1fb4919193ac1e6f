// SPDX-License-Identifier: Apache-2.0
#include <easypost_connect/line_logger.hpp>

#include <mutex>
#include <string>
#include <utility>

namespace easypost_connect {
namespace {

/// Builds "event key=value key=value". A value with a blank or a control character could forge a line, so it is quoted
/// and cleaned.
class Line {
 public:
  explicit Line(std::string_view event) : text_(event) {}

  Line& add(std::string_view key, std::string_view value) {
    text_.append(" ").append(key).append("=");
    const bool plain = value.find_first_of(" \"=") == std::string_view::npos && !value.empty();
    if (!plain) text_ += '"';
    for (const char c : value) text_ += c < ' ' || c > '~' || c == '"' ? '.' : c;
    if (!plain) text_ += '"';
    return *this;
  }

  Line& add(std::string_view key, long long value) { return add(key, std::to_string(value)); }

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
        .add("http.request.resend_count", event.resend_count);
  }

  [[nodiscard]] std::string_view text() const noexcept { return text_; }

 private:
  std::string text_;
};

class LineLogger final : public Observer {
 public:
  LineLogger(LogLevel level, LogSink sink) : level_(level), sink_(std::move(sink)) {}

  void attempt_started(const AttemptEvent& event) noexcept override {
    write(LogLevel::kDebug, [&] { return Line("attempt_started").add(event); });
  }

  void attempt_finished(const AttemptFinished& event) noexcept override {
    const bool failed = event.error != nullptr || event.status_code >= 300;
    write(failed ? LogLevel::kError : LogLevel::kInfo, [&] {
      Line line("attempt_finished");
      line.add(static_cast<const AttemptEvent&>(event)).add("duration_us", event.duration.count());
      line.add("http.request.body.size", static_cast<long long>(event.request_body_size));
      if (event.error != nullptr) return line.add(*event.error);
      return line.add("http.response.status_code", event.status_code)
          .add("http.response.body.size", static_cast<long long>(event.response_body_size))
          .add("connection_reused", event.connection_reused ? 1 : 0);
    });
  }

  void retry_scheduled(const RetryEvent& event) noexcept override {
    write(LogLevel::kInfo, [&] {
      Line line("retry_scheduled");
      return line.add("http.request.resend_count", event.resend_count)
          .add("pause_ms", event.pause.count())
          .add(event.error);
    });
  }

  void token_fetched(const TokenEvent& event) noexcept override {
    write(event.error != nullptr ? LogLevel::kError : LogLevel::kInfo, [&] {
      Line line("token_fetched");
      line.add("duration_us", event.duration.count());
      return event.error != nullptr ? line.add(*event.error) : line.add("life_s", event.life.count());
    });
  }

  void certificate_expiring(const CertificateExpiringEvent& event) noexcept override {
    write(LogLevel::kError, [&] { return Line("certificate_expiring").add("left_s", event.left.count()); });
  }

  void credentials_reloaded(const CredentialsReloadedEvent& event) noexcept override {
    write(event.error != nullptr ? LogLevel::kError : LogLevel::kInfo, [&] {
      Line line("credentials_reloaded");
      line.add("generation", static_cast<long long>(event.generation));
      return event.error != nullptr ? line.add(*event.error) : line;
    });
  }

  void credentials_retired(const CredentialsRetiredEvent& event) noexcept override {
    write(LogLevel::kInfo,
          [&] { return Line("credentials_retired").add("generation", static_cast<long long>(event.generation)); });
  }

  void credential_warning(const CredentialWarningEvent& event) noexcept override {
    write(LogLevel::kError, [&] { return Line("credential_warning").add("message", event.message); });
  }

 private:
  /// A log must not break what it reports on: a line that cannot be built or written is lost.
  template <typename MakeLine>
  void write(LogLevel level, const MakeLine& make_line) noexcept {
    if (level > level_) return;
    try {
      const Line line = make_line();
      const std::lock_guard lock(mutex_);
      sink_(line.text());
    } catch (...) {  // NOLINT(bugprone-empty-catch)
    }
  }

  const LogLevel level_;
  const LogSink sink_;
  std::mutex mutex_;
};

}  // namespace

Observer::~Observer() = default;

std::shared_ptr<Observer> make_line_logger(LogLevel level, LogSink sink) {
  return std::make_shared<LineLogger>(level, std::move(sink));
}

}  // namespace easypost_connect
