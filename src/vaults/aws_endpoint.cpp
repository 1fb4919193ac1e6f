// SPDX-License-Identifier: Apache-2.0
#include "vaults/aws_endpoint.hpp"

#include <algorithm>
#include <utility>

#include "core/text.hpp"
#include "core/url.hpp"
#include "vaults/service_address.hpp"

namespace easypost_connect::internal {
namespace {

constexpr std::string_view kGovCloud = "us-gov-";

/// Partitions of AWS have a domain of their own; the begin of a region tells which.
constexpr std::pair<std::string_view, std::string_view> kDomains[] = {
    {"cn-", "amazonaws.com.cn"},   {"eusc-", "amazonaws.eu"},      {"us-iso-", "c2s.ic.gov"},
    {"us-isob-", "sc2s.sgov.gov"}, {"eu-isoe-", "cloud.adc-e.uk"}, {"us-isof-", "csp.hci.ic.gov"}};

bool begins_with(std::string_view text, std::string_view begin) noexcept {
  return text.substr(0, begin.size()) == begin;
}

std::string_view domain_of(std::string_view region) noexcept {
  for (const auto& [begin, domain] : kDomains) {
    if (begins_with(region, begin)) return domain;
  }
  return "amazonaws.com";
}

/// A region becomes part of a host, so nothing else may stand in it.
bool is_region(std::string_view text) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

/// Returns the fourth part of arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME; empty when `name` is no ARN.
std::string_view region_in_arn(std::string_view name) noexcept {
  if (!begins_with(name, "arn:")) return {};
  for (int i = 0; i < 3; ++i) {
    const auto colon = name.find(':');
    if (colon == std::string_view::npos) return {};
    name.remove_prefix(colon + 1);
  }
  return name.substr(0, name.find(':'));
}

bool wants_fips(const vaults::AwsSecretsManager& options) noexcept {
  return options.fips || equals_ignoring_case(first_variable({"AWS_USE_FIPS_ENDPOINT"}), "true");
}

AwsEndpoint endpoint(std::string region, const std::string& service, const std::string& override_url) {
  std::string url = override_url;
  if (url.empty()) url = "https://" + service + '.' + region + '.' + std::string(domain_of(region));
  while (url.back() == '/') url.pop_back();
  url += '/';
  std::string host(Url(url).authority);
  return {std::move(region), std::move(url), std::move(host)};
}

}  // namespace

std::string configured_region(const vaults::AwsSecretsManager& options) {
  return options.region.empty() ? std::string(first_variable({"AWS_REGION", "AWS_DEFAULT_REGION"})) : options.region;
}

Result<std::string> region_of(const SecretReference& reference, const vaults::AwsSecretsManager& options) {
  const std::string_view in_arn = region_in_arn(reference.path);
  const std::string_view parameter = reference.parameter("region");
  if (!in_arn.empty() && !parameter.empty() && in_arn != parameter)
    return bad_reference(reference, "names one region in its ARN and another behind region=.", "Leave out region=.");
  std::string region(in_arn.empty() ? parameter : in_arn);
  if (region.empty()) region = configured_region(options);
  if (region.empty())
    return bad_reference(reference, "names no region of AWS, and none is configured.",
                         "Set AWS_REGION, such as eu-west-1, or VaultOptions::aws.region, or write the secret's ARN.");
  if (!is_region(region))
    return bad_reference(reference, "is to be read in a region \"" + printable(region, 40) + "\", which is none.",
                         "Name a region such as eu-west-1: AWS_REGION, VaultOptions::aws.region or region=.");
  return region;
}

std::string secrets_manager_override(const vaults::AwsSecretsManager& options) {
  if (!options.endpoint.empty()) return options.endpoint;
  return std::string(first_variable({"AWS_ENDPOINT_URL_SECRETS_MANAGER", "AWS_ENDPOINT_URL"}));
}

std::string sts_override() { return std::string(first_variable({"AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL"})); }

AwsEndpoint secrets_manager_endpoint(std::string region, const vaults::AwsSecretsManager& options,
                                     const std::string& override_url) {
  return endpoint(std::move(region), wants_fips(options) ? "secretsmanager-fips" : "secretsmanager", override_url);
}

/// GovCloud has no FIPS endpoint of its own for STS: its only one is validated.
AwsEndpoint sts_endpoint(std::string region, const vaults::AwsSecretsManager& options,
                         const std::string& override_url) {
  const bool fips = wants_fips(options) && !begins_with(region, kGovCloud);
  return endpoint(std::move(region), fips ? "sts-fips" : "sts", override_url);
}

}  // namespace easypost_connect::internal
