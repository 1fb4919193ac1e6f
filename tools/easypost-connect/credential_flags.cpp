// SPDX-License-Identifier: Apache-2.0
#include "credential_flags.hpp"

#include <algorithm>
#include <cstdlib>
#include <string_view>
#include <variant>

#if TOOL_HAS_VAULTS
#include "vaults/environment_source.hpp"
#endif

#include "core/environment.hpp"
#include "core/make_error.hpp"
#include "core/whole_file.hpp"
#include "identity/material.hpp"
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

using Looker = std::function<CredentialLook()>;

/// Says which variable or flag a credential stands in, and which file it names; empty when it is not set. What may be a
/// secret in the place of a path is not shown.
std::string place_of(const internal::Setting& setting) {
  const std::string_view value = setting.from_environment();
  if (value.empty()) {
    const std::string_view path =
        setting.secret || &setting == &internal::setting::kClientId ? internal::path_in(setting) : "";
    return path.empty() ? std::string() : std::string(setting.variable).append("_FILE, file ").append(path);
  }
  const std::string name = name_at_the_shell(setting.variable);
  const bool is_material = setting.factor == Factor::kClientCertificate && !setting.secret;
  const std::string path = is_material ? TlsMaterial::from_setting(value).path() : std::string();
  return path.empty() || !internal::may_be_shown(path) ? name : name + ", file " + path;
}

/// Looks at the vault that the variables name. Empty: they name none.
Result<Looker> looker_of_vault() {
#if TOOL_HAS_VAULTS
  auto source = internal::vault_source_of_environment({});
  if (!source) return std::move(source).error();
  if (*source == nullptr) return Looker();
  return Looker([source = *std::move(source)] {
    auto found = source->look();
    return CredentialLook{std::move(found.credentials), found.look_again_after, source->last_look()};
  });
#else
  return Looker();
#endif
}

/// Looks at the variables, and at the files that they name in place of secrets.
Result<Looker> looker_of_variables() {
  auto options = ClientOptions::from_environment();
  if (!options) return std::move(options).error();
  if (options->credential_source)
    return Looker([source = std::move(options->credential_source)] { return CredentialLook{source().credentials}; });
  return Looker([credentials = std::move(options->credentials)] { return CredentialLook{credentials}; });
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

void CredentialFlags::add_credential_flags(CLI::App& command) {
  add_certificate_flags(command);
  add(command, api_key_file_, "FILE", "API key");
  add(command, client_id_, "ID", "OAuth client");
  add(command, client_secret_file_, "FILE", "Its secret");
}

void CredentialFlags::add_all_flags(CLI::App& command) {
  add(command, environment_, "ACC|PRO", "Which service");
  add(command, api_url_, "URL", "Another API");
  add(command, token_url_, "URL", "Another token endpoint");
  add_credential_flags(command);
  add(command, ca_, "FILE", "Private certificate authority");
}

/// Puts the content of the file into `secret`, if one was named.
Result<void> CredentialFlags::override_from_file(Secret& secret, const Flag& flag) {
  if (flag.value.empty()) return {};
  auto content = read_secret_file(flag.value, flag.setting.flag);
  if (!content) return std::move(content).error();
  secret = *std::move(content);
  return {};
}

/// Flags are read by way of the variables, so that a flag means exactly what its variable means. None of these is a
/// secret.
void CredentialFlags::apply() const {
  for (const Flag* flag :
       {&environment_, &api_url_, &token_url_, &certificate_, &key_, &ca_, &client_id_, &credentials_}) {
    if (!flag->value.empty()) set_by_flag(flag->setting.variable, flag->setting.flag, flag->value.c_str());
  }
  for (const Flag* flag : {&passphrase_file_, &api_key_file_, &client_secret_file_}) {
    if (!flag->value.empty()) note_flag(flag->setting.variable, flag->setting.flag);
  }
  // Another environment means its URLs, not those that happen to be set.
  if (environment_.value.empty()) return;
  if (api_url_.value.empty()) ::unsetenv(api_url_.setting.variable);
  if (token_url_.value.empty()) ::unsetenv(token_url_.setting.variable);
}

void CredentialFlags::override_from_files(CredentialLook& look) const {
  if (!look.credentials) return;
  auto& [certificate, api_key, oauth_client] = *look.credentials;
  const std::pair<Secret*, const Flag*> files[] = {{&certificate.passphrase, &passphrase_file_},
                                                   {&api_key, &api_key_file_},
                                                   {&oauth_client.secret, &client_secret_file_}};
  for (const auto& [secret, flag] : files) {
    auto read = override_from_file(*secret, *flag);
    if (!read) return static_cast<void>(look.credentials = std::move(read).error());
  }
}

/// Says where those credentials come from that no vault has given, or that a file has replaced.
void CredentialFlags::note_places(CredentialLook& look) const {
  const std::pair<const char*, const Flag*> fields[] = {
      {"client_cert", &certificate_}, {"client_key", &key_},      {"client_key_passphrase", &passphrase_file_},
      {"api_key", &api_key_file_},    {"client_id", &client_id_}, {"client_secret", &client_secret_file_}};
  for (const auto& [name, flag] : fields) {
    const bool in_file = flag->setting.secret && !flag->value.empty();
    auto& places = look.places;
    const auto known = std::find_if(places.begin(), places.end(),
                                    [name = name](const auto& place) { return place.credential == name; });
    if (known != places.end() && !in_file) continue;
    std::string place = in_file ? std::string(flag->setting.flag) + ", file " + flag->value : place_of(flag->setting);
    if (place.empty()) continue;
    if (known != places.end()) places.erase(known);
    places.push_back({name, std::move(place), ""});
  }
}

Result<CredentialFlags::Given> CredentialFlags::given() const {
  apply();
  auto options = internal::options_of_environment();
  if (!options) return std::move(options).error();
  auto looker = looker_of_vault();
  if (looker && !*looker) looker = looker_of_variables();
  if (!looker) return std::move(looker).error();
  return Given{*std::move(options), [flags = *this, looker = *std::move(looker)] {
                 CredentialLook look = looker();
                 if (look.vault) look.places = look.vault->places;
                 flags.override_from_files(look);
                 flags.note_places(look);
                 return look;
               }};
}

CredentialFlags::Found CredentialFlags::find() const {
  auto given = this->given();
  if (!given) return {std::move(given).error()};
  CredentialLook look = given->look();
  if (!look.credentials) return {std::move(look.credentials).error(), std::move(look.vault)};
  given->options.credentials = *std::move(look.credentials);
  return {std::move(given->options), std::move(look.vault)};
}

bool CredentialFlags::names_vault() const {
  apply();
  const auto& settings = {certificate_.setting, key_.setting, passphrase_file_.setting};
  return !credentials_.setting.from_environment().empty() ||
         std::any_of(settings.begin(), settings.end(), [](const internal::Setting& setting) {
           return internal::names_vault(setting.from_environment());
         });
}

Result<ClientCertificate> CredentialFlags::certificate(const std::string& file) const {
  apply();
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
