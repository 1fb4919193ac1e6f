// SPDX-License-Identifier: Apache-2.0
#include "vaults/google_metadata.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "core/encoding.hpp"
#include "core/text.hpp"
#include "core/url.hpp"
#include "vaults/google_access_token.hpp"
#include "vaults/google_answer.hpp"
#include "vaults/service_address.hpp"

namespace easypost_connect::internal {
namespace {

constexpr std::string_view kPlain = "http://";
constexpr std::array<std::string_view, 3> kMetadataHosts{"metadata.google.internal", "169.254.169.254",
                                                         "[fd20:ce::254]"};

bool is_metadata_host(std::string_view host) noexcept {
  return std::any_of(kMetadataHosts.begin(), kMetadataHosts.end(),
                     [&](std::string_view known) { return equals_ignoring_case(known, host); });
}

constexpr const char* kElsewhere =
    "If this is no machine of Google's, set GOOGLE_APPLICATION_CREDENTIALS to the file of a workload identity "
    "federation or of a service account's key.";

const char* remedy_of_refusal(int status) noexcept {
  if (status == 404) return "Attach a service account to this machine, this service or this pod.";
  if (status == 403) return "Let this machine or pod use a service account, and Workload Identity if it is in GKE.";
  return "Look at this machine, and at its service account, in Google's console.";
}

}  // namespace

std::string google_metadata_host() {
  const std::string_view named = first_variable({"GCE_METADATA_HOST"});
  return std::string(named.empty() ? kMetadataHosts[0] : named);
}

Result<void> allow_metadata_url(std::string_view name, const std::string& url, HttpsTransportOptions& transport) {
  constexpr std::chrono::seconds kLongestConnect{1};
  if (!equals_ignoring_case(std::string_view(url).substr(0, kPlain.size()), kPlain))
    return allow_service(name, url, transport);
  transport.connect_timeout = kLongestConnect;
  const std::string secure = "https://" + url.substr(kPlain.size());
  if (!problem_of(secure).empty() || !is_metadata_host(Url(secure).host)) return allow_service(name, url, transport);
  const std::string_view authority = std::string_view(url).substr(kPlain.size());
  transport.plain_http_hosts.emplace_back(authority.substr(0, authority.find_first_of("/?")));
  return {};
}

Result<GoogleAccessToken> metadata_token(const std::string& host, VaultClient& client, const VaultStep& step) {
  VaultQuestion question;
  question.url = "http://" + host + "/computeMetadata/v1/instance/service-accounts/default/token?scopes=";
  append_percent_encoded(question.url, kCloudPlatformScope);
  question.headers.add("metadata-flavor", "Google");
  auto answer = client.ask(step, question);
  if (!answer) {
    Error error = std::move(answer).error();
    error.remedy = kElsewhere;
    return error;
  }
  if (answer->headers.find("metadata-flavor").value_or("") != "Google")
    return client.unusable(step, "what answers is not the metadata service of Google: it lacks Metadata-Flavor",
                           kElsewhere);
  if (!answer->ok()) return client.refusal(step, *answer, "it gives no token", remedy_of_refusal(answer->status));
  auto token = token_in(*answer, client, step);
  if (token) token->principal = "the service account of this machine";
  return token;
}

}  // namespace easypost_connect::internal
