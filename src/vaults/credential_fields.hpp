// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <easypost_connect/credentials.hpp>
#include <easypost_connect/result.hpp>
#include <easypost_connect/vaults.hpp>

namespace easypost_connect::internal {

/// Returns the bytes of a certificate or key as vaults hand it out: as they are, with "\n" in place of line ends, or in
/// base64. A form that is none of these is left as it is, and the client says what is wrong with it.
TlsMaterial material_in(std::string_view text);

/// A DecodedSecret is a JSON object as credentials, with the names of the members that they were taken from.
struct DecodedSecret {
  Credentials credentials;
  std::vector<std::string> members;
};

/// Takes the credentials out of a JSON object. An Error names the members that are missing, and those that are there.
/// `origin` is the begin of its message: the vault and the reference.
Result<DecodedSecret> credentials_in(std::string_view json, const vaults::FieldNames& names, std::string_view origin);

}  // namespace easypost_connect::internal
