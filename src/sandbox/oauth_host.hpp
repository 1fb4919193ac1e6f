// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include <httplib.h>

#include "sandbox/journal.hpp"
#include "sandbox/token_store.hpp"

namespace easypost_connect::sandbox {

inline constexpr const char* kTokenPath = "/oauth2/token";

/// The token endpoint: the client-credentials grant of RFC 6749, section 4.4, with both ways to authenticate a client
/// (2.3.1) and the errors of 5.2.
class OAuthHost {
 public:
  struct Client {
    std::string id;
    std::string secret;
  };

  OAuthHost(Client client, TokenStore& tokens, Journal& journal)
      : client_(std::move(client)), tokens_(tokens), journal_(journal) {}

  /// Answers a request; returns what the log should say about it. Thread-safe.
  std::string answer(const httplib::Request& request, httplib::Response& response);

 private:
  struct Refusal {
    int status;
    std::string error;        // RFC 6749, section 5.2
    std::string description;  // for people
  };

  [[nodiscard]] std::optional<Refusal> check(const httplib::Request& request) const;
  [[nodiscard]] std::optional<Refusal> check_client(const std::string& authorization, const Client& in_form) const;
  std::string issue(httplib::Response& response);

  const Client client_;
  TokenStore& tokens_;
  Journal& journal_;
};

}  // namespace easypost_connect::sandbox
