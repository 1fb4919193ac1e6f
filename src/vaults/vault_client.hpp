// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <easypost_connect/headers.hpp>
#include <easypost_connect/request.hpp>
#include <easypost_connect/result.hpp>
#include <easypost_connect/secret.hpp>
#include <easypost_connect/transport.hpp>

#include "core/secrets.hpp"
#include "vaults/secret_json.hpp"
#include "vaults/secret_reader.hpp"

namespace easypost_connect::internal {

/// One request to a vault, or to a service that logs in to it.
struct VaultQuestion {
  Method method = Method::kGet;
  std::string url;
  Headers headers{};
  std::vector<SecretHeader> credentials{};
  std::string content_type{};
  Secret body{};
};

struct VaultAnswer {
  int status = 0;
  Headers headers{};
  Secret body{};

  [[nodiscard]] bool ok() const noexcept { return status >= 200 && status < 300; }
  [[nodiscard]] SecretJson json() const { return parse_secret_json(body.expose()); }
};

/// Tells whether a status says nothing against the question: too many requests, or the vault is unwell.
[[nodiscard]] bool may_pass(int status) noexcept;

/// Names what a vault was asked for, as the begin of a message: "HashiCorp Vault at https://v:8200, login by AppRole".
struct VaultStep {
  std::string vault;
  std::string step;

  [[nodiscard]] std::string said(std::string_view what) const { return vault + ", " + step + ": " + std::string(what); }
};

/// Sends the requests of one vault, and makes its Errors: bounded in time and size, no redirect, and no secret in any
/// message.
class VaultClient {
 public:
  VaultClient(std::shared_ptr<Transport> transport, const VaultWorld& world);

  /// An Error: there was no answer. An answer may have any status, but a redirect is an Error too.
  [[nodiscard]] Result<VaultAnswer> ask(const VaultStep& step, const VaultQuestion& question) const;

  /// No Error quotes a secret that was named here.
  void keep_out(const Secret& secret) { secrets_.add(secret); }
  /// Returns what the vault wrote as it may stand in a message; empty for nothing.
  [[nodiscard]] std::string quoted(std::string_view words) const;

  /// Returns the JSON object of an answer that is no refusal. An Error: it holds none.
  [[nodiscard]] Result<SecretJson> object_in(const VaultStep& step, const VaultAnswer& answer) const;

  /// Makes the Error of an answer that is a refusal. It is retryable when the status says that a later try may succeed.
  [[nodiscard]] Error refusal(const VaultStep& step, const VaultAnswer& answer, std::string_view words,
                              std::string remedy) const;
  /// Makes the Error of an answer that is no refusal and cannot be used.
  [[nodiscard]] Error unusable(const VaultStep& step, std::string_view problem, std::string remedy) const;

 private:
  std::shared_ptr<Transport> transport_;
  std::chrono::milliseconds timeout_;
  std::shared_ptr<const Clock> clock_;
  std::shared_ptr<VaultContact> contact_;
  Secrets secrets_;
};

}  // namespace easypost_connect::internal
