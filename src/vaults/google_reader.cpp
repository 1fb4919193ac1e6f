// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "core/encoding.hpp"
#include "core/make_error.hpp"
#include "core/url.hpp"
#include "vaults/crc32c.hpp"
#include "vaults/google_answer.hpp"
#include "vaults/google_login.hpp"
#include "vaults/google_secret_name.hpp"
#include "vaults/readers.hpp"
#include "vaults/service_address.hpp"

namespace easypost_connect::internal {
namespace {

constexpr int kUnauthenticated = 401;

/// Where Secret Manager is.
struct GoogleAddress {
  std::string endpoint;  ///< has no '/' at its end; empty: Google's own
  std::string universe;

  [[nodiscard]] std::string url_of(const GoogleSecretName& name) const {
    std::string url = endpoint;
    if (url.empty()) url = "https://secretmanager." + (name.location.empty() ? "" : name.location + ".rep.") + universe;
    return url + "/v1/" + name.version_resource() + ":access";
  }
};

class GoogleReader final : public SecretReader {
 public:
  GoogleReader(GoogleAddress address, VaultClient client, GoogleLogin login, std::shared_ptr<const Clock> clock)
      : address_(std::move(address)), client_(std::move(client)), login_(std::move(login)), clock_(std::move(clock)) {}

  [[nodiscard]] Result<void> check(const SecretReference& reference) const override {
    if (auto name = google_secret_name_in(reference); !name) return std::move(name).error();
    return reference.check_parameters({"location"});
  }

  [[nodiscard]] Result<ReadSecret> read(const SecretReference& reference) override {
    const auto name = google_secret_name_in(reference);
    if (!name) return name.error();
    const VaultStep step{"Google Secret Manager", "read of " + reference.text};
    const auto answer = ask(step, *name);
    if (!answer) return answer.error();
    return answer->ok() ? content_of(step, *answer) : refused(step, *name, *answer);
  }

  [[nodiscard]] std::optional<std::string> login(const SecretReference& /*reference*/) const override {
    return login_.has_token() ? std::optional(login_.origin() + " as " + login_.principal()) : std::nullopt;
  }

 private:
  /// Asks with the token; once more with a new one if a token is refused that was there before.
  Result<VaultAnswer> ask(const VaultStep& step, const GoogleSecretName& name) {
    VaultQuestion question;
    question.url = address_.url_of(name);
    for (;;) {
      const bool had_token = login_.has_token();
      const auto token = login_.token(client_);
      if (!token) return token.error();
      question.credentials = {{"authorization", bearer(*token)}};
      auto answer = client_.ask(step, question);
      if (!answer || answer->status != kUnauthenticated) return answer;
      login_.drop();
      if (!had_token) return answer;
    }
  }

  Result<ReadSecret> content_of(const VaultStep& step, const VaultAnswer& answer) const {
    const auto json = client_.object_in(step, answer);
    if (!json) return json.error();
    auto bytes = base64_decode(text_at(*json, "payload", "data"));
    if (!bytes || bytes->empty())
      return client_.unusable(step, "the answer holds no payload in base64",
                              "Check that the version holds something: gcloud secrets versions access VERSION "
                              "--secret SECRET.");
    const std::int64_t checksum = number_at(*json, -1, "payload", "dataCrc32c");
    if (checksum >= 0 && checksum != crc32c(bytes->expose())) {
      Error error =
          client_.unusable(step, "the payload was damaged on its way: it does not fit its dataCrc32c",
                           "Read it again; if it lasts, look at what stands between this machine and Google.");
      error.retryable = true;
      return error;
    }
    const std::string_view name = text_at(*json, "name");
    return ReadSecret{*std::move(bytes), std::string(name.substr(name.rfind('/') + 1)), {}};
  }

  Error refused(const VaultStep& step, const GoogleSecretName& name, const VaultAnswer& answer) const {
    const GoogleError error = google_error_in(answer, client_);
    return client_.refusal(step, answer, error.words(), remedy_of(error, name, answer));
  }

  std::string remedy_of(const GoogleError& error, const GoogleSecretName& name, const VaultAnswer& answer) const {
    const std::string place =
        " --project " + name.project + (name.location.empty() ? "" : " --location " + name.location);
    if (error.reason == "SERVICE_DISABLED")
      return "Enable the API: gcloud services enable secretmanager.googleapis.com --project " + name.project + '.';
    if (error.reason == "ACCESS_TOKEN_SCOPE_INSUFFICIENT")
      return "Give the machine the scope cloud-platform: gcloud compute instances set-service-account.";
    if (error.status == "NOT_FOUND")
      return "Check project, secret, version and location: gcloud secrets versions list " + name.secret + place + '.';
    if (error.status == "FAILED_PRECONDITION")
      return "The version is disabled or destroyed: enable it (gcloud secrets versions enable), name another, or add a "
             "new one.";
    if (error.status == "PERMISSION_DENIED")
      return "Grant it: gcloud secrets add-iam-policy-binding " + name.secret + place +
             " --role roles/secretmanager.secretAccessor --member ACCOUNT, for " + login_.principal() + ", by " +
             login_.origin() + '.';
    if (error.status == "UNAUTHENTICATED")
      return clock_complaint(answer, clock_->now().wall) + "Check that " + login_.principal() + ", by " +
             login_.origin() +
             ", is there and enabled, that a key of it was not deleted, and that the clock of this machine is right.";
    if (error.status == "RESOURCE_EXHAUSTED") return "Wait, or ask for a higher quota of the project.";
    if (answer.status >= 500) return kWaitForGoogle;
    if (error.status.empty()) return "The answer is none of Google's: check the endpoint, and a proxy on the way.";
    return "Check the reference, and the endpoint if one is set.";
  }

  GoogleAddress address_;
  VaultClient client_;
  GoogleLogin login_;
  std::shared_ptr<const Clock> clock_;
};

Result<GoogleAddress> address_of(const vaults::GoogleSecretManager& options, HttpsTransportOptions& transport) {
  GoogleAddress address{options.endpoint, options.universe_domain};
  if (address.universe.empty()) address.universe = first_variable({"GOOGLE_CLOUD_UNIVERSE_DOMAIN"});
  if (address.universe.empty()) address.universe = "googleapis.com";
  if (const std::string url = "https://" + address.universe;
      !problem_of(url).empty() || Url(url).host != address.universe)
    return make_error(ErrorCode::kInvalidOption, Factor::kCredentialSource,
                      "The universe of Google (GOOGLE_CLOUD_UNIVERSE_DOMAIN) is no name of a host.",
                      "Leave it empty, which means googleapis.com.");
  while (!address.endpoint.empty() && address.endpoint.back() == '/') address.endpoint.pop_back();
  if (address.endpoint.empty()) return address;
  auto allowed = allow_service("The endpoint of Google Secret Manager", address.endpoint, transport);
  if (!allowed) return std::move(allowed).error();
  return address;
}

}  // namespace

Result<std::unique_ptr<SecretReader>> make_google_reader(vaults::GoogleSecretManager options, const VaultWorld& world) {
  HttpsTransportOptions transport;
  transport.server_ca = options.server_ca;
  auto address = address_of(options, transport);
  if (!address) return std::move(address).error();
  auto login = GoogleLogin::make(options, address->universe, world);
  if (!login) return std::move(login).error();
  auto made = world.make_transport(std::move(transport));
  if (!made) return std::move(made).error();
  return std::unique_ptr<SecretReader>(std::make_unique<GoogleReader>(
      *std::move(address), VaultClient(*std::move(made), world), *std::move(login), world.clock));
}

}  // namespace easypost_connect::internal
