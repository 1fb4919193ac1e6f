// SPDX-License-Identifier: Apache-2.0
#include "vaults/azure_address.hpp"

#include <algorithm>
#include <vector>

#include "core/text.hpp"

namespace easypost_connect::internal {
namespace {

constexpr std::string_view kApiVersion = "7.4";

struct Cloud {
  std::string_view suffix;
  std::string_view authority;
};

constexpr Cloud kClouds[] = {{"vault.azure.net", "https://login.microsoftonline.com"},
                             {"vault.azure.cn", "https://login.chinacloudapi.cn"},
                             {"vault.usgovcloudapi.net", "https://login.microsoftonline.us"}};

/// Whether vaults and secrets may be called that.
bool is_name(std::string_view text) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-';
  });
}

/// Returns the first part of `host` when the rest is `suffix`; else nothing.
std::string_view name_before(std::string_view host, std::string_view suffix) noexcept {
  const auto dot = std::min(host.find('.'), host.size());
  const bool fits = dot < host.size() && equals_ignoring_case(host.substr(dot + 1), suffix);
  return fits ? host.substr(0, dot) : std::string_view();
}

std::vector<std::string_view> segments_of(std::string_view path) {
  std::vector<std::string_view> segments;
  for (;;) {
    const auto end = path.find('/');
    segments.push_back(path.substr(0, end));
    if (end == std::string_view::npos) return segments;
    path.remove_prefix(end + 1);
  }
}

bool take_host(AzureAddress& address, std::string_view host, std::string_view suffix) {
  constexpr std::string_view kPort = ":443";  // as PowerShell shows the URLs of secrets
  if (host.size() > kPort.size() && host.substr(host.size() - kPort.size()) == kPort) host.remove_suffix(kPort.size());
  std::vector<std::string_view> suffixes{suffix};
  for (const Cloud& cloud : kClouds) suffixes.push_back(cloud.suffix);
  for (const std::string_view known : suffixes) {
    address.vault = name_before(host, known);
    address.suffix = known;
    if (!address.vault.empty()) return true;
  }
  return false;
}

}  // namespace

std::string_view azure_authority(std::string_view vault_suffix) noexcept {
  for (const Cloud& cloud : kClouds) {
    if (cloud.suffix == vault_suffix) return cloud.authority;
  }
  return kClouds[0].authority;
}

std::string AzureAddress::url() const {
  std::string url = vault_url() + "/secrets/" + secret;
  if (!version.empty()) url.append("/").append(version);
  return url.append("?api-version=").append(kApiVersion);
}

Result<AzureAddress> azure_address(const SecretReference& reference, std::string_view suffix) {
  AzureAddress address;
  auto segments = segments_of(reference.path);
  const bool is_url = segments.front().find('.') != std::string_view::npos;
  if (is_url && !take_host(address, segments.front(), suffix))
    return bad_reference(reference, "is not that of a vault: its host ends in no suffix of Azure's clouds.",
                         "Write https://VAULT.vault.azure.net/secrets/NAME, or set VaultOptions::azure.vault_suffix to "
                         "what follows the name of your vaults.");
  if (is_url && (segments.size() < 2 || segments[1] != "secrets"))
    return bad_reference(reference, "does not name a secret.",
                         "Write /secrets/NAME behind the host. The key of a certificate is in the secret of its name.");
  if (!is_url) {
    address.vault = segments.front();
    address.suffix = suffix;
  }
  segments.erase(segments.begin(), segments.begin() + (is_url ? 2 : 1));
  if (segments.size() == 2 && segments.back().empty())
    segments.pop_back();  // Azure ends the latest version's URL in '/'
  const bool is_whole = segments.size() == 1 || segments.size() == 2;
  if (!is_whole || !is_name(address.vault) || !std::all_of(segments.begin(), segments.end(), is_name))
    return bad_reference(
        reference, "does not have the form azure-kv://vault/secret[/version].",
        "Names in Azure Key Vault have letters, digits and '-' only; write NAME#member for a member of "
        "a JSON secret.");
  address.secret = segments.front();
  if (segments.size() == 2) address.version = segments.back();
  return address;
}

}  // namespace easypost_connect::internal
