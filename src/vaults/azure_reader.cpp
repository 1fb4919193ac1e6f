// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "core/answer_fields.hpp"
#include "core/secrets.hpp"
#include "vaults/azure_address.hpp"
#include "vaults/azure_login.hpp"
#include "vaults/readers.hpp"
#include "vaults/service_address.hpp"

namespace easypost_connect::internal {
namespace {

Secret bearer(const Secret& token) {
  std::string text;
  const WipeOnExit wipe_text(text);
  constexpr std::string_view kBearer = "Bearer ";
  text.reserve(kBearer.size() + token.size());
  text.append(kBearer).append(token.expose());
  return Secret(text);
}

/// Returns the reason that a vault gives for a refusal: the inner code, where there is one.
std::string_view code_in(const SecretJson& json) {
  const std::string_view inner = text_at(json, "error", "innererror", "code");
  return inner.empty() ? text_at(json, "error", "code") : inner;
}

class AzureReader final : public SecretReader {
 public:
  AzureReader(std::string suffix, std::shared_ptr<Transport> transport, AzureLogin login, VaultWorld world)
      : suffix_(std::move(suffix)),
        transport_(std::move(transport)),
        login_(std::move(login)),
        world_(std::move(world)) {}

  [[nodiscard]] Result<void> check(const SecretReference& reference) const override {
    if (const auto address = azure_address(reference, suffix_); !address) return address.error();
    return reference.check_parameters({});
  }

  [[nodiscard]] Result<ReadSecret> read(const SecretReference& reference) override {
    const auto address = azure_address(reference, suffix_);
    if (!address) return address.error();
    const VaultStep step{address->shown(), "read of " + reference.text};
    VaultClient client(transport_, world_);
    const auto answer = ask(client, step, *address, reference);
    if (!answer) return answer.error();
    if (!answer->ok()) return refused(client, step, *address, *answer);
    return content_of(client, step, *answer);
  }

  [[nodiscard]] std::optional<std::string> login(const SecretReference& reference) const override {
    const auto address = azure_address(reference, suffix_);
    return address && login_.has_token(address->suffix) ? std::optional(login_.way()) : std::nullopt;
  }

 private:
  /// Asks with the token; once more with a new one if an older one is refused.
  Result<VaultAnswer> ask(VaultClient& client, const VaultStep& step, const AzureAddress& address,
                          const SecretReference& reference) {
    for (;;) {
      const bool had_token = login_.has_token(address.suffix);
      const auto token = login_.token(address.suffix, address.shown(), reference.text);
      if (!token) return token.error();
      client.keep_out(*token);
      VaultQuestion question;
      question.url = address.url();
      question.credentials.push_back({"authorization", bearer(*token)});
      auto answer = client.ask(step, question);
      if (!answer || answer->status != 401) return answer;
      login_.drop(address.suffix);
      if (!had_token) return answer;
    }
  }

  static Result<ReadSecret> content_of(const VaultClient& client, const VaultStep& step, const VaultAnswer& answer) {
    const auto json = client.object_in(step, answer);
    if (!json) return json.error();
    const std::string_view value = text_at(*json, "value");
    if (value.empty()) return client.unusable(step, "the answer holds no value", "Check that the secret is not empty.");
    ReadSecret secret;
    secret.content = Secret(value);
    const std::string_view id = text_at(*json, "id");
    secret.version = id.substr(id.rfind('/') + 1);
    return secret;
  }

  [[nodiscard]] Error refused(const VaultClient& client, const VaultStep& step, const AzureAddress& address,
                              const VaultAnswer& answer) const {
    const SecretJson json = answer.json();
    std::string words = client.quoted(code_in(json));
    const std::string message = client.quoted(text_at(json, "error", "message"));
    if (!message.empty()) words.append(words.empty() ? "" : ": ").append(message);
    return client.refusal(step, answer, words, remedy_of(client, address, answer, code_in(json)));
  }

  [[nodiscard]] std::string remedy_of(const VaultClient& client, const AzureAddress& address, const VaultAnswer& answer,
                                      std::string_view code) const {
    const std::string who = "the identity that logged in by " + login_.way();
    if (answer.status == 401) return remedy_of_refused_token(client, answer);
    if (code == "SecretDisabled")
      return "Enable it: az keyvault secret set-attributes --enabled true --vault-name " + address.vault + " --name " +
             address.secret + '.';
    if (code == "ForbiddenByFirewall" || code == "ForbiddenByConnection")
      return "Let the network rules of the vault admit this machine: az keyvault network-rule add --name " +
             address.vault + " --ip-address ADDRESS; or reach it by its private endpoint.";
    if (code == "ForbiddenByPolicy" || code == "AccessDenied")
      return "Let the access policy of the vault give \"get\" to " + who + ": az keyvault set-policy --name " +
             address.vault + " --secret-permissions get --object-id OBJECT_ID.";
    if (answer.status == 403)
      return "Give the role \"Key Vault Secrets User\", on this secret or on the vault, to " + who +
             ". A new role counts after some minutes.";
    if (answer.status == 404)
      return "Check its name and version: az keyvault secret list-versions --vault-name " + address.vault + " --name " +
             address.secret + ". A deleted one may be recovered: az keyvault secret recover.";
    if (answer.status == 429) return "Wait: too many ask this vault. Let processes poll it less often.";
    if (answer.status >= 500) return "Try again; https://azure.status.microsoft says whether Azure is unwell.";
    return "Look into the log of the vault (AuditEvent).";
  }

  /// The challenge names the tenant that the vault belongs to.
  static std::string remedy_of_refused_token(const VaultClient& client, const VaultAnswer& answer) {
    for (const AuthChallenge& challenge : auth_challenges(answer.headers, "www-authenticate")) {
      const std::string issuer = client.quoted(challenge.parameter("authorization"));
      if (!issuer.empty())
        return "The vault takes tokens from " + issuer + ": log in to that tenant (AZURE_TENANT_ID).";
    }
    return "Log in to the tenant that the vault belongs to (AZURE_TENANT_ID).";
  }

  std::string suffix_;
  std::shared_ptr<Transport> transport_;
  AzureLogin login_;
  VaultWorld world_;
};

/// AZURE_AUTHORITY_HOST may lack the scheme, and often ends in '/'.
std::string authority_of(const vaults::AzureKeyVault& options) {
  std::string host = options.authority_host;
  if (host.empty()) host = first_variable({"AZURE_AUTHORITY_HOST"});
  if (!host.empty() && host.find("://") == std::string::npos) host.insert(0, "https://");
  while (!host.empty() && host.back() == '/') host.pop_back();
  return host;
}

}  // namespace

Result<std::unique_ptr<SecretReader>> make_azure_reader(vaults::AzureKeyVault options, const VaultWorld& world) {
  options.authority_host = authority_of(options);
  HttpsTransportOptions https;
  https.server_ca = options.server_ca;
  if (!options.authority_host.empty()) {
    auto allowed =
        allow_service("The authority for Azure Key Vault (AZURE_AUTHORITY_HOST)", options.authority_host, https);
    if (!allowed) return std::move(allowed).error();
  }
  auto transport = world.make_transport(std::move(https));
  if (!transport) return std::move(transport).error();
  auto identity = make_azure_identity(options, *transport, world);
  if (!identity) return std::move(identity).error();
  return std::unique_ptr<SecretReader>(std::make_unique<AzureReader>(
      std::move(options.vault_suffix), *std::move(transport), AzureLogin(*std::move(identity), world), world));
}

}  // namespace easypost_connect::internal
