// SPDX-License-Identifier: Apache-2.0
#include <easypost_connect/https_transport.hpp>

#include <arpa/inet.h>

#include <algorithm>
#include <limits>
#include <mutex>
#include <new>
#include <utility>

#include "body/body.hpp"
#include "core/make_error.hpp"
#include "core/process.hpp"
#include "core/text.hpp"
#include "core/url.hpp"
#include "core/wait.hpp"
#include "facade/check_request.hpp"
#include "facade/general_words.hpp"
#include "identity/material.hpp"
#include "rotation/check_options.hpp"
#include "rotation/loaded_credentials.hpp"
#include "wire/curl_library.hpp"
#include "wire/pooled_transport.hpp"

namespace easypost_connect::internal {
namespace {

using IdentityPtr = std::shared_ptr<const TlsIdentity>;

Error bad_option(std::string message, std::string remedy) {
  return make_error(ErrorCode::kInvalidOption, Factor::kRequest, std::move(message), std::move(remedy));
}

Error bad_request(std::string message, std::string remedy) {
  return make_error(ErrorCode::kInvalidRequest, Factor::kRequest, std::move(message), std::move(remedy));
}

constexpr std::string_view kPlainScheme = "http://";

bool is_plain(std::string_view url) noexcept {
  return equals_ignoring_case(url.substr(0, kPlainScheme.size()), kPlainScheme);
}

/// Returns what is wrong with a URL of either scheme; empty: nothing.
std::string_view problem_of_any(std::string_view url) {
  if (!is_plain(url)) return problem_of(url);
  return problem_of(std::string("https://").append(url.substr(kPlainScheme.size())));
}

/// Tells whether a host of a URL is a name, or an address, that a request could go to.
bool is_host(std::string_view host) {
  if (host.substr(0, 1) == "[") {
    in6_addr address{};
    const std::string text(host.substr(1, host.size() - 2));
    return host.back() == ']' && ::inet_pton(AF_INET6, text.c_str(), &address) == 1;
  }
  const auto is_part_of_name = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' ||
           c == '.';
  };
  return !host.empty() && host.front() != '.' && std::all_of(host.begin(), host.end(), is_part_of_name);
}

/// Checks each host, and makes it what Url::authority is of a URL with that host.
Result<void> normalize(std::vector<std::string>& hosts) {
  for (std::string& host : hosts) {
    const std::string url = std::string(kPlainScheme).append(host);
    const Url view(url);
    if (!problem_of_any(url).empty() || !view.target.empty() || !is_host(view.host) || view.port.front() == '0') {
      return bad_option("plain_http_hosts: " + printable(host, 64) + " is neither a host nor HOST:PORT.",
                        "Write it without a scheme and a path, such as 169.254.169.254 or [fd00:ec2::254].");
    }
    host = std::string(view.authority);
  }
  return {};
}

Result<void> check_times(const HttpsTransportOptions& options) {
  const std::pair<const char*, std::chrono::milliseconds> times[] = {
      {"connect_timeout", options.connect_timeout},
      {"request_timeout", options.request_timeout},
  };
  for (const auto& [name, time] : times) {
    if (time.count() > 0 && time <= std::chrono::hours(24)) continue;
    return bad_option(std::string(name) + " is not more than zero and at most 24 hours.",
                      "Set it to a time, or leave it at its default.");
  }
  return {};
}

Result<void> check_certificate(const ClientCertificate& given) {
  if (!given.certificate.empty() || (given.private_key.empty() && given.passphrase.empty())) return {};
  return bad_option(std::string("client_certificate.") + (given.private_key.empty() ? "passphrase" : "private_key") +
                        " is set, and client_certificate.certificate is not.",
                    "Set the certificate as well, or neither.");
}

Result<void> check(HttpsTransportOptions& options) {
  if (auto checked = check_certificate(options.client_certificate); !checked) return checked;
  if (auto checked = check_times(options); !checked) return checked;
  if (auto checked = check_connections(options.connections); !checked) return checked;
  if (options.max_response_bytes == 0) return bad_option("max_response_bytes is zero.", "Leave it at its default.");
  return normalize(options.plain_http_hosts);
}

Result<IdentityPtr> load(const HttpsTransportOptions& options) {
  ClientCertificate certificate = options.client_certificate;
  TlsMaterial server_ca = options.server_ca;
  ReadingRules rules;
  rules.pipes = true;
  if (auto read = read_files(certificate, server_ca, rules); !read) return std::move(read).error();
  if (certificate.certificate.empty() && certificate.private_key.empty()) return TlsIdentity::trusting(server_ca);
  return TlsIdentity::load(certificate, server_ca, SystemClock().now().wall);
}

/// Sends what it is given to https URLs, and to the few http URLs that its options allow, on pools of its own.
class HttpsTransport final : public Transport {
 public:
  HttpsTransport(HttpsTransportOptions options, IdentityPtr identity)
      : options_(std::move(options)), identity_(std::move(identity)), pools_(make_pools()) {}

  Result<Response> send(const Request& request, const CallContext& context) override;

 private:
  /// The connections of one process.
  struct Pools {
    Pools(unsigned of_process, ConnectionSetup with_tls, ConnectionSetup plain)
        : process(of_process), https(std::move(with_tls)), http(std::move(plain)) {}

    unsigned process;
    PooledTransport https;
    PooledTransport http;
  };

  [[nodiscard]] std::shared_ptr<Pools> make_pools() const;
  [[nodiscard]] std::shared_ptr<Pools> pools();
  [[nodiscard]] Result<void> check_url(std::string_view url) const;
  [[nodiscard]] Result<void> check(const Request& request, const CallContext& context) const;
  [[nodiscard]] CallContext completed(const Request& request, const CallContext& context) const;

  const HttpsTransportOptions options_;  // certificate and trust are taken out: identity_ has them
  const IdentityPtr identity_;
  std::shared_ptr<Pools> pools_;  // guarded by fork_safe_mutex()
};

std::shared_ptr<HttpsTransport::Pools> HttpsTransport::make_pools() const {
  const auto setup = [this](IdentityPtr identity) {
    return ConnectionSetup{std::move(identity), options_.connect_timeout, options_.connections};
  };
  return std::make_shared<Pools>(fork_count(), setup(identity_), setup(nullptr));
}

/// A child of fork() makes some of its own: connections and locks of the others belong to its parent.
std::shared_ptr<HttpsTransport::Pools> HttpsTransport::pools() {
  {
    const std::lock_guard lock(fork_safe_mutex());
    if (pools_->process == fork_count()) return pools_;
  }
  auto made = make_pools();
  const std::lock_guard lock(fork_safe_mutex());
  if (pools_->process != fork_count()) {
    std::swap(pools_, made);
    abandon(std::move(made));
  }
  return pools_;
}

Result<void> HttpsTransport::check_url(std::string_view url) const {
  if (const auto problem = problem_of_any(url); !problem.empty()) {
    return bad_request("CallContext::url " + std::string(problem) + ".",
                       "Write it as https://HOST/PATH or https://HOST:PORT/PATH, with its query.");
  }
  if (!is_plain(url)) return {};
  const std::string_view authority = Url(url).authority;
  const auto& allowed = options_.plain_http_hosts;
  const auto is_it = [authority](const std::string& host) { return equals_ignoring_case(host, authority); };
  if (std::any_of(allowed.begin(), allowed.end(), is_it)) return {};
  return bad_request(
      "CallContext::url would lead over plain http to " + std::string(authority) +
          ", which plain_http_hosts does not list.",
      "Use https; list the host only if nobody can listen on the way to it, as with a metadata service.");
}

Result<void> HttpsTransport::check(const Request& request, const CallContext& context) const {
  if (auto checked = check_url(context.url); !checked) return checked;
  if (auto checked = check_for_any_server(request); !checked) return checked;
  for (const HeaderField field : context.headers) {
    if (auto checked = check_field(field.name, field.value); !checked) return checked;
  }
  for (const SecretHeader& field : context.credentials) {
    if (auto checked = check_field(field.name, field.value.expose()); !checked) return checked;
  }
  return check_content_type(context.content_type);
}

CallContext HttpsTransport::completed(const Request& request, const CallContext& context) const {
  const CallOptions& given = request.options;
  CallContext whole = context;
  if (whole.deadline == std::chrono::steady_clock::time_point{}) {
    whole.deadline =
        std::chrono::steady_clock::now() + (given.timeout.count() > 0 ? given.timeout : options_.request_timeout);
  }
  if (whole.content_type.empty()) whole.content_type = given.content_type;
  if (whole.max_response_bytes == 0) whole.max_response_bytes = given.max_response_bytes;
  if (whole.max_response_bytes == 0) {
    // A body that goes into a sink takes no memory.
    const bool in_memory = drain_of(given.sink) == nullptr;
    whole.max_response_bytes = in_memory ? options_.max_response_bytes : std::numeric_limits<std::size_t>::max();
  }
  return whole;
}

Result<Response> HttpsTransport::send(const Request& request, const CallContext& context) try {
  if (auto checked = check(request, context); !checked) {
    checked.error().never_sent = checked.error().never_whole = true;
    return std::move(checked).error();
  }
  CallContext whole = completed(request, context);
  const EitherCancels either(request.options.cancellation, context.cancellation);
  whole.cancellation = either.token();
  const auto pools = this->pools();
  auto answer = (is_plain(whole.url) ? pools->http : pools->https).send(request, whole);
  if (!answer) say_in_general(answer.error());
  return answer;
} catch (const std::bad_alloc&) {
  return out_of_memory();
}

}  // namespace
}  // namespace easypost_connect::internal

namespace easypost_connect {

Result<std::shared_ptr<Transport>> make_https_transport(HttpsTransportOptions options) try {
  if (auto checked = internal::check(options); !checked) return std::move(checked).error();
  if (auto checked = internal::check_curl_library(); !checked) return std::move(checked).error();
  auto identity = internal::load(options);
  if (!identity) {
    internal::secrets_of({options.client_certificate, {}, {}}).leave_out_of(identity.error());
    internal::say_in_general(identity.error());
    return std::move(identity).error();
  }
  options.client_certificate = {};
  options.server_ca = {};
  return std::shared_ptr<Transport>(
      std::make_shared<internal::HttpsTransport>(std::move(options), *std::move(identity)));
} catch (const std::bad_alloc&) {
  return internal::out_of_memory();
}

}  // namespace easypost_connect
