// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include <easypost_connect/secret.hpp>

namespace easypost_connect::internal {

/// `text` with each occurrence of the secret, plain or percent-encoded, replaced by "[redacted]": some servers say in
/// an error what they were sent.
std::string redacted(std::string_view text, const Secret& secret);

}  // namespace easypost_connect::internal
