// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>
#include <utility>

#include "core/encoding.hpp"
#include "core/make_error.hpp"
#include "core/text.hpp"
#include "core/url.hpp"
#include "vaults/azure_identity.hpp"
#include "vaults/service_address.hpp"

namespace easypost_connect::internal {
namespace {

constexpr std::string_view kPlain = "http://";
constexpr std::chrono::seconds kConnectTimeout{1};

/// A MetadataService is what gives tokens to a managed identity, and how it wants to be asked.
struct MetadataService {
  std::string name;
  std::string url;  ///< ends before the query
  std::string api_version;
  Secret identity_header;  ///< App Service has one; empty: the header "Metadata: true" is asked for
};

/// Whether it is an address such as 169.254.129.2 (RFC 3927), which only the machine's own host answers at.
bool is_link_local(std::string_view host) noexcept {
  constexpr std::string_view kNetwork = "169.254.";
  return host.substr(0, kNetwork.size()) == kNetwork &&
         std::all_of(host.begin(), host.end(), [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
}

Result<void> allow_metadata(std::string_view name, std::string_view url, HttpsTransportOptions& transport) {
  if (equals_ignoring_case(url.substr(0, kPlain.size()), kPlain)) {
    const std::string_view rest = url.substr(kPlain.size());
    const std::string secure = "https://" + std::string(rest);
    if (problem_of(secure).empty() && is_link_local(Url(secure).host)) {
      transport.plain_http_hosts.emplace_back(rest.substr(0, rest.find('/')));
      return {};
    }
  }
  return allow_service(name, url, transport);
}

/// The metadata service of a virtual machine (IMDS). Azure's libraries read the variable as well.
MetadataService machine_service() {
  std::string host(first_variable({"AZURE_POD_IDENTITY_AUTHORITY_HOST"}));
  if (host.empty()) host = "http://169.254.169.254";
  while (!host.empty() && host.back() == '/') host.pop_back();
  return {"AZURE_POD_IDENTITY_AUTHORITY_HOST", host + "/metadata/identity/oauth2/token", "2018-02-01", {}};
}

class AzureManagedIdentity final : public AzureIdentity {
 public:
  AzureManagedIdentity(std::string way, std::shared_ptr<Transport> transport, MetadataService service,
                       std::string client_id)
      : AzureIdentity(std::move(way), std::move(transport)),
        service_(std::move(service)),
        client_id_(std::move(client_id)) {}

  [[nodiscard]] Result<VaultQuestion> question(VaultClient& client, const VaultStep& /*step*/,
                                               const std::string& suffix) const override {
    VaultQuestion question;
    question.url = service_.url + "?api-version=" + service_.api_version;
    append_form_field(question.url, "resource", "https://" + suffix);
    if (!client_id_.empty()) append_form_field(question.url, "client_id", client_id_);
    if (service_.identity_header.empty()) {
      question.headers.add("metadata", "true");
    } else {
      client.keep_out(service_.identity_header);
      question.credentials.push_back({"x-identity-header", service_.identity_header});
    }
    return question;
  }

  [[nodiscard]] Error refused(const VaultClient& client, const VaultStep& step,
                              const VaultAnswer& answer) const override {
    const SecretJson json = answer.json();
    std::string_view words = text_at(json, "error_description");
    if (words.empty()) words = text_at(json, "message");
    if (words.empty()) words = text_at(json, "error");
    const bool is_updating = answer.status == 404 || answer.status == 410;
    const bool may_pass = is_updating || answer.status == 429 || answer.status >= 500;
    Error error = client.refusal(step, answer, client.quoted(words),
                                 may_pass ? "Try again: the metadata service is busy, or is being updated."
                                          : "Assign a managed identity to the app or machine. If it has several, or "
                                            "AZURE_CLIENT_ID is set, let that be the client id of one of them.");
    error.retryable = may_pass;
    return error;
  }

  [[nodiscard]] Error unanswered(Error error) const override {
    error.remedy =
        "Only machines and apps in Azure have this service; a container may be kept from it. Elsewhere set "
        "AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET, AZURE_CLIENT_CERTIFICATE_PATH or "
        "AZURE_FEDERATED_TOKEN_FILE, or VaultOptions::azure.login.";
    return error;
  }

 private:
  MetadataService service_;
  std::string client_id_;
};

/// IDENTITY_ENDPOINT alone, or with a thumbprint, stands for services that want to be asked in ways of their own.
Result<MetadataService> service_of_environment() {
  const std::string endpoint(first_variable({"IDENTITY_ENDPOINT"}));
  if (endpoint.empty()) return machine_service();
  const Secret header(first_variable({"IDENTITY_HEADER"}));
  if (header.empty() || !first_variable({"IDENTITY_SERVER_THUMBPRINT"}).empty())
    return make_error(ErrorCode::kInvalidOption, Factor::kCredentialSource,
                      std::string("Azure Key Vault, login by managed identity: IDENTITY_ENDPOINT is that of ") +
                          (header.empty() ? "Azure Arc, or IDENTITY_HEADER is missing." : "Service Fabric.") +
                          " The SDK does not speak to it.",
                      "Set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET or AZURE_CLIENT_CERTIFICATE_PATH.");
  return MetadataService{"IDENTITY_ENDPOINT", endpoint, "2019-08-01", header};
}

}  // namespace

Result<std::unique_ptr<AzureIdentity>> make_azure_managed_identity(std::string way, std::string client_id,
                                                                   const VaultWorld& world) {
  auto service = service_of_environment();
  if (!service) return std::move(service).error();
  way += service->identity_header.empty() ? " (of this machine)" : " (IDENTITY_ENDPOINT)";
  HttpsTransportOptions options;
  options.connect_timeout = kConnectTimeout;
  if (auto allowed = allow_metadata(service->name, service->url, options); !allowed) return std::move(allowed).error();
  auto transport = world.make_transport(std::move(options));
  if (!transport) return std::move(transport).error();
  return std::unique_ptr<AzureIdentity>(std::make_unique<AzureManagedIdentity>(
      std::move(way), *std::move(transport), *std::move(service), std::move(client_id)));
}

}  // namespace easypost_connect::internal
