// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include <httplib.h>

#include "sandbox/event_log.hpp"
#include "sandbox/issued_tokens.hpp"
#include "sandbox/partners.hpp"

namespace easypost_connect::sandbox {

inline constexpr const char* kTokenPath = "/oauth2/token";

/// The token endpoint: the client-credentials grant of RFC 6749, section 4.4, with both ways to authenticate a client
/// (2.3.1) and the errors of 5.2.
class OAuthHost {
 public:
  OAuthHost(const Partners& partners, IssuedTokens& tokens, EventLog& event_log)
      : partners_(partners), tokens_(tokens), event_log_(event_log) {}

  /// Answers a request; returns what the log should say about it. Thread-safe.
  std::string answer(const httplib::Request& request, httplib::Response& response);

 private:
  struct Refusal {
    int status;
    std::string error;        // RFC 6749, section 5.2
    std::string description;  // words for people
  };

  struct Client {
    std::string id;
    std::string secret;
  };

  /// Leaves in `client` who asks.
  [[nodiscard]] std::optional<Refusal> check(const httplib::Request& request, Client& client) const;
  [[nodiscard]] std::optional<Refusal> check_client(const std::string& authorization, Client& client) const;
  std::string issue(const std::string& client_id, httplib::Response& response);

  const Partners& partners_;
  IssuedTokens& tokens_;
  EventLog& event_log_;
};

}  // namespace easypost_connect::sandbox
