// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "core/auth_challenge.hpp"

namespace easypost_connect::internal {

/// What a challenge asks for.
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

}  // namespace easypost_connect::internal
