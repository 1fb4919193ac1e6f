// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <easypost_connect/result.hpp>

#include "sandbox/openssl_handles.hpp"

namespace easypost_connect::sandbox {

/// Reads a signing request, PEM or DER, and judges it as a careful authority does: it must be signed with its own key
/// and a digest that still counts, name a subject, and ask for a key that is strong enough. What is no request is
/// called by its name.
Result<RequestHandle> read_signing_request(const std::string& text);

}  // namespace easypost_connect::sandbox
