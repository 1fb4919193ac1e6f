// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <utility>

#include "core/encoding.hpp"
#include "core/make_error.hpp"
#include "core/text.hpp"
#include "vaults/hashicorp_login.hpp"
#include "vaults/hashicorp_pki.hpp"
#include "vaults/readers.hpp"
#include "vaults/service_address.hpp"

namespace easypost_connect::internal {
namespace {

/// A Mount is where a KV engine begins, and which version of it that is.
struct Mount {
  std::string path;  ///< ends in '/'
  bool versioned = true;
};

/// Percent-encodes the segments of a path.
std::string encoded_path(std::string_view path) {
  std::string out;
  while (!path.empty()) {
    const auto end = std::min(path.find('/'), path.size());
    append_percent_encoded(out, path.substr(0, end));
    if (end < path.size()) out += '/';
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return out;
}

std::string_view first_words(const SecretJson& json) {
  for (const char* const name : {"errors", "warnings"}) {
    const std::string_view words = first_at(json, name).text();  // `json` keeps the text, too
    if (!words.empty()) return words;
  }
  return {};
}

class HashiCorpReader final : public SecretReader {
 public:
  HashiCorpReader(vaults::HashiCorpVault options, HashiCorpAddress address, VaultClient client, const VaultWorld& world)
      : address_(address),
        blank_(std::move(client)),
        client_(blank_),
        login_(std::move(options), std::move(address), world.clock),
        pki_(world.clock) {}

  [[nodiscard]] Result<void> check(const SecretReference& reference) const override {
    if (reference.scheme == kPkiScheme) return HashiCorpPki::check(reference);
    const auto kv = reference.parameter("kv");
    if (!kv.empty() && kv != "1" && kv != "2")
      return bad_reference(reference, "asks for another KV engine than 1 and 2.", "Leave out kv=, or write kv=2.");
    const auto slash = reference.path.find('/');
    if (slash == 0 || slash == std::string::npos || slash + 1 == reference.path.size())
      return bad_reference(reference, "does not name a mount and a secret below it.",
                           "Write both: vault://secret/easypost/acc.");
    return reference.check_parameters({"version", "kv", "namespace"});
  }

  [[nodiscard]] Result<ReadSecret> read(const SecretReference& reference) override {
    client_ = blank_;  // it would remember every token that there ever was
    if (reference.scheme == kPkiScheme) return certificate_for(reference);
    const auto mount = mount_of(reference);
    if (!mount) return mount.error();
    auto answer = ask(reference, question_for(reference, *mount));
    if (!answer) return std::move(answer).error();
    if (!answer->ok()) return refused(reference, *mount, *answer);
    const auto json = client_.object_in(step_of(reference), *answer);
    if (!json) return json.error();
    return content_of(reference, *mount, *json);
  }

  [[nodiscard]] std::optional<std::string> login(const SecretReference& /*reference*/) const override {
    return login_.has_token() ? std::optional(login_.way()) : std::nullopt;
  }

 private:
  /// Asks with the token; once more with a new one if that is refused, for one that has expired looks like a wrong one.
  Result<VaultAnswer> ask(const SecretReference& reference, VaultQuestion question) {
    for (;;) {
      const bool had_token = login_.has_token();
      auto token = login_.token(client_);
      if (!token) return std::move(token).error();
      client_.keep_out(*token);
      question.credentials.clear();
      question.credentials.push_back({"x-vault-token", *token});
      auto answer = client_.ask(step_of(reference), question);
      if (!answer || answer->status != 403 || !had_token) return answer;
      login_.drop();
    }
  }

  Result<ReadSecret> certificate_for(const SecretReference& reference) {
    if (auto kept = pki_.kept(reference)) return with_login_renewed(*std::move(kept));
    const auto request = HashiCorpPki::make_request(reference);
    if (!request) return request.error();
    client_.keep_out(request->private_key);
    const auto slash = reference.path.rfind('/');
    auto question = this->question(reference, encoded_path(reference.path.substr(0, slash)) + "/sign/" +
                                                  encoded_path(reference.path.substr(slash + 1)));
    question.method = Method::kPost;
    question.content_type = "application/json";
    question.body = HashiCorpPki::body_of(reference, *request);
    const auto answer = ask(reference, std::move(question));
    if (!answer) return answer.error();
    if (!answer->ok()) return not_signed(reference, *answer);
    const auto json = client_.object_in(step_of(reference), *answer);
    if (!json) return json.error();
    auto certificate = pki_.take(reference, *request, *json);
    if (certificate) return *std::move(certificate);
    return client_.unusable(step_of(reference), "the answer holds no certificate, or one that has ended",
                            "Check that the path leads to a PKI engine, and the clock of this machine.");
  }

  /// The certificate needs no login, but the next one does. A renewal that fails costs no certificate.
  ReadSecret with_login_renewed(ReadSecret kept) {
    if (!login_.has_token()) return kept;
    static_cast<void>(login_.token(client_));
    if (const auto due = login_.renewal()) kept.look_again = std::min(kept.look_again.value_or(*due), *due);
    return kept;
  }

  Error not_signed(const SecretReference& reference, const VaultAnswer& answer) const {
    if (answer.status != 400 && answer.status != 403 && answer.status != 404) return refused(reference, {}, answer);
    const SecretJson json = answer.json();
    const auto slash = reference.path.rfind('/');
    const std::string mount = reference.path.substr(0, slash);
    const std::string role = reference.path.substr(slash + 1);
    std::string remedy =
        "Compare cn, ttl and key of the address with the role: vault read " + mount + "/roles/" + role + '.';
    if (answer.status == 403) remedy = "Let the policy of this login update " + mount + "/sign/" + role + '.';
    if (answer.status == 404) remedy = "Check mount and namespace: vault secrets list.";
    return client_.refusal(step_of(reference), answer, client_.quoted(first_words(json)), std::move(remedy));
  }

  VaultStep step_of(const SecretReference& reference) const { return {address_.shown(), "read of " + reference.text}; }

  VaultQuestion question(const SecretReference& reference, std::string_view path) const {
    HashiCorpAddress address = address_;
    if (const auto named = reference.parameter("namespace"); !named.empty()) address.vault_namespace = named;
    return address.question(Method::kGet, path, {});
  }

  VaultQuestion question_for(const SecretReference& reference, const Mount& mount) const {
    std::string_view rest = std::string_view(reference.path).substr(mount.path.size());
    if (!mount.versioned) return question(reference, encoded_path(reference.path));
    constexpr std::string_view kData = "data/";  // the API has it, and vault's own commands leave it out
    if (rest.substr(0, kData.size()) == kData) rest.remove_prefix(kData.size());
    std::string path = encoded_path(mount.path).append(kData).append(encoded_path(rest));
    if (const auto version = reference.parameter("version"); !version.empty())
      append_percent_encoded(path.append("?version="), version);
    return question(reference, path);
  }

  /// Finds out where the mount ends and which engine is there, once. If the vault does not tell, as when a policy
  /// forbids it, the mount is taken for the first segment, and the engine for KV 2.
  Result<Mount> mount_of(const SecretReference& reference) {
    const auto kv = reference.parameter("kv");
    Mount mount{reference.path.substr(0, reference.path.find('/') + 1), kv != "1"};
    if (!kv.empty()) return mount;
    if (const auto known = mounts_.find(reference.text); known != mounts_.end()) return known->second;
    const auto answer = ask(reference, question(reference, "sys/internal/ui/mounts/" + encoded_path(reference.path)));
    if (!answer) return answer.error();
    if (may_pass(answer->status)) return refused(reference, mount, *answer);
    if (answer->ok()) {
      const auto json = client_.object_in(step_of(reference), *answer);
      if (!json) return json.error();
      const std::string path(text_at(*json, "data", "path"));
      if (path.empty())
        return client_.unusable(step_of(reference), "the answer names no mount",
                                "Write kv=1 or kv=2 in the reference.");
      if (reference.path.compare(0, path.size(), path) == 0) mount.path = path;
      mount.versioned = text_at(*json, "data", "options", "version") == "2";
    }
    return mounts_.emplace(reference.text, std::move(mount)).first->second;
  }

  Result<ReadSecret> content_of(const SecretReference& reference, const Mount& mount, const SecretJson& json) const {
    const SecretJson* fields = mount.versioned ? find_member(json, "data", "data") : find_member(json, "data");
    if (fields == nullptr || !fields->is_object())
      return client_.unusable(step_of(reference), "the answer holds no fields",
                              "Check the path, and that it leads to a KV engine.");
    ReadSecret secret;
    secret.content = fields->dump();
    if (mount.versioned) secret.version = std::to_string(number_at(json, 0, "data", "metadata", "version"));
    secret.look_again = login_.renewal();
    if (const auto hint = life_at(json, "lease_duration"); hint.count() > 0) {
      secret.look_again = std::min(secret.look_again.value_or(hint), hint);
    }
    return secret;
  }

  Error not_found(const VaultStep& step, const Mount& mount, const VaultAnswer& answer, const SecretJson& json) const {
    if (is_true_at(json, "data", "metadata", "destroyed"))
      return client_.refusal(step, answer, "that version was destroyed", "Write a new version (vault kv put).");
    if (!text_at(json, "data", "metadata", "deletion_time").empty())
      return client_.refusal(step, answer, "that version was deleted",
                             "Bring it back (vault kv undelete), or write a new version.");
    const std::string words = client_.quoted(first_words(json));
    return client_.refusal(step, answer, words.empty() ? "there is no such secret, or no such version" : words,
                           "Check mount, path, version and namespace: vault kv get " + mount.path + "...");
  }

  Error refused(const SecretReference& reference, const Mount& mount, const VaultAnswer& answer) const {
    const VaultStep step = step_of(reference);
    const SecretJson json = answer.json();
    if (answer.status == 404) return not_found(step, mount, answer, json);
    const std::string words = client_.quoted(first_words(json));
    if (answer.status == 403)
      return client_.refusal(step, answer, words.empty() ? "permission denied" : words,
                             "Let the policy of this login read " + mount.path + (mount.versioned ? "data/" : "") +
                                 reference.path.substr(mount.path.size()) + '.');
    if (answer.status == 503)
      return client_.refusal(step, answer, words, "Unseal the vault (vault operator unseal), or wait for it.");
    if (answer.status == 429) return client_.refusal(step, answer, words, "Wait, or raise the quota of the vault.");
    return client_.refusal(step, answer, words, "Look into the log of the vault.");
  }

  HashiCorpAddress address_;
  VaultClient blank_;
  VaultClient client_;
  HashiCorpLogin login_;
  HashiCorpPki pki_;
  std::map<std::string, Mount> mounts_;  // keys are SecretReference::text
};

TlsMaterial from_variable(std::initializer_list<const char*> names) {
  const std::string_view value = first_variable(names);
  return value.empty() ? TlsMaterial() : TlsMaterial::from_setting(value);
}

}  // namespace

Result<std::unique_ptr<SecretReader>> make_hashicorp_reader(vaults::HashiCorpVault options, const VaultWorld& world) {
  HashiCorpAddress address{options.address, options.vault_namespace};
  if (address.url.empty()) address.url = first_variable({"BAO_ADDR", "VAULT_ADDR"});
  if (address.vault_namespace.empty()) address.vault_namespace = first_variable({"BAO_NAMESPACE", "VAULT_NAMESPACE"});
  while (!address.url.empty() && address.url.back() == '/') address.url.pop_back();
  if (address.url.empty())
    return make_error(ErrorCode::kInvalidOption, Factor::kCredentialSource,
                      "The address of HashiCorp Vault is missing.",
                      "Set VAULT_ADDR, such as https://vault.example:8200, or VaultOptions::hashicorp.address.");

  HttpsTransportOptions transport;
  transport.server_ca = options.server_ca.empty() ? from_variable({"BAO_CACERT", "VAULT_CACERT"}) : options.server_ca;
  transport.client_certificate = options.client_certificate;
  if (transport.client_certificate.certificate.empty()) {
    transport.client_certificate.certificate = from_variable({"BAO_CLIENT_CERT", "VAULT_CLIENT_CERT"});
    transport.client_certificate.private_key = from_variable({"BAO_CLIENT_KEY", "VAULT_CLIENT_KEY"});
  }
  if (auto allowed = allow_service("The address of HashiCorp Vault (VAULT_ADDR)", address.url, transport); !allowed)
    return std::move(allowed).error();
  auto made = world.make_transport(std::move(transport));
  if (!made) return std::move(made).error();
  return std::unique_ptr<SecretReader>(std::make_unique<HashiCorpReader>(std::move(options), std::move(address),
                                                                         VaultClient(*std::move(made), world), world));
}

}  // namespace easypost_connect::internal
