// SPDX-License-Identifier: Apache-2.0
#include <utility>
#include <variant>

#include "core/text.hpp"
#include "core/whole_file.hpp"
#include "vaults/azure_address.hpp"
#include "vaults/azure_assertion.hpp"
#include "vaults/azure_identity.hpp"
#include "vaults/wiped_form.hpp"

namespace easypost_connect::internal {
namespace {

using vaults::AzureCertificateLogin;
using vaults::AzureSecretLogin;
using vaults::AzureWorkloadIdentityLogin;

struct Remedy {
  std::int64_t code;  ///< AADSTS7000215 has 7000215
  const char* text;
};

constexpr Remedy kRemedies[] = {
    {7000215,
     "Give the value of the secret, not its id. A new one: az ad app credential reset --append --id CLIENT_ID."},
    {7000222, "The client secret has expired. Make a new one: az ad app credential reset --append --id CLIENT_ID."},
    {700016, "Check AZURE_CLIENT_ID, and that the application is in the tenant AZURE_TENANT_ID."},
    {7000112, "The application is disabled. Let an administrator enable it under Enterprise applications."},
    {90002, "Check AZURE_TENANT_ID, and AZURE_AUTHORITY_HOST if the tenant is in a cloud of its own."},
    {900023, "Check AZURE_TENANT_ID: it is neither the id nor a domain of a tenant."},
    {700027,
     "Register this certificate: az ad app credential reset --append --id CLIENT_ID --cert @CERTIFICATE.pem. If it is "
     "registered, check that it has not expired."},
    {700024,
     "Set the clock of this machine: the assertion is not yet, or no longer, valid. A token file may be stale."},
    {70021, "Let a federated credential of the application name issuer, subject and audience of this token."},
    {700211, "Let a federated credential of the application name the issuer of this token."},
    {700212, "Ask for the token with the audience api://AzureADTokenExchange."},
    {700213, "Let a federated credential of the application name the subject of this token."},
    {500011, "Check VaultOptions::azure.vault_suffix: this tenant knows no such vaults."},
    {53003, "A policy of conditional access forbids it. Ask the administrator of the tenant."}};

std::string remedy_for(int status, std::int64_t code) {
  if (status == 429 || status >= 500) return "Try again later: Entra ID is busy, or unwell.";
  for (const Remedy& remedy : kRemedies) {
    if (remedy.code == code) return remedy.text;
  }
  if (code != 0) return "Look it up: https://login.microsoftonline.com/error?code=" + std::to_string(code);
  return "Check AZURE_AUTHORITY_HOST, and what stands between this machine and Entra ID.";
}

/// Entra ID adds lines that are for its support only, from "Trace ID:" on.
std::string_view without_trace(std::string_view description) {
  const auto lines = description.find_first_of("\r\n");
  return trim(description.substr(0, std::min(lines, description.find("Trace ID:"))));
}

/// An app registration, which proves itself by a secret, by its certificate, or by the token of somebody trusted.
class AzureApplication final : public AzureIdentity {
 public:
  AzureApplication(std::string way, std::shared_ptr<Transport> transport, vaults::AzureKeyVault options,
                   std::shared_ptr<const Clock> clock)
      : AzureIdentity(std::move(way), std::move(transport)), options_(std::move(options)), clock_(std::move(clock)) {}

  [[nodiscard]] Result<VaultQuestion> question(VaultClient& client, const VaultStep& step,
                                               const std::string& suffix) const override {
    VaultQuestion question;
    question.method = Method::kPost;
    question.url = options_.authority_host.empty() ? std::string(azure_authority(suffix)) : options_.authority_host;
    question.url.append("/").append(options_.tenant_id).append("/oauth2/v2.0/token");
    question.content_type = "application/x-www-form-urlencoded";
    WipedForm form;
    form.add("grant_type", "client_credentials");
    form.add("client_id", options_.client_id);
    form.add("scope", "https://" + suffix + "/.default");
    if (const auto* login = std::get_if<AzureSecretLogin>(&options_.login)) {
      client.keep_out(login->client_secret);
      form.add("client_secret", login->client_secret.expose());
    } else {
      const auto assertion = assertion_for(client, step, question.url);
      if (!assertion) return assertion.error();
      client.keep_out(*assertion);
      form.add("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
      form.add("client_assertion", assertion->expose());
    }
    question.body = form.text();
    return question;
  }

  [[nodiscard]] Error refused(const VaultClient& client, const VaultStep& step,
                              const VaultAnswer& answer) const override {
    const SecretJson json = answer.json();
    std::string_view words = without_trace(text_at(json, "error_description"));
    if (words.empty()) words = text_at(json, "error");
    return client.refusal(step, answer, client.quoted(words),
                          remedy_for(answer.status, first_at(json, "error_codes").number(0)));
  }

 private:
  [[nodiscard]] Result<Secret> assertion_for(const VaultClient& client, const VaultStep& step,
                                             std::string_view token_url) const {
    if (const auto* login = std::get_if<AzureWorkloadIdentityLogin>(&options_.login))
      return token_in(login->token_file, client, step);
    const auto& login = std::get<AzureCertificateLogin>(options_.login);
    const auto pair = certificate_with_key(login.certificate, client, step);
    if (!pair) return pair.error();
    auto assertion = azure_assertion(*pair, options_.client_id, token_url, clock_->now().wall);
    if (assertion) return *std::move(assertion);
    return client.unusable(step, "the key of the certificate cannot sign with RSA",
                           "Use an RSA key of 2048 bits or more.");
  }

  [[nodiscard]] static Result<Secret> token_in(const std::string& path, const VaultClient& client,
                                               const VaultStep& step) {
    const auto file = read_whole_file(path, {});
    const char* remedy = "Let Kubernetes mount the token: label the pod azure.workload.identity/use=true.";
    if (const auto* fault = std::get_if<FileFault>(&file))
      return client.unusable(step, "the token file " + path + ' ' + fault->problem, remedy);
    const std::string_view text = std::get<WholeFile>(file).content.expose();
    const auto end = text.find_last_not_of(" \t\r\n");
    if (end == std::string_view::npos) return client.unusable(step, "the token file " + path + " is empty", remedy);
    return Secret(text.substr(0, end + 1));
  }

  vaults::AzureKeyVault options_;
  std::shared_ptr<const Clock> clock_;
};

}  // namespace

std::unique_ptr<AzureIdentity> make_azure_application(std::string way, std::shared_ptr<Transport> transport,
                                                      vaults::AzureKeyVault options,
                                                      std::shared_ptr<const Clock> clock) {
  return std::make_unique<AzureApplication>(std::move(way), std::move(transport), std::move(options), std::move(clock));
}

}  // namespace easypost_connect::internal
