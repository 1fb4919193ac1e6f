// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <easypost_connect/secret.hpp>

namespace easypost_connect::internal {

/// `bytes` without the wrapping that editors, shells and vaults put around a certificate or a key: UTF-16 as PowerShell
/// writes it, a byte order mark, base64 of a whole file (also twice). What is not wrapped comes back as it
/// is.
Secret plain_form(const Secret& bytes);

}  // namespace easypost_connect::internal
