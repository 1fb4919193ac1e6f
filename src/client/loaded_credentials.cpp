// SPDX-License-Identifier: Apache-2.0
#include "client/loaded_credentials.hpp"

#include <exception>
#include <new>
#include <utility>

#include "client/checks.hpp"
#include "core/make_error.hpp"
#include "identity/material.hpp"
#include "wire/proxy_setting.hpp"

namespace easypost_connect::internal {
namespace {

Error source_failed(const std::string& how) {
  return make_error(ErrorCode::kInvalidCredential, Factor::kRequest, "credential_source failed: " + how + ".",
                    "Correct ClientOptions::credential_source: it returns Credentials or an Error.");
}

Result<LoadedCredentials> load(const ClientOptions& options, Credentials given, TlsMaterial server_ca, WallTime now,
                               const ReadingRules& rules) {
  if (auto error = check_credentials(options, given)) return *std::move(error);
  LoadedCredentials loaded{std::move(given), std::move(server_ca), nullptr, {}};
  if (options.transport) return loaded;
  auto& certificate = loaded.given.client_certificate;
  if (auto error = read_files(certificate, loaded.server_ca, rules)) return *std::move(error);
  auto identity = TlsIdentity::load(certificate, loaded.server_ca, now);
  if (!identity) return std::move(identity).error();
  loaded.identity = *std::move(identity);
  loaded.digest = digest_of_files(certificate, loaded.server_ca);
  forget_files(certificate, loaded.server_ca);
  return loaded;
}

Result<Credentials> ask(const CredentialSource& source) try {
  auto credentials = source();
  return credentials;
} catch (const std::bad_alloc&) {
  return out_of_memory();
} catch (const std::exception& exception) {
  return source_failed(exception.what());
} catch (...) {
  return source_failed("an unknown exception");
}

}  // namespace

/// What a source says of its failure may quote what it has given before.
Result<Credentials> fetch_credentials(const ClientOptions& options, const Credentials& current) {
  if (!options.credential_source) return current;
  auto fetched = ask(options.credential_source);
  if (!fetched) secrets_of(current).leave_out_of(fetched.error());
  return fetched;
}

Secrets secrets_of(const Credentials& given) {
  Secrets secrets;
  for (const Secret* secret : {&given.client_certificate.passphrase, &given.api_key, &given.oauth_client.secret}) {
    secrets.add(*secret);
  }
  secrets.add(proxy_setting().login_secrets);
  return secrets;
}

Result<LoadedCredentials> load_credentials(const ClientOptions& options, Credentials given, TlsMaterial server_ca,
                                           WallTime now, const ReadingRules& rules) {
  const Secrets secrets = secrets_of(given);
  auto loaded = load(options, std::move(given), std::move(server_ca), now, rules);
  if (!loaded) secrets.leave_out_of(loaded.error());
  return loaded;
}

std::string digest_now(const LoadedCredentials& loaded, const ReadingRules& rules) {
  ClientCertificate certificate = loaded.given.client_certificate;
  TlsMaterial server_ca = loaded.server_ca;
  static_cast<void>(read_files(certificate, server_ca, rules));
  return digest_of_files(certificate, server_ca);
}

}  // namespace easypost_connect::internal
