// SPDX-License-Identifier: Apache-2.0
#include "doctor/examination.hpp"

#include <memory>
#include <utility>

#include <easypost_connect/certificate_facts.hpp>
#include <easypost_connect/connect_client.hpp>

#include "core/url.hpp"
#include "doctor/connection_check.hpp"
#include "rotation/loaded_credentials.hpp"
#include "shell_words.hpp"
#include "token_source.hpp"

namespace easypost_connect::tool {
namespace {

constexpr long kRenewalDays = 30;

/// Time since it was made.
class Stopwatch {
 public:
  [[nodiscard]] std::chrono::microseconds elapsed() const {
    return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - start_);
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

/// How long the attempt of a call took, without the token it had to fetch before.
class AttemptTimer final : public Observer {
 public:
  void attempt_finished(const AttemptFinished& event) noexcept override { duration = event.duration; }
  std::chrono::microseconds duration{0};
};

class Examination {
 public:
  Examination(Result<ClientOptions> options, const std::string& path, const std::function<void(const Step&)>& show)
      : options_(std::move(options)), path_(path), show_(show) {}

  std::vector<Step> run(std::vector<Step> vault) {
    const bool given = first_failure(vault) == nullptr;
    for (Step& step : vault) add(std::move(step));
    const bool usable = add(given ? credentials() : Step{step_name::kCredentials});
    bool connected = usable;
    for (Step& step : connection(usable)) connected = add(std::move(step)) && connected;
    const bool authorised = add(usable ? token() : Step{step_name::kToken});
    add(connected && authorised ? call() : Step{step_name::kCall});
    return std::move(steps_);
  }

 private:
  /// Tells whether what depends on it can be run.
  bool add(Step step) {
    if (step.error) step.error = in_shell_words(*std::move(step.error));
    leave_secrets_out_of(step);
    show_(step);
    steps_.push_back(std::move(step));
    return steps_.back().outcome == Outcome::kPassed || steps_.back().outcome == Outcome::kWarning;
  }

  void leave_secrets_out_of(Step& step) const {
    if (!options_) return;
    const internal::Secrets secrets = internal::secrets_of(options_->credentials);
    step.detail = secrets.left_out_of(std::move(step.detail));
    step.advice = secrets.left_out_of(std::move(step.advice));
    if (step.error) secrets.leave_out_of(*step.error);
  }

  static Step failed(Step step, Error error) {
    step.outcome = Outcome::kFailed;
    step.error = std::move(error);
    return step;
  }

  Step credentials();
  void describe_certificate(Step& step) const;
  std::vector<Step> connection(bool usable) const;
  Step token() const;
  Step call() const;

  Result<ClientOptions> options_;
  const std::string& path_;
  const std::function<void(const Step&)>& show_;
  IdentityPtr identity_;
  std::string url_;
  std::vector<Step> steps_;
};

Step Examination::credentials() {
  Step step{step_name::kCredentials};
  if (!options_) return failed(std::move(step), options_.error());
  const Stopwatch watch;
  auto identity = load_identity(*options_);
  step.duration = watch.elapsed();
  if (!identity) return failed(std::move(step), std::move(identity).error());
  auto url = internal::join_url(options_->environment.api_url, path_, {});
  if (!url) return failed(std::move(step), std::move(url).error());
  identity_ = *std::move(identity);
  url_ = *std::move(url);
  step.outcome = Outcome::kPassed;
  describe_certificate(step);
  return step;
}

void warn(Step& step, const std::string& advice) {
  step.outcome = Outcome::kWarning;
  step.advice += (step.advice.empty() ? "" : " ") + advice;
}

void Examination::describe_certificate(Step& step) const {
  for (const auto& warning : identity_->warnings()) warn(step, warning.message + ' ' + warning.remedy);
  const ClientCertificate& given = options_->credentials.client_certificate;
  const auto certificates = certificate_facts(given);
  const auto key = private_key_facts(given);
  if (!certificates || !key) return;  // changed since the identity was loaded; the next step will tell
  const CertificateFacts& leaf = (*certificates)[key->certificate.value_or(0)];
  const long days = leaf.days_left(std::chrono::system_clock::now());
  step.detail = leaf.subject + ", " + key->type + ' ' + std::to_string(key->bits) + ", " + std::to_string(days) +
                (days == 1 ? " day left" : " days left");
  if (days >= kRenewalDays) return;
  warn(step, "Make a new signing request (easypost-connect csr) and get a new certificate from the Portal.");
}

std::vector<Step> Examination::connection(bool usable) const {
  if (usable) return check_connection(*options_, identity_, url_);
  return {Step{step_name::kDns}, Step{step_name::kTcp}, Step{step_name::kTls}, Step{step_name::kClientCertificate}};
}

Step Examination::token() const {
  Step step{step_name::kToken};
  const Stopwatch watch;
  auto token = fetch_token(*options_, identity_);
  step.duration = watch.elapsed();
  if (!token) return failed(std::move(step), std::move(token).error());
  step.outcome = Outcome::kPassed;
  step.detail = "good for " + std::to_string(token->life().count()) + " s, SHA-256 " + fingerprint(*token);
  return step;
}

/// The client itself, with all its rules; the steps before only say where on its way a failure would be.
Step Examination::call() const {
  Step step{step_name::kCall};
  const auto timer = std::make_shared<AttemptTimer>();
  ClientOptions options = *options_;
  options.observer = timer;
  options.retry.max_attempts = 1;
  auto client = ConnectClient::create(std::move(options));
  if (!client) return failed(std::move(step), std::move(client).error());
  auto answer = client->get(path_);
  step.duration = timer->duration;
  if (!answer) return failed(std::move(step), std::move(answer).error());
  step.outcome = Outcome::kPassed;
  step.detail = "GET " + path_.substr(0, path_.find('?')) + " answered " + std::to_string(answer->status) + ", " +
                std::to_string(answer->body.size()) + " bytes";
  return step;
}

}  // namespace

std::vector<Step> examine(const Result<ClientOptions>& options, std::vector<Step> vault, const std::string& path,
                          const std::function<void(const Step&)>& show) {
  return Examination(options, path, show).run(std::move(vault));
}

}  // namespace easypost_connect::tool
