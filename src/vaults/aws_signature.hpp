// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <easypost_connect/aws_secrets_manager.hpp>
#include <easypost_connect/secret.hpp>

#include "core/clock.hpp"

namespace easypost_connect::internal {

/// An AwsScope is what a signature is good for: one service of one region.
struct AwsScope {
  std::string_view region;
  std::string_view service;
};

/// An AwsHeader is a field that is signed. Its name is in lower case.
struct AwsHeader {
  std::string_view name;
  std::string_view value;
};

/// An AwsPost is a POST to "/", as far as Signature Version 4 looks at it.
struct AwsPost {
  std::vector<AwsHeader> headers;  ///< have any order; x-amz-date and x-amz-security-token are added
  std::string_view body;
};

/// Returns the time as x-amz-date has it: "20261125T144135Z".
std::string amz_date(WallTime time);

/// Returns the Authorization of `post` by Signature Version 4 (AWS4-HMAC-SHA256).
Secret aws_authorization(const vaults::AwsKeys& keys, const AwsScope& scope, AwsPost post, std::string_view amz_date);

}  // namespace easypost_connect::internal
