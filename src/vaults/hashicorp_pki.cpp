// SPDX-License-Identifier: Apache-2.0
#include "vaults/hashicorp_pki.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

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
  constexpr std::int64_t kYear2200 = 7'258'118'400;  // what is later does not fit into a clock
  const std::chrono::seconds ends(std::clamp<std::int64_t>(number_at(answer, 0, "data", "expiration"), 0, kYear2200));
  return std::chrono::duration_cast<std::chrono::seconds>(WallTime(ends) - now);
}

}  // namespace

Result<void> HashiCorpPki::check(const SecretReference& reference) {
  const auto slash = reference.path.rfind('/');
  if (slash == 0 || slash == std::string::npos || slash + 1 == reference.path.size())
    return bad_reference(reference, "does not name a mount and a role.",
                         "Write both: vault-pki://pki/easypost?cn=partner-1.");
  if (reference.parameter("cn").empty())
    return bad_reference(reference, "does not say for whom the certificate is.", "Add cn=, such as cn=partner-1.");
  if (const auto key = reference.parameter("key"); !key.empty() && key != "rsa" && key != "ec")
    return bad_reference(reference, "asks for another kind of key than rsa (2048 bits) and ec (P-256).",
                         "Leave out key=, or write key=ec.");
  return reference.check_parameters({"cn", "ttl", "key", "namespace"});
}

Result<SigningRequest> HashiCorpPki::make_request(const SecretReference& reference) {
  SigningRequestOptions options;
  options.common_name = reference.parameter("cn");
  options.key_type = reference.parameter("key") == "ec" ? KeyType::kP256 : KeyType::kRsa2048;
  auto request = make_signing_request(options);
  if (request) return request;
  return bad_reference(reference, "asks for a certificate that cannot be requested: " + request.error().message,
                       "Check cn=.");
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
  const SteadyTime now = clock_->now().steady;
  if (issued == issued_.end() || now >= issued->second.renew_at) return std::nullopt;
  return ReadSecret{issued->second.content, issued->second.serial,
                    std::chrono::ceil<std::chrono::seconds>(issued->second.renew_at - now)};
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
  issued_[reference.text] = {Secret(pem), std::string(text_at(answer, "data", "serial_number")),
                             now.steady + life * 2 / 3};
  return kept(reference);
}

}  // namespace easypost_connect::internal
