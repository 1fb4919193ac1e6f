// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/answer_fields.hpp"

namespace easypost_connect::internal {

/// What an answer outside 2xx holds against the client certificate, as half a sentence ("it has expired"); nothing when
/// it does not speak of it.
///
/// Many gateways end the handshake well and refuse the certificate afterwards: nginx with 400 and a page of its own
/// (measured: 1.22, `ssl_verify_client`), or, as nginx, HAProxy, IIS and Kong can be configured, with 401 or 403 and
/// a field or a phrase that they are known for. Other sentences with "certificate" in them are about anything.
std::optional<std::string> certificate_complaint(int status, const std::vector<AnswerField>& fields);

}  // namespace easypost_connect::internal
