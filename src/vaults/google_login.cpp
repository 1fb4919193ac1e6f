// SPDX-License-Identifier: Apache-2.0
#include "vaults/google_login.hpp"

#include <utility>
#include <variant>

#include "core/secrets.hpp"
#include "core/whole_file.hpp"
#include "vaults/google_metadata.hpp"
#include "vaults/service_address.hpp"

namespace easypost_connect::internal {

Secret bearer(const Secret& token) {
  std::string text;
  const WipeOnExit wipe_text(text);
  append_and_wipe(text, "Bearer ");
  append_and_wipe(text, token.expose());
  return Secret(text);
}

Result<GoogleLogin> GoogleLogin::make(const vaults::GoogleSecretManager& options, std::string universe,
                                      const VaultWorld& world) {
  GoogleLogin login(std::move(universe), world);
  const std::string_view variable = first_variable({"GOOGLE_APPLICATION_CREDENTIALS"});
  if (!options.credentials.empty()) {
    login.credentials_ = options.credentials;
    login.origin_ = "VaultOptions::google.credentials";
  } else if (!options.credentials_file.empty()) {
    login.file_ = options.credentials_file;
    login.origin_ = "VaultOptions::google.credentials_file " + login.file_;
  } else if (!variable.empty()) {
    login.file_ = variable;
    login.origin_ = "GOOGLE_APPLICATION_CREDENTIALS " + login.file_;
  } else if (auto used = login.use_metadata(); !used) {
    return std::move(used).error();
  }
  return login;
}

Result<void> GoogleLogin::use_metadata() {
  const std::string host = google_metadata_host();
  HttpsTransportOptions options;
  if (auto allowed = allow_metadata_url("The metadata service (GCE_METADATA_HOST)", "http://" + host, options);
      !allowed)
    return allowed;
  auto transport = world_.make_transport(std::move(options));
  if (!transport) return std::move(transport).error();
  metadata_.emplace(*std::move(transport), world_);
  origin_ = "the metadata service at " + host;
  return {};
}

Result<Secret> GoogleLogin::token(VaultClient& client) {
  constexpr std::chrono::seconds kBeforeItsEnd{225};  // Google's own libraries do so; its metadata service renews then
  if (has_token() && world_.clock->now().steady >= renew_at_) drop();
  if (!has_token()) {
    auto token = new_token(client);
    if (!token) return std::move(token).error();
    token_ = *std::move(token);
    client.keep_out(token_.text);
    renew_at_ = world_.clock->now().steady + token_.life - kBeforeItsEnd;
  }
  return token_.text;
}

Result<GoogleAccessToken> GoogleLogin::new_token(VaultClient& client) {
  const VaultStep step{"Google Secret Manager", "login by " + origin_};
  if (metadata_) return metadata_token(google_metadata_host(), *metadata_, step);
  const auto text = credentials(client, step);
  if (!text) return text.error();
  const auto read = google_credentials_in(text->expose(), universe_, client, step);
  if (!read) return read.error();
  if (const auto* account = std::get_if<ExternalAccount>(&*read))
    return federated_token(*account, client, step, world_);
  return self_signed_token(std::get<ServiceAccountKey>(*read), client, step, world_.clock->now().wall);
}

Result<Secret> GoogleLogin::credentials(const VaultClient& client, const VaultStep& step) const {
  if (file_.empty()) return credentials_;
  auto file = read_whole_file(file_, {});
  if (const auto* fault = std::get_if<FileFault>(&file))
    return client.unusable(step, "the file cannot be read: it " + fault->problem,
                           "Mount the file of credentials there, and let this process read it.");
  return std::move(std::get<WholeFile>(file).content);
}

}  // namespace easypost_connect::internal
