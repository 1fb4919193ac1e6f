// SPDX-License-Identifier: Apache-2.0
#include "trial.hpp"

#include <chrono>
#include <mutex>
#include <optional>
#include <utility>

#include <gtest/gtest.h>

#include "cooperative_hosts.hpp"
#include "identity/tls_identity.hpp"
#include "wire/curl_library.hpp"
#include "wire/multiplexed_transport.hpp"
#include "wire/pooled_transport.hpp"

namespace easypost_connect::interop {
namespace {

using namespace std::chrono_literals;
using internal::Attempt;
using internal::ConnectionSetup;
using internal::MultiplexedTransport;
using internal::PooledTransport;
using internal::TlsIdentity;

constexpr std::chrono::milliseconds kConnectTimeout{2000};

/// HTTP/2 needs the asynchronous transport; each call waits here for its answer.
class OneAtATime final : public Transport {
 public:
  explicit OneAtATime(const ConnectionSetup& setup) : transport_({setup, setup}) {}

  Result<Response> send(const Request& request, const CallContext& context) override {
    const std::lock_guard lock(mutex_);
    Waiting attempt(request, context);
    if (auto started = transport_.start(attempt); !started) return std::move(started).error();
    while (!attempt.answer) {
      const auto end = transport_.end_of(attempt);
      if (std::chrono::steady_clock::now() >= end) return transport_.abort(attempt);
      transport_.run(end);
    }
    return *std::move(attempt.answer);
  }

 private:
  class Waiting final : public Attempt {
   public:
    Waiting(const Request& request, const CallContext& context)
        : Attempt(Purpose::kCall), request_(request), context_(context) {}
    [[nodiscard]] const Request& request() const noexcept override { return request_; }
    [[nodiscard]] const CallContext& context() const noexcept override { return context_; }
    void on_answer(Result<Response> came) noexcept override { answer = std::move(came); }

    std::optional<Result<Response>> answer;

   private:
    const Request& request_;
    const CallContext& context_;
  };

  std::mutex mutex_;
  MultiplexedTransport transport_;
};

std::shared_ptr<Transport> over(std::shared_ptr<const TlsIdentity> identity, HttpVersion http) {
  EXPECT_TRUE(internal::check_curl_library());
  const ConnectionSetup setup{std::move(identity), kConnectTimeout, ConnectionOptions{}};
  if (http == HttpVersion::kHttp2) return std::make_shared<OneAtATime>(setup);
  return std::make_shared<PooledTransport>(setup);
}

std::string number_in_brackets(const std::string& text) {
  const auto open = text.rfind('(');
  return open == std::string::npos ? text : text.substr(open + 1, text.size() - open - 2);
}

}  // namespace

TlsMaterial pem(const std::string& text) { return TlsMaterial::in_memory(Secret(text)); }

ClientCertificate material(const sandbox::IssuedCertificate& issued) {
  return {pem(issued.certificate), pem(issued.private_key), {}};
}

ClientOptions partner_of(const std::string& api_url, std::shared_ptr<Transport> transport) {
  ClientOptions options;
  options.environment = Environment::custom(api_url, hosts().token_url);
  options.credentials.api_key = Secret(hosts().api.api_key);
  options.credentials.oauth_client.id = "partner-1";
  options.credentials.oauth_client.secret = Secret("canary-secret-of-partner-1");
  options.transport = std::move(transport);
  options.retry.max_attempts = 1;
  return options;
}

Result<std::shared_ptr<Transport>> connection(const ClientCertificateCase& shown, HttpVersion http,
                                              const TlsMaterial& server_ca) {
  const bool none = shown.issued.certificate.empty();
  auto identity = TlsIdentity::load(material(none ? hosts().certificates.partner : shown.issued), server_ca,
                                    std::chrono::system_clock::now() + shown.clock_error);
  if (!identity) return std::move(identity).error();
  return over(none ? (*identity)->without_certificate() : *std::move(identity), http);
}

std::shared_ptr<Transport> connection(const ClientOptions& options, HttpVersion http) {
  return over(
      TlsIdentity::load(options.credentials.client_certificate, options.server_ca, std::chrono::system_clock::now())
          .value(),
      http);
}

Tampering::Tampering(std::shared_ptr<Transport> transport, std::string api_url, Change change)
    : transport_(std::move(transport)), api_url_(std::move(api_url)), change_(std::move(change)) {}

Result<Response> Tampering::send(const Request& request, const CallContext& context) {
  CallContext changed = context;
  if (context.url.rfind(api_url_ + '/', 0) == 0) change_(changed);
  return transport_->send(request, changed);
}

Result<Response> get(const ClientOptions& options, const std::string& path) {
  auto client = ConnectClient::create(options);
  if (!client) return std::move(client).error();
  return client->get(path);
}

std::string short_form(const Result<Response>& result) {
  if (result) return std::to_string(result->status);
  const Error& error = result.error();
  if (!error.seen.oauth_error.empty()) return std::to_string(error.seen.http_status) + ' ' + error.seen.oauth_error;
  if (error.seen.http_status != 0) return std::to_string(error.seen.http_status);
  if (error.code == ErrorCode::kInvalidCredential) return "create()";
  const std::string code = number_in_brackets(error.seen.transport);
  if (!error.seen.tls_alert.empty()) return code + ' ' + error.seen.tls_alert;
  return code + (error.factor == Factor::kClientCertificate ? " silent" : "");
}

void expect_blamed(Table table, const std::string& row, const std::string& column, const Result<Response>& result,
                   Factor factor) {
  const bool right = !result && result.error().factor == factor;
  matrix(table).add(row, column, right ? Verdict::kRight : Verdict::kWrong, short_form(result));
  EXPECT_TRUE(right) << row << " at " << column << ": " << (result ? "taken" : result.error().describe());
  if (result) return;
  EXPECT_FALSE(result.error().message.empty());
  EXPECT_FALSE(result.error().remedy.empty());
  if (short_form(result).find("silent") == std::string::npos) return;
  // A connection that ends without a word does not tell the factor, so the Error has to name two.
  EXPECT_NE(result.error().message.find("most likely"), std::string::npos) << result.error().describe();
  EXPECT_NE(result.error().message.find("otherwise"), std::string::npos) << result.error().describe();
}

void expect_both_named(Table table, const std::string& row, const std::string& column, const Result<Response>& result,
                       Factor likelier, const std::string& other) {
  const bool both = !result && result.error().factor == likelier &&
                    result.error().message.find("most likely") != std::string::npos &&
                    result.error().message.find(other) != std::string::npos;
  matrix(table).add(row, column, both ? Verdict::kUndecided : Verdict::kWrong, short_form(result));
  EXPECT_TRUE(both) << row << " at " << column << ": " << (result ? "taken" : result.error().describe());
}

void expect_taken(Table table, const std::string& row, const std::string& column, const Result<Response>& result,
                  Verdict verdict) {
  matrix(table).add(row, column, result ? verdict : Verdict::kWrong, short_form(result));
  EXPECT_TRUE(result) << row << " at " << column << ": " << result.error().describe();
}

}  // namespace easypost_connect::interop
