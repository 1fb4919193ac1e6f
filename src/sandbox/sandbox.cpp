// SPDX-License-Identifier: Apache-2.0
#include <stdexcept>

#include <easypost_connect/sandbox.hpp>

#include "core/make_error.hpp"
#include "core/settings.hpp"
#include "sandbox/api_host.hpp"
#include "sandbox/certificate_authority.hpp"
#include "sandbox/event_log.hpp"
#include "sandbox/issued_tokens.hpp"
#include "sandbox/listener.hpp"
#include "sandbox/oauth_host.hpp"
#include "sandbox/partners.hpp"
#include "sandbox/received_jobs.hpp"
#include "sandbox/storage_host.hpp"

namespace easypost_connect {

using sandbox::ClientCertificates;
using sandbox::Listener;

// The members are destroyed from the last to the first: listeners go before what their threads use.
class Sandbox::Impl {
 public:
  explicit Impl(SandboxOptions options)
      : authority(options.authority.empty() ? sandbox::CertificateAuthority()
                                            : sandbox::CertificateAuthority::from_pem(options.authority)),
        event_log(std::move(options.log)),
        tokens(options.token_life),
        partners(authority, options.client_ca),
        http2_(options.http2),
        jobs_(options.jobs),
        storage_host_(jobs_, event_log),
        oauth_host_(partners, tokens, event_log),
        storage_(SandboxHost::kStorage, tls(ClientCertificates::kNoticed), event_log, handler(storage_host_)),
        oauth_(SandboxHost::kOAuth, tls(ClientCertificates::kUnasked), event_log, handler(oauth_host_)),
        api_host_({storage_.url(), options.page_size}, partners, tokens, jobs_),
        api_(SandboxHost::kApi, api_tls(), event_log, handler(api_host_)) {}

  Listener& listener(SandboxHost host) noexcept {
    switch (host) {
      case SandboxHost::kApi: return api_;
      case SandboxHost::kOAuth: return oauth_;
      case SandboxHost::kStorage: break;
    }
    return storage_;
  }

  std::string token_url() const { return oauth_.url() + sandbox::kTokenPath; }

  const sandbox::CertificateAuthority authority;
  const sandbox::IssuedCertificate server = authority.issue(sandbox::server_profile());
  sandbox::EventLog event_log;
  sandbox::IssuedTokens tokens;
  sandbox::Partners partners;

 private:
  sandbox::ServerTls tls(ClientCertificates certificates) const { return {server, nullptr, certificates, http2_}; }
  sandbox::ServerTls api_tls() const { return {server, partners.authorities(), ClientCertificates::kRequired, http2_}; }

  template <typename Host>
  static Listener::Handler handler(Host& host) {
    return [&host](const httplib::Request& request, httplib::Response& response) {
      return host.answer(request, response);
    };
  }

  const bool http2_;
  sandbox::ReceivedJobs jobs_;
  sandbox::StorageHost storage_host_;
  sandbox::OAuthHost oauth_host_;
  Listener storage_;
  Listener oauth_;
  sandbox::ApiHost api_host_;
  Listener api_;
};

Sandbox::Sandbox(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
Sandbox::Sandbox(Sandbox&&) noexcept = default;
Sandbox& Sandbox::operator=(Sandbox&&) noexcept = default;
Sandbox::~Sandbox() = default;

namespace {

Error authority_error(const std::runtime_error& error) {
  return internal::make_error(
      ErrorCode::kInvalidOption, Factor::kRequest,
      "The certificate authority cannot be used: " + std::string(error.what()) + '.',
      "Give one that a sandbox made: a certificate and its private key, both PEM, in one text.");
}

}  // namespace

Result<Sandbox> Sandbox::start(SandboxOptions options) {
  if (options.page_size == 0 || options.token_life.count() < 0) {
    return internal::make_error(ErrorCode::kInvalidOption, Factor::kRequest,
                                "SandboxOptions::page_size is zero or token_life is negative.",
                                "Set page_size to at least 1 and token_life to at least 0 s.");
  }
  try {
    return Sandbox(std::make_unique<Impl>(std::move(options)));
  } catch (const sandbox::UnusableAuthority& error) {
    return authority_error(error);
  } catch (const std::runtime_error& error) {
    return internal::make_error(ErrorCode::kConnection, Factor::kNetwork,
                                "The sandbox cannot start: " + std::string(error.what()) + '.',
                                "Look at SandboxOptions::client_ca, at the free ports of 127.0.0.1 and at the limits "
                                "on open files and threads.");
  }
}

std::string Sandbox::url(SandboxHost host) const {
  return host == SandboxHost::kOAuth ? impl_->token_url() : impl_->listener(host).url();
}

namespace {

/// Returns what the work gives, or the exception of the sandbox's own OpenSSL calls as an Error.
template <typename Work>
Result<std::string> caught(Work work) {
  try {
    return work();
  } catch (const std::runtime_error& error) {
    return authority_error(error);
  }
}

Credentials credentials_of(const sandbox::Partner& partner) {
  Credentials credentials;
  credentials.client_certificate.certificate = TlsMaterial::in_memory(Secret(partner.certificate.certificate));
  credentials.client_certificate.private_key = TlsMaterial::in_memory(Secret(partner.certificate.private_key));
  credentials.api_key = Secret(partner.api_key);
  credentials.oauth_client.id = partner.client_id;
  credentials.oauth_client.secret = Secret(partner.client_secret);
  return credentials;
}

}  // namespace

ClientOptions Sandbox::client_options() const {
  ClientOptions options;
  options.environment = Environment::custom(url(SandboxHost::kApi), url(SandboxHost::kOAuth));
  options.server_ca = TlsMaterial::in_memory(Secret(impl_->authority.certificate()));
  options.credentials = credentials_of(impl_->partners.newest());
  return options;
}

std::vector<std::pair<std::string, std::string>> Sandbox::environment() const {
  namespace setting = internal::setting;
  const sandbox::Partner partner = impl_->partners.newest();
  return {{setting::kApiUrl.variable, url(SandboxHost::kApi)},
          {setting::kTokenUrl.variable, url(SandboxHost::kOAuth)},
          {setting::kServerCa.variable, impl_->authority.certificate()},
          {setting::kCertificate.variable, partner.certificate.certificate},
          {setting::kPrivateKey.variable, partner.certificate.private_key},
          {setting::kApiKey.variable, partner.api_key},
          {setting::kClientId.variable, partner.client_id},
          {setting::kClientSecret.variable, partner.client_secret}};
}

Result<std::string> Sandbox::make_authority() {
  return caught([] { return sandbox::CertificateAuthority().to_pem_with_key(); });
}

Result<std::string> Sandbox::sign(const std::string& authority, const std::string& signing_request,
                                  std::chrono::hours life) {
  return caught([&]() -> Result<std::string> {
    const auto request = sandbox::read_signing_request(signing_request);
    if (!request) return request.error();
    return sandbox::CertificateAuthority::from_pem(authority).certify(**request, life);
  });
}

Credentials Sandbox::rotate_credentials() { return credentials_of(impl_->partners.add()); }

void Sandbox::retire_old_credentials() { impl_->partners.retire_old(); }

SandboxCounters Sandbox::counters() const { return impl_->event_log.counters(); }

void Sandbox::inject(SandboxHost host, SandboxFault fault) { impl_->listener(host).inject(std::move(fault)); }

void Sandbox::revoke_tokens() { impl_->tokens.revoke_all(); }

void Sandbox::close_connections() {
  for (const auto host : {SandboxHost::kApi, SandboxHost::kOAuth, SandboxHost::kStorage}) {
    impl_->listener(host).close_connections();
  }
}

}  // namespace easypost_connect
