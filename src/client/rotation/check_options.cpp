// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>

#include "core/make_error.hpp"
#include "core/settings.hpp"
#include "core/text.hpp"
#include "core/url.hpp"
#include "rotation/check_options.hpp"

namespace easypost_connect::internal {
namespace {
Error bad_option(std::string message, std::string remedy) {
  return make_error(ErrorCode::kInvalidOption, Factor::kRequest, std::move(message), std::move(remedy));
}

Result<void> check_url(const std::string& url, const Setting& setting) {
  const std::string_view problem = problem_of(url);
  if (problem.empty()) return {};
  return bad_option(setting.named().append(" ").append(problem).append("."),
                    "Write it as https://HOST or https://HOST:PORT/PATH, or leave both URLs to the environment "
                    "(EASYPOST_CONNECT_ENVIRONMENT), which is ACC or PRO.");
}

Result<void> check_environment(const Environment& environment) {
  if (auto checked = check_url(environment.api_url, setting::kApiUrl); !checked) return checked;
  if (auto checked = check_url(environment.token_url, setting::kTokenUrl); !checked) return checked;
  if (environment.api_url.find('?') != std::string::npos) {
    return bad_option(setting::kApiUrl.named() + " holds a query.", "Give the URL up to the path.");
  }
  if (environment.api_url != environment.token_url) return {};
  return bad_option(setting::kApiUrl.named() + " is the token endpoint too.",
                    "Give the URL of the API, or leave both URLs to the environment (EASYPOST_CONNECT_ENVIRONMENT).");
}

/// A stray newline from `$(cat file)` is the usual way in which a good credential becomes a bad one.
Result<void> check_credential(std::string_view text, const Setting& setting) {
  const char least =
      setting.factor == Factor::kOAuthClient ? ' ' : '!';  // RFC 6749, appendix A: a blank inside is legal
  const auto usable = [least](std::string_view part) {
    return std::all_of(part.begin(), part.end(), [least](char c) { return c >= least && c <= '~'; }) &&
           trim(part) == part;
  };
  if (usable(text)) return {};
  if (usable(text.substr(0, text.find_last_not_of("\r\n") + 1))) {
    return make_error(ErrorCode::kInvalidCredential, setting.factor,
                      setting.named() + " holds a line break at its end.",
                      "Take it away: printf '%s' writes a file without one, echo with one.");
  }
  return make_error(ErrorCode::kInvalidCredential, setting.factor,
                    setting.named() + " holds a blank, a line break or a character outside printable ASCII.",
                    "Copy it from the Connect API tab of the Integration Pack in the Portal.");
}

Result<void> check_header_credentials(const Credentials& credentials) {
  const OAuthClient& oauth_client = credentials.oauth_client;
  if (auto checked = check_credential(credentials.api_key.expose(), setting::kApiKey); !checked) return checked;
  if (auto checked = check_credential(oauth_client.id, setting::kClientId); !checked) return checked;
  if (auto checked = check_credential(oauth_client.secret.expose(), setting::kClientSecret); !checked) return checked;
  if (!has_control_character(credentials.oauth_client.scope)) return {};
  return make_error(ErrorCode::kInvalidCredential, Factor::kOAuthClient,
                    "oauth_client.scope holds a control character.",
                    "Separate scopes by one blank (RFC 6749, section 3.3).");
}

Result<void> check_own_transport(const ClientCertificate& certificate) {
  if (certificate.certificate.empty() && certificate.private_key.empty()) return {};
  return bad_option("transport excludes client_certificate: a transport of one's own does its own TLS.",
                    "Set either the one or the other.");
}

Result<void> check_exclusions(const ClientOptions& options) {
  if (options.transport && !options.server_ca.empty()) {
    return bad_option("transport excludes server_ca: a transport of one's own does its own TLS.",
                      "Set either the one or the other.");
  }
  const Credentials& given = options.credentials;
  const bool has_credentials = !given.client_certificate.certificate.empty() || !given.api_key.empty() ||
                               !given.oauth_client.id.empty() || !given.oauth_client.secret.empty();
  if (options.credential_source && has_credentials) {
    return bad_option("credential_source excludes credentials.", "Set either the one or the other.");
  }
  return {};
}

Result<void> check_reload(const ReloadOptions& reload) {
  const auto longest = std::chrono::hours(24);
  if (reload.watch_interval.count() < 0 || reload.watch_interval > longest) {
    return bad_option("reload.watch_interval is negative or more than 24 hours.",
                      "Set it to 0 to switch watching off.");
  }
  if (!reload.probe_path.empty() && reload.probe_path.front() != '/') {
    return bad_option("reload.probe_path does not begin with \"/\".", "Give a path of the API, such as /jobs.");
  }
  const auto is_absurd = [](std::chrono::hours threshold) {
    return threshold.count() < 0 || threshold > std::chrono::hours(24 * 365 * 100);
  };
  if (std::any_of(reload.expiry_thresholds.begin(), reload.expiry_thresholds.end(), is_absurd)) {
    return bad_option("reload.expiry_thresholds holds a time that is negative or more than 100 years.",
                      "Give times before the end of a certificate, such as 30 days.");
  }
  return {};
}

Result<void> check_async(const AsyncOptions& async) {
  constexpr std::size_t kMost = 1'000'000;
  if (async.max_in_flight < 1 || async.max_in_flight > kMost || async.max_pending < 1 || async.max_pending > kMost) {
    return bad_option("async: max_in_flight and max_pending are at least 1 and at most a million.",
                      "Set async.max_pending to what the memory of the process can hold.");
  }
  return {};
}

Result<void> check_limits(const ClientOptions& options) {
  const std::chrono::milliseconds longest = std::chrono::hours(24);
  const std::pair<const char*, std::chrono::milliseconds> timeouts[] = {
      {"connect", options.timeouts.connect},
      {"request", options.timeouts.request},
      {"attempt", options.timeouts.attempt},
  };
  for (const auto& [name, timeout] : timeouts) {
    if (timeout.count() > 0 && timeout <= longest) continue;
    return bad_option(std::string("timeouts.").append(name).append(" is not more than zero and at most 24 hours."),
                      "Set it to a time, or leave it at its default.");
  }
  if (options.max_response_bytes == 0) return bad_option("max_response_bytes is zero.", "Leave it at its default.");
  const auto& [attempts, first_pause, longest_pause, budget] = options.retry;
  const bool pauses_fit = first_pause.count() >= 0 && longest_pause >= first_pause && longest_pause <= longest;
  if (attempts < 1 || attempts > kMostAttempts || !pauses_fit || budget < 0 || budget > 1'000'000) {
    return bad_option("retry: 1 to 100 attempts, first_pause at most longest_pause, budget up to a million.",
                      "Set max_attempts to 1 to switch retries off.");
  }
  return {};
}

}  // namespace

Result<void> check_connections(const ConnectionOptions& connections) {
  const auto& [max_idle, idle_timeout, lifetime, keep_alive] = connections;
  if (max_idle > 10'000) return bad_option("connections.max_idle is more than 10000.", "Leave it at its default.");
  const auto longest = std::chrono::hours(24);
  if (idle_timeout.count() < 1 || idle_timeout > longest) {
    return bad_option("connections.idle_timeout is less than a second or more than 24 hours.",
                      "Set connections.max_idle to 0 to keep none open.");
  }
  if (lifetime.count() < 0 || lifetime > longest || keep_alive.count() < 0 || keep_alive > longest) {
    return bad_option("connections: lifetime and keep_alive are at least 0 and at most 24 hours.",
                      "Set them to 0 to do without.");
  }
  return {};
}

Result<void> check_options(const ClientOptions& options) {
  if (auto checked = check_complete(options, options.credential_source ? nullptr : &options.credentials); !checked)
    return checked;
  if (auto checked = check_environment(options.environment); !checked) return checked;
  if (auto checked = check_exclusions(options); !checked) return checked;
  if (auto checked = check_reload(options.reload); !checked) return checked;
  if (auto checked = check_connections(options.connections); !checked) return checked;
  if (auto checked = check_async(options.async); !checked) return checked;
  return check_limits(options);
}

Result<void> check_credentials(const ClientOptions& options, const Credentials& credentials) {
  if (auto checked = check_complete(options, &credentials); !checked) return checked;
  if (options.transport) {
    if (auto checked = check_own_transport(credentials.client_certificate); !checked) return checked;
  }
  return check_header_credentials(credentials);
}

}  // namespace easypost_connect::internal
