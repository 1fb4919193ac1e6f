// SPDX-License-Identifier: Apache-2.0
#include "credential_flags.hpp"

#include <cstdlib>
#include <string_view>
#include <variant>

#include "core/make_error.hpp"
#include "core/whole_file.hpp"
#include "shell_words.hpp"

namespace easypost_connect::tool {
namespace {

constexpr const char* kGroup = "Credentials";
constexpr std::size_t kLargestSecret = std::size_t{64} * 1024;

/// A check of CLI11: what is wrong with the value, or nothing.
std::string no_key_text(const std::string& value) {
  if (value.find("-----BEGIN ") == std::string::npos) return {};
  return "takes a path; every process of this machine can read arguments";
}

TlsMaterial material(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0' ? TlsMaterial::from_setting(value) : TlsMaterial();
}

}  // namespace

Result<Secret> read_secret_file(const std::string& path, const char* flag) {
  if (path.empty()) return Secret();
  internal::ReadingRules rules;
  rules.pipes = true;
  rules.largest = kLargestSecret;
  const auto outcome = internal::read_whole_file(path, rules);
  if (const auto* fault = std::get_if<internal::FileFault>(&outcome)) {
    return internal::make_error(ErrorCode::kInvalidOption, Factor::kRequest,
                                std::string(flag) + ": the file " + fault->problem + ".",
                                "Check the path and the permissions of the file, or the program that writes to the "
                                "pipe.");
  }
  std::string_view content = std::get<internal::WholeFile>(outcome).content.expose();
  if (!content.empty() && content.back() == '\n') content.remove_suffix(1);
  if (!content.empty() && content.back() == '\r') content.remove_suffix(1);
  return Secret(content);
}

void CredentialFlags::add(CLI::App& command, Flag& flag, const char* type, const char* what) {
  command.add_option(flag.name, flag.value, what)->type_name(type)->group(kGroup);
}

void CredentialFlags::add_certificate_flags(CLI::App& command) {
  add(command, certificate_, "FILE", "Client certificate ($EASYPOST_CONNECT_CLIENT_CERT)");
  add(command, key_, "FILE", "Its private key ($EASYPOST_CONNECT_CLIENT_KEY)");
  command.get_option("--key")->check(CLI::Validator(no_key_text, ""));
  add(command, passphrase_file_, "FILE", "Passphrase of the key ($EASYPOST_CONNECT_CLIENT_KEY_PASSPHRASE)");
}

void CredentialFlags::add_all_flags(CLI::App& command) {
  add(command, environment_, "ACC|PRO", "Which service ($EASYPOST_CONNECT_ENVIRONMENT)");
  add(command, api_url_, "URL", "Another API ($EASYPOST_CONNECT_API_URL)");
  add(command, token_url_, "URL", "Another token endpoint ($EASYPOST_CONNECT_TOKEN_URL)");
  add_certificate_flags(command);
  add(command, api_key_file_, "FILE", "API key ($EASYPOST_CONNECT_API_KEY)");
  add(command, client_id_, "ID", "OAuth client ($EASYPOST_CONNECT_CLIENT_ID)");
  add(command, client_secret_file_, "FILE", "Its secret ($EASYPOST_CONNECT_CLIENT_SECRET)");
  add(command, ca_, "FILE", "Private certificate authority ($EASYPOST_CONNECT_CA_FILE)");
}

/// Puts the content of the file into `secret`, if one was named.
std::optional<Error> CredentialFlags::override_from_file(Secret& secret, const Flag& flag) {
  if (flag.value.empty()) return std::nullopt;
  auto content = read_secret_file(flag.value, flag.name);
  if (!content) return std::move(content).error();
  secret = *std::move(content);
  note_flag(flag.variable, flag.name);
  return std::nullopt;
}

/// By way of the variables, so that a flag means exactly what its variable means. None of these is a secret.
void CredentialFlags::apply() const {
  for (const Flag* flag : {&environment_, &api_url_, &token_url_, &certificate_, &key_, &ca_, &client_id_}) {
    if (!flag->value.empty()) set_by_flag(flag->variable, flag->name, flag->value.c_str());
  }
  // Another environment means its URLs, not those that happen to be set.
  if (environment_.value.empty()) return;
  if (api_url_.value.empty()) ::unsetenv(api_url_.variable);
  if (token_url_.value.empty()) ::unsetenv(token_url_.variable);
}

Result<ClientOptions> CredentialFlags::options() const {
  apply();
  auto options = ClientOptions::from_environment();
  if (!options) return options;
  Credentials& credentials = options->credentials;
  if (auto error = override_from_file(credentials.client_certificate.passphrase, passphrase_file_))
    return *std::move(error);
  if (auto error = override_from_file(credentials.api_key, api_key_file_)) return *std::move(error);
  if (auto error = override_from_file(credentials.oauth_client.secret, client_secret_file_)) return *std::move(error);
  return options;
}

Result<ClientCertificate> CredentialFlags::certificate(const std::string& file) const {
  apply();
  ClientCertificate certificate;
  certificate.certificate = material(certificate_.variable);
  certificate.private_key = material(key_.variable);
  if (!file.empty()) {
    certificate.certificate = TlsMaterial::file(file);
    if (key_.value.empty()) certificate.private_key = {};  // that of the variable is another certificate's
    note_flag(certificate_.variable, "FILE");
  }
  const char* passphrase = std::getenv("EASYPOST_CONNECT_CLIENT_KEY_PASSPHRASE");
  certificate.passphrase = Secret(passphrase != nullptr ? passphrase : "");
  if (auto error = override_from_file(certificate.passphrase, passphrase_file_)) return *std::move(error);
  return certificate;
}

}  // namespace easypost_connect::tool
