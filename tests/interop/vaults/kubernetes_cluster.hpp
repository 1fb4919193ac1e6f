// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <easypost_connect/secret.hpp>

#include <nlohmann/json.hpp>

#include "child_process.hpp"
#include "loopback.hpp"
#include "private_folder.hpp"
#include "sandbox/certificate_authority.hpp"
#include "vaults/jwt.hpp"

namespace easypost_connect::interop {

/// The API server of a Kubernetes cluster on loopback, token_reviews.py, and the tokens of its service accounts.
class KubernetesCluster {
 public:
  static constexpr const char* kReviewer = "canary-secret.of.the-reviewer";

  KubernetesCluster() {
    const auto server = authority_.issue(sandbox::server_profile());
    write_accounts();
    process_.emplace(std::vector<std::string>{"python3", VAULT_SCRIPTS "/token_reviews.py", std::to_string(port_),
                                              folder_.write("server.pem", server.certificate),
                                              folder_.write("server.key", server.private_key), folder_.path("tokens")},
                     folder_.path("log"));
    wait_until_it_listens(*process_, port_, folder_.path("log"));
  }

  [[nodiscard]] std::string url() const { return "https://127.0.0.1:" + std::to_string(port_); }
  [[nodiscard]] const std::string& authority() const noexcept { return authority_.certificate(); }

  /// Returns the path of the file that a pod of this service account has its token in.
  std::string token_file(const std::string& space, const std::string& name) {
    const nlohmann::json account = {{"namespace", space}, {"serviceaccount", {{"name", name}, {"uid", "u-1"}}}};
    const nlohmann::json claims = {{"iss", "https://kubernetes.default.svc"},
                                   {"aud", {"vault"}},
                                   {"iat", 1'700'000'000},
                                   {"nbf", 1'700'000'000},
                                   {"exp", 4'000'000'000},
                                   {"sub", "system:serviceaccount:" + space + ':' + name},
                                   {"kubernetes.io", account}};
    const auto key = internal::rsa_key_in(Secret(signer_.private_key));
    const auto token =
        internal::signed_jwt(R"({"alg":"RS256"})", claims.dump(), *key, internal::JwtAlgorithm::kRs256).value();
    accounts_[std::string(token.expose())] = space + ':' + name;
    write_accounts();
    return folder_.write("jwt", std::string(token.expose()));
  }

  /// The cluster knows none of the tokens any more, as if their pods were gone.
  void forget_tokens() {
    accounts_ = nlohmann::json::object();
    write_accounts();
  }

 private:
  void write_accounts() const {
    folder_.write("tokens", nlohmann::json{{"reviewer", kReviewer}, {"accounts", accounts_}}.dump());
  }

  PrivateFolder folder_;
  sandbox::CertificateAuthority authority_;
  sandbox::IssuedCertificate signer_ = sandbox::issue_self_signed();
  nlohmann::json accounts_ = nlohmann::json::object();
  int port_ = free_ports(1).front();
  std::optional<ChildProcess> process_;
};

}  // namespace easypost_connect::interop
