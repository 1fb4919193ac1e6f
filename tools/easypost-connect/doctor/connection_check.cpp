// SPDX-License-Identifier: Apache-2.0
#include "doctor/connection_check.hpp"

#include <utility>

#include "call/answer_error.hpp"
#include "core/url.hpp"
#include "wire/pooled_transport.hpp"
#include "wire/proxy_setting.hpp"

namespace easypost_connect::tool {
namespace {

using internal::ConnectionTrace;

enum Part : std::size_t { kDns, kTcp, kTls, kCertificate, kNone };

/// Fails if something is wrong. That the API refuses a call without API key and token is as it should be; the gateway
/// in front of it may refuse the certificate by an answer, too.
Result<void> judge(Result<Response> answer) {
  if (!answer) return std::move(answer).error();
  if (answer->status < 300) return {};
  Error error =
      internal::answer_error(*std::move(answer), internal::TokensTried::kOne, std::chrono::system_clock::now());
  if (error.factor != Factor::kClientCertificate) return {};
  return error;
}

/// The part at which the way ended. The Error knows best which certificate is at fault; otherwise it is the first part
/// that was not finished.
Part failed_part(const Result<void>& judged, const ConnectionTrace& trace) {
  if (judged) return kNone;
  if (judged.error().factor == Factor::kServerCertificate) return kTls;
  if (judged.error().factor == Factor::kClientCertificate) return kCertificate;
  if (trace.name_lookup.count() == 0) return kDns;
  if (trace.connect.count() == 0 && trace.address.empty()) return kTcp;  // the time may come with the handshake only
  if (trace.handshake.count() == 0) return kTls;
  return kCertificate;
}

/// Returns the name that was looked up: the host's, or that of a proxy before it.
std::string name_found(const ConnectionTrace& trace, const std::string& host, const std::string& url) {
  const std::string found = trace.address.empty() ? " found" : " is " + trace.address;
  const internal::ProxySetting proxy = internal::proxy_setting();
  if (proxy.none()) return host + found;
  if (internal::goes_through_proxy(url)) return "the proxy " + proxy.place() + found;
  return host + found + "; no_proxy leaves out the proxy " + proxy.place();
}

std::vector<Step> passed_steps(const ConnectionTrace& trace, const std::string& host, const std::string& url) {
  std::vector<Step> steps;
  const auto add = [&steps](std::string_view name, std::chrono::microseconds duration, std::string detail) {
    steps.push_back({name, Outcome::kPassed, duration, std::move(detail), {}, {}});
  };
  add(step_name::kDns, trace.name_lookup, name_found(trace, host, url));
  add(step_name::kTcp, trace.connect, "connected to port " + std::to_string(trace.port));
  const std::string version(trace.tls_version);
  add(step_name::kTls, trace.handshake, (version.empty() ? "" : version + ", ") + "the server is " + host);
  add(step_name::kClientCertificate, trace.answer, "asked for, and accepted");
  return steps;
}

void warn_if_not_asked_for(Step& step) {
  step.outcome = Outcome::kWarning;
  step.detail = "the server did not ask for it";
  step.advice = "Check that the URL leads to the API itself: a proxy that ends TLS hides the client certificate.";
}

}  // namespace

std::vector<Step> check_connection(const ClientOptions& options, const IdentityPtr& identity, const std::string& url) {
  const internal::ConnectionSetup setup{identity, options.timeouts.connect, options.connections};
  internal::BlockingTransfer transfer(setup);
  CallContext context;
  context.url = url;
  context.deadline = std::chrono::steady_clock::now() + options.timeouts.request;
  context.max_response_bytes = options.max_response_bytes;
  auto judged = judge(transfer.send(Request{}, context));
  const ConnectionTrace trace = transfer.trace();

  auto steps = passed_steps(trace, std::string(internal::Url(url).host), url);
  const Part failed = failed_part(judged, trace);
  for (std::size_t part = failed; part < steps.size(); ++part) steps[part] = Step{steps[part].name};
  if (failed != kNone) {
    steps[failed].outcome = Outcome::kFailed;
    steps[failed].error = std::move(judged).error();
  } else if (!trace.certificate_shown) {
    warn_if_not_asked_for(steps[kCertificate]);
  }
  return steps;
}

}  // namespace easypost_connect::tool
