// SPDX-License-Identifier: Apache-2.0
#include "vaults/service_address.hpp"

#include <cstdlib>

#include "core/make_error.hpp"
#include "core/text.hpp"
#include "core/url.hpp"

namespace easypost_connect::internal {
namespace {

constexpr std::string_view kPlain = "http://";

bool is_this_machine(std::string_view host) noexcept {
  return equals_ignoring_case(host, "localhost") || host == "127.0.0.1" || host == "[::1]";
}

}  // namespace

std::string_view first_variable(std::initializer_list<const char*> names) noexcept {
  for (const char* const name : names) {
    const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): as safe as the host's own setenv
    if (value != nullptr && *value != '\0') return value;
  }
  return {};
}

Result<void> allow_service(std::string_view name, std::string_view url, HttpsTransportOptions& transport) {
  const auto refused = [&](std::string_view problem, std::string remedy) {
    return make_error(ErrorCode::kInvalidOption, Factor::kCredentialSource,
                      std::string(name).append(" ").append(problem), std::move(remedy));
  };
  if (equals_ignoring_case(url.substr(0, kPlain.size()), kPlain)) {
    const std::string secure = "https://" + std::string(url.substr(kPlain.size()));
    if (const auto problem = problem_of(secure); !problem.empty())
      return refused(problem, "Give a URL such as https://vault.example:8200.");
    const std::string_view authority = std::string_view(url).substr(kPlain.size());
    const std::string host(authority.substr(0, authority.find('/')));
    if (!is_this_machine(Url(secure).host))
      return refused("is plain http, in which everybody on the way reads the secrets.", "Give an https URL.");
    transport.plain_http_hosts.push_back(host);
    return {};
  }
  if (const auto problem = problem_of(url); !problem.empty())
    return refused(problem, "Give a URL such as https://vault.example:8200.");
  return {};
}

}  // namespace easypost_connect::internal
