// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include <easypost_connect/secret.hpp>

#include "vaults/vault_client.hpp"

namespace easypost_connect::internal {

/// An AwsFault is what a refusal is about.
enum class AwsFault {
  kClock,        ///< the signature is of another time than the service's
  kExpiredKeys,  ///< temporary keys have ended, or the token of a web identity has
  kUnknownKeys,
  kSignature,
  kDenied,
  kKms,  ///< the key of KMS cannot be used that the secret is encrypted with
  kMissing,
  kDeleted,
  kQuestion,
  kThrottled,
  kService,
  kOther,
};

/// An AwsRefusal is what AWS wrote: JSON with "__type" and "message", or XML with <Code> and <Message>.
struct AwsRefusal {
  std::string type;  ///< lacks a prefix such as "com.amazonaws.secretsmanager#", and a ":http..." behind it
  Secret message;    ///< may quote the request, and with it the session token
  AwsFault fault = AwsFault::kOther;
};

/// Returns the text of the first element <name>, as a view into `xml`; empty when there is none.
std::string_view element_in(std::string_view xml, std::string_view name) noexcept;

AwsRefusal refusal_in(const VaultAnswer& answer);

/// Makes the Error of a refusal, in the words of AWS. Waiting and trying again is right for some of them.
Error refused_by_aws(const VaultClient& client, const VaultStep& step, const VaultAnswer& answer,
                     const AwsRefusal& refusal, std::string remedy);

}  // namespace easypost_connect::internal
