// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include <easypost_connect/error.hpp>
#include <easypost_connect/response.hpp>

namespace easypost_connect::internal {

/// Which access tokens a call was made with until it got this answer.
enum class TokensTried {
  kOne,
  kOneTwice,  ///< the token endpoint gave the same one again, or is not to be asked yet
  kTwo,
};

/// Which credential an answer of the API refuses, by its status and what it says beside that; nothing when it is about
/// something else. Says so where another credential is possible too, and where nothing is known but the status.
///
/// In this order: what gateways say of the client certificate; challenges that name an error, a key or a certificate,
/// in any field; the answers that gateways are known for; the API key by its name; other challenges; the status. The
/// answer's words are searched and never quoted: it may echo a credential.
std::optional<Error> refused_credential(const Response& response, TokensTried tokens);

}  // namespace easypost_connect::internal
