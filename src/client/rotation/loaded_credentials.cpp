// SPDX-License-Identifier: Apache-2.0
#include "rotation/loaded_credentials.hpp"

#include <exception>
#include <new>
#include <string_view>
#include <utility>
#include <vector>

#include "core/make_error.hpp"
#include "identity/material.hpp"
#include "rotation/check_options.hpp"
#include "wire/proxy_setting.hpp"

namespace easypost_connect::internal {
namespace {

Error source_failed(const std::string& how) {
  return make_error(ErrorCode::kInvalidCredential, Factor::kRequest, "credential_source failed: " + how + ".",
                    "Correct ClientOptions::credential_source: it returns Credentials or an Error.");
}

/// Digests credentials whose files have been read.
Secret digest_of(const Credentials& read, const TlsMaterial& server_ca) {
  const auto& [certificate, api_key, oauth_client] = read;
  std::vector<std::string_view> texts;
  for (const TlsMaterial* part : {&certificate.certificate, &certificate.private_key, &server_ca}) {
    texts.insert(texts.end(), {part->path(), part->uri(), part->content().expose()});
  }
  const char settings[] = {static_cast<char>(oauth_client.authentication),
                           static_cast<char>(oauth_client.present_client_certificate)};
  texts.insert(texts.end(), {certificate.passphrase.expose(),
                             api_key.expose(),
                             oauth_client.id,
                             oauth_client.secret.expose(),
                             oauth_client.scope,
                             {settings, sizeof settings}});
  return Secret(digest_of_texts(texts));
}

Result<LoadedCredentials> load(const ClientOptions& options, Credentials given, TlsMaterial server_ca, WallTime now,
                               const ReadingRules& rules) {
  if (auto checked = check_credentials(options, given); !checked) return std::move(checked).error();
  LoadedCredentials loaded{std::move(given), std::move(server_ca), nullptr, {}, {}, {}};
  auto& certificate = loaded.given.client_certificate;
  if (!options.transport) {
    if (auto read = read_files(certificate, loaded.server_ca, rules); !read) return std::move(read).error();
  }
  if (options.credential_source) loaded.source_digest = digest_of(loaded.given, loaded.server_ca);
  if (options.transport) return loaded;
  auto identity = TlsIdentity::load(certificate, loaded.server_ca, now);
  if (!identity) return std::move(identity).error();
  loaded.identity = *std::move(identity);
  loaded.digest = digest_of_files(certificate, loaded.server_ca);
  forget_files(certificate, loaded.server_ca);
  return loaded;
}

SourcedCredentials ask(const CredentialSource& source) try { return source(); } catch (const std::bad_alloc&) {
  return out_of_memory();
} catch (const std::exception& exception) {
  return source_failed(exception.what());
} catch (...) {
  return source_failed("an unknown exception");
}

}  // namespace

/// The Error of a source may quote credentials that the source has given before: they are left out of it.
SourcedCredentials ask_source(const ClientOptions& options, const Credentials& current) {
  auto answer = ask(options.credential_source);
  if (!answer.credentials) secrets_of(current).leave_out_of(answer.credentials.error());
  return answer;
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

Secret digest_of_source(const ClientOptions& options, Credentials& given, TlsMaterial server_ca,
                        const ReadingRules& rules) {
  ReadingRules with_pipes = rules;
  with_pipes.pipes = true;
  if (!options.transport) static_cast<void>(read_files(given.client_certificate, server_ca, with_pipes));
  return digest_of(given, server_ca);
}

}  // namespace easypost_connect::internal
