// SPDX-License-Identifier: Apache-2.0
#include "vaults/hashicorp_pki.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <easypost_connect/certificate_facts.hpp>

#include "core/secrets.hpp"
#include "vaults/wiped_json.hpp"

namespace easypost_connect::internal {
namespace {

/// Vault leaves out the line end behind a PEM.
void append_pem(std::string& all, std::string_view pem) {
  if (pem.empty()) return;
  append_and_wipe(all, pem);
  if (pem.back() != '\n') append_and_wipe(all, "\n");
}

std::chrono::seconds life_of(const SecretJson& answer, WallTime now) {
  constexpr std::int64_t kYear2200 = 7'258'118'400;  // the last year that fits into every clock
  const std::chrono::seconds ends(std::clamp<std::int64_t>(number_at(answer, 0, "data", "expiration"), 0, kYear2200));
  return std::chrono::duration_cast<std::chrono::seconds>(WallTime(ends) - now);
}

Result<SigningRequest> request_for(const SecretReference& reference, KeyType key_type) {
  SigningRequestOptions options;
  options.common_name = reference.parameter("cn");
  options.key_type = key_type;
  auto request = make_signing_request(options);
  if (request) return request;
  return bad_reference(reference, "asks for a certificate that cannot be requested: " + request.error().message,
                       "Check cn=.");
}

/// Tells whether the first certificate was made for the key, and may be a client's.
bool can_be_used(const Secret& pem) {
  ClientCertificate pair;
  pair.certificate = TlsMaterial::in_memory(pem);
  const auto key = private_key_facts(pair);
  const auto certificates = certificate_facts(pair);
  return key && certificates && key->certificate == 0U && certificates->front().may_be_client;
}

}  // namespace

Result<void> HashiCorpPki::check(const SecretReference& reference) {
  const auto slash = reference.path.rfind('/');
  if (slash == std::string::npos || reference.path.front() == '/' || slash + 1 == reference.path.size())
    return bad_reference(reference, "does not name a mount and a role.",
                         "Write both: vault-pki://pki/easypost?cn=partner-1.");
  if (reference.parameter("cn").empty())
    return bad_reference(reference, "does not say for whom the certificate is.", "Add cn=, such as cn=partner-1.");
  if (const auto key = reference.parameter("key"); !key.empty() && key != "rsa" && key != "ec")
    return bad_reference(reference, "asks for another kind of key than rsa (2048 bits) and ec (P-256).",
                         "Leave out key=, or write key=ec.");
  if (!reference.field.empty())
    return bad_reference(reference, "has no members to choose from.", "Leave out what follows the '#'.");
  if (auto request = request_for(reference, KeyType::kP256); !request) return std::move(request).error();
  return reference.check_parameters({"cn", "ttl", "key", "namespace"});
}

Result<SigningRequest> HashiCorpPki::make_request(const SecretReference& reference) {
  return request_for(reference, reference.parameter("key") == "ec" ? KeyType::kP256 : KeyType::kRsa2048);
}

Secret HashiCorpPki::body_of(const SecretReference& reference, const SigningRequest& request) {
  WipedJson body;
  body.add("csr", request.csr);
  body.add("common_name", reference.parameter("cn"));
  body.add("format", "pem");
  if (const auto ttl = reference.parameter("ttl"); !ttl.empty()) body.add("ttl", ttl);
  return body.text();
}

std::optional<ReadSecret> HashiCorpPki::kept(const SecretReference& reference) const {
  const auto issued = issued_.find(reference.text);
  const Moment now = clock_->now();
  if (issued == issued_.end() || now.steady >= issued->second.renew_at || now.wall >= issued->second.ends_at)
    return std::nullopt;
  return ReadSecret{issued->second.content, issued->second.serial,
                    std::chrono::ceil<std::chrono::seconds>(issued->second.renew_at - now.steady)};
}

std::optional<ReadSecret> HashiCorpPki::take(const SecretReference& reference, const SigningRequest& request,
                                             const SecretJson& answer) {
  const Moment now = clock_->now();
  const std::chrono::seconds life = life_of(answer, now.wall);
  if (text_at(answer, "data", "certificate").empty() || life <= std::chrono::seconds(0)) return std::nullopt;
  std::string pem;
  const WipeOnExit wipe_pem(pem);
  append_pem(pem, text_at(answer, "data", "certificate"));
  if (const SecretJson* chain = find_member(answer, "data", "ca_chain")) {
    for (const SecretJson::Member& authority : chain->members()) append_pem(pem, authority.value.text());
  }
  append_pem(pem, request.private_key.expose());
  const std::chrono::milliseconds two_thirds = std::chrono::milliseconds(life) * 2 / 3;
  Issued issued{Secret(pem), std::string(text_at(answer, "data", "serial_number")), now.steady + two_thirds,
                now.wall + life};
  ReadSecret secret{issued.content, issued.serial, std::chrono::ceil<std::chrono::seconds>(two_thirds)};
  if (can_be_used(secret.content)) issued_[reference.text] = std::move(issued);
  return secret;
}

}  // namespace easypost_connect::internal
