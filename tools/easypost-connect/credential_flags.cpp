// SPDX-License-Identifier: Apache-2.0
#include "credential_flags.hpp"

#include <cstdlib>
#include <string_view>
#include <variant>

#if TOOL_HAS_VAULTS
#include <easypost_connect/vaults.hpp>
#endif

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

TlsMaterial material(const internal::Setting& setting) {
  const std::string_view value = setting.from_environment();
  return value.empty() ? TlsMaterial() : TlsMaterial::from_setting(value);
}

/// Reads the variables, and a vault that they name.
Result<ClientOptions> options_of_environment() {
#if TOOL_HAS_VAULTS
  auto options = vaults::from_environment();
#else
  auto options = ClientOptions::from_environment();
#endif
  if (!options || !options->credential_source) return options;
  auto found = options->credential_source();  // once: this program does not live long enough for another look
  if (!found.credentials) return std::move(found.credentials).error();
  options->credentials = *std::move(found.credentials);
  options->credential_source = {};
  return options;
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
  const std::string description = std::string(what) + " ($" + flag.setting.variable + ")";
  command.add_option(flag.setting.flag, flag.value, description)->type_name(type)->group(kGroup);
}

void CredentialFlags::add_certificate_flags(CLI::App& command) {
  add(command, certificate_, "FILE", "Client certificate");
  add(command, key_, "FILE", "Its private key");
  command.get_option(key_.setting.flag)->check(CLI::Validator(no_key_text, ""));
  add(command, passphrase_file_, "FILE", "Passphrase of the key");
  add(command, credentials_, "URI", "Secret of a vault that holds all credentials");
}

void CredentialFlags::add_all_flags(CLI::App& command) {
  add(command, environment_, "ACC|PRO", "Which service");
  add(command, api_url_, "URL", "Another API");
  add(command, token_url_, "URL", "Another token endpoint");
  add_certificate_flags(command);
  add(command, api_key_file_, "FILE", "API key");
  add(command, client_id_, "ID", "OAuth client");
  add(command, client_secret_file_, "FILE", "Its secret");
  add(command, ca_, "FILE", "Private certificate authority");
}

/// Puts the content of the file into `secret`, if one was named.
Result<void> CredentialFlags::override_from_file(Secret& secret, const Flag& flag) {
  if (flag.value.empty()) return {};
  auto content = read_secret_file(flag.value, flag.setting.flag);
  if (!content) return std::move(content).error();
  secret = *std::move(content);
  note_flag(flag.setting.variable, flag.setting.flag);
  return {};
}

/// Flags are read by way of the variables, so that a flag means exactly what its variable means. None of these is a
/// secret.
void CredentialFlags::apply() const {
  for (const Flag* flag :
       {&environment_, &api_url_, &token_url_, &certificate_, &key_, &ca_, &client_id_, &credentials_}) {
    if (!flag->value.empty()) set_by_flag(flag->setting.variable, flag->setting.flag, flag->value.c_str());
  }
  // Another environment means its URLs, not those that happen to be set.
  if (environment_.value.empty()) return;
  if (api_url_.value.empty()) ::unsetenv(api_url_.setting.variable);
  if (token_url_.value.empty()) ::unsetenv(token_url_.setting.variable);
}

Result<ClientOptions> CredentialFlags::options() const {
  apply();
  auto options = options_of_environment();
  if (!options) return options;
  Credentials& credentials = options->credentials;
  if (auto read = override_from_file(credentials.client_certificate.passphrase, passphrase_file_); !read)
    return std::move(read).error();
  if (auto read = override_from_file(credentials.api_key, api_key_file_); !read) return std::move(read).error();
  if (auto read = override_from_file(credentials.oauth_client.secret, client_secret_file_); !read)
    return std::move(read).error();
  return options;
}

Result<ClientCertificate> CredentialFlags::certificate(const std::string& file) const {
  apply();
  if (file.empty() && !credentials_.setting.from_environment().empty()) {
    auto found = options_of_environment();
    if (!found) return std::move(found).error();
    return std::move(found->credentials.client_certificate);
  }
  ClientCertificate certificate;
  certificate.certificate = material(certificate_.setting);
  certificate.private_key = material(key_.setting);
  if (!file.empty()) {
    certificate.certificate = TlsMaterial::file(file);
    if (key_.value.empty()) certificate.private_key = {};  // the variable's is another certificate's
    note_flag(certificate_.setting.variable, "FILE");
  }
  certificate.passphrase = Secret(passphrase_file_.setting.from_environment());
  if (auto overridden = override_from_file(certificate.passphrase, passphrase_file_); !overridden)
    return std::move(overridden).error();
  return certificate;
}

}  // namespace easypost_connect::tool
