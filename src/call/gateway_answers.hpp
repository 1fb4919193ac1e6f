// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include <easypost_connect/response.hpp>

#include "core/answer_fields.hpp"

namespace easypost_connect::internal {

/// What gateways mean by an answer of their own making.
enum class Meaning {
  kKey,            ///< the API key is missing, wrong, used up or for something else
  kKeyOrAccess,    ///< AWS says Forbidden for a wrong key, and for more
  kKeyOrToken,     ///< a plug-in that checks keys or tokens, and does not say which
  kToken,          ///< the access token is not good; the answer's words may say why
  kTokenAway,      ///< no access token arrived
  kProof,          ///< the access token has to come with a proof of possession
  kRight,          ///< the token is good, and its client may not do this
  kNoSuchPath,     ///< no such method and path
  kOtherDoor,      ///< it is another application that answers: a login page, a storage
  kFirewall,       ///< a firewall, or a list of addresses
  kPlainHttp,      ///< the request came without TLS
  kNotTheirFault,  ///< the gateway could not check the token
};

/// What the answer means if its shape is one of those that gateways are known for: status, a header, and a fixed phrase
/// in a field of the body. The words of an API's own answers decide nothing, because they are about anything.
std::optional<Meaning> gateway_answer(const Response& response, const std::vector<AnswerField>& fields);

}  // namespace easypost_connect::internal
