// SPDX-License-Identifier: Apache-2.0
#include "vaults/credential_fields.hpp"

#include <string>
#include <utility>

#include "core/encoding.hpp"
#include "core/make_error.hpp"
#include "core/secrets.hpp"
#include "core/text.hpp"
#include "vaults/secret_json.hpp"

namespace easypost_connect::internal {
namespace {

Secret with_line_ends(std::string_view text) {
  std::string lines;
  const WipeOnExit wipe_lines(lines);
  lines.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escaped = text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == 'n' || text[i + 1] == 'r');
    lines += !escaped ? text[i] : text[i + 1] == 'n' ? '\n' : '\r';
    i += escaped ? 1 : 0;
  }
  return Secret(lines);
}

/// The names of members, which are no secrets, as far as they fit into a message.
std::string names_in(const SecretJson& object) {
  constexpr std::size_t kMost = 12;
  std::string names;
  std::size_t count = 0;
  for (const SecretJson::Member& member : object.members()) {
    if (++count > kMost) return names + ", ...";
    names.append(names.empty() ? "" : ", ").append(printable(member.name.expose(), 40));
  }
  return names.empty() ? "none" : names;
}

Error unusable_object(std::string_view origin, std::string_view problem, std::string remedy) {
  Error error = make_error(ErrorCode::kInvalidCredential, Factor::kCredentialSource,
                           std::string(origin).append(", decode: ").append(problem), std::move(remedy));
  error.never_sent = true;
  return error;
}

/// Reads members by name, and remembers which were taken, which were missing, and which are no text.
class Members {
 public:
  explicit Members(const SecretJson& object) : object_(object) {}

  std::string_view optional(const std::string& name) {
    const SecretJson* member = name.empty() ? nullptr : find_member(object_, name);
    if (member == nullptr || member->kind() == SecretJson::Kind::kNull) return {};
    if (member->kind() != SecretJson::Kind::kText) note(not_texts_, name);
    if (!member->text().empty()) taken_.push_back(name);
    return member->text();
  }
  std::string_view required(const std::string& name) {
    const std::string_view text = optional(name);
    if (text.empty()) note(missing_, name);
    return text;
  }

  [[nodiscard]] const std::vector<std::string>& taken() const noexcept { return taken_; }
  [[nodiscard]] const std::string& missing() const noexcept { return missing_; }
  [[nodiscard]] const std::string& not_texts() const noexcept { return not_texts_; }

 private:
  static void note(std::string& list, const std::string& name) { list.append(list.empty() ? "" : ", ").append(name); }

  const SecretJson& object_;
  std::vector<std::string> taken_;
  std::string missing_;
  std::string not_texts_;
};

ClientCertificate certificate_in(Members& members, const vaults::FieldNames& names) {
  ClientCertificate certificate;
  certificate.passphrase = Secret(members.optional(names.client_key_passphrase));
  if (const auto pkcs12 = members.optional(names.client_pkcs12); !pkcs12.empty()) {
    certificate.certificate = material_in(pkcs12);
    return certificate;
  }
  certificate.certificate = material_in(members.required(names.client_cert));
  if (const auto key = members.optional(names.client_key); !key.empty()) {
    certificate.private_key = material_in(key);
  }
  return certificate;
}

}  // namespace

TlsMaterial material_in(std::string_view text) {
  const bool one_line = trim(text).find('\n') == std::string_view::npos;
  if (one_line && text.find("-----BEGIN ") != std::string_view::npos && text.find("\\n") != std::string_view::npos)
    return TlsMaterial::in_memory(with_line_ends(text));
  if (auto file = base64_decode_file(text)) return TlsMaterial::in_memory(*std::move(file));
  return TlsMaterial::in_memory(Secret(text));
}

Result<DecodedSecret> credentials_in(std::string_view json, const vaults::FieldNames& names, std::string_view origin) {
  const SecretJson object = parse_secret_json(json);
  if (!object.is_object())
    return unusable_object(origin, "the secret is not a JSON object.",
                           "Store one JSON object with the members " + names.client_cert + ", " + names.client_key +
                               ", " + names.api_key + ", " + names.client_id + " and " + names.client_secret +
                               ", or give a reference for each credential.");
  Members members(object);
  Credentials credentials;
  credentials.client_certificate = certificate_in(members, names);
  credentials.api_key = Secret(members.required(names.api_key));
  credentials.oauth_client.id = members.required(names.client_id);
  credentials.oauth_client.secret = Secret(members.required(names.client_secret));
  if (!members.not_texts().empty())
    return unusable_object(origin, "these members are not texts: " + members.not_texts() + '.',
                           "Store each as a JSON string.");
  if (!members.missing().empty())
    return unusable_object(
        origin, "these members are missing or empty: " + members.missing() + "; there are: " + names_in(object) + '.',
        "Add them, or say in VaultOptions::fields how they are called.");
  return DecodedSecret{std::move(credentials), members.taken()};
}

}  // namespace easypost_connect::internal
