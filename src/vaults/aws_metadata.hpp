// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include <easypost_connect/result.hpp>

#include "vaults/aws_key_source.hpp"

namespace easypost_connect::internal {

/// Makes the client of a metadata service at `url`, which `name` gave: https, or plain http to this machine or to one
/// of `hosts`. It does not wait long for a connection, since there may be nobody.
Result<VaultClient> metadata_client(std::string_view name, const std::string& url,
                                    std::initializer_list<std::string_view> hosts, const VaultWorld& world);

/// Returns the keys in an answer of a metadata service: AccessKeyId, SecretAccessKey, Token and Expiration.
Result<AwsCredentials> metadata_keys(const VaultClient& client, const VaultStep& step, const SecretJson& json,
                                     std::string remedy);

}  // namespace easypost_connect::internal
