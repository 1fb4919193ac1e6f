// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include <easypost_connect/error.hpp>
#include <easypost_connect/response.hpp>

#include "core/answer_fields.hpp"

namespace easypost_connect::internal {

/// A challenge asks for one of these.
enum class Challenged {
  kToken,  ///< an access token: Bearer (RFC 6750), DPoP (RFC 9449), what else servers call it, or an error of those
  kKey,    ///< an API key; no RFC has a scheme for it, so each gateway has its own
  kCertificate,  ///< a client certificate, as WSO2 ("Mutual SSL") and owners of gateways ask for it
  kOther,        ///< credentials that this client has none of
};

Challenged challenged_credential(const AuthChallenge& challenge);

/// The text has the words API key in it, in a spelling that gateways use.
bool names_key(std::string_view text) noexcept;

/// A sentence, or a code, about an API key of the caller: "Invalid API key", "apikey_missing". Not one about a key of
/// somebody or something else: "API key of the recipient ...", "The webhook's API key ...".
bool is_about_key(std::string_view text) noexcept;

/// A gateway means one of these by an answer of its own making.
enum class Meaning {
  kKey,            ///< the API key is missing, wrong, used up or for something else
  kKeyOrAccess,    ///< AWS says Forbidden for a wrong key, and for more
  kKeyOrToken,     ///< said of keys and of tokens alike
  kToken,          ///< the access token is not good; the answer's words may say why
  kTokenAway,      ///< no access token arrived
  kProof,          ///< the access token has to come with a proof of possession
  kRight,          ///< the token is good, and its client may not do this
  kRightOrKey,     ///< a denial by a rule that may look at the client, or at the API key
  kNoSuchPath,     ///< no such method and path
  kOtherDoor,      ///< another application answers: a login page, a storage
  kFirewall,       ///< a firewall, or a list of addresses
  kPlainHttp,      ///< the request came without TLS
  kNotTheirFault,  ///< the gateway could not check the token
};

/// Returns what the answer means if its shape is one of those that gateways are known for: status, a header, and a
/// fixed phrase in a field of the body. The words of an API's own answers decide nothing, because they are about
/// anything.
std::optional<Meaning> gateway_answer(const Response& response, const std::vector<AnswerField>& fields);

inline constexpr const char* kCheckKey =
    "Check the API key (EASYPOST_CONNECT_API_KEY) against the Portal of this environment, then the certificate and the "
    "rights of the client.";
inline constexpr const char* kCheckUrl = "Check API URL and path (EASYPOST_CONNECT_API_URL).";

struct MeaningWords {
  Meaning meaning;
  Factor factor;
  const char* what;
  const char* remedy;
};

/// Returns the words for `meaning`, whatever else the answer has. kToken and kKeyOrToken have none.
const MeaningWords& words_for(Meaning meaning) noexcept;

}  // namespace easypost_connect::internal
