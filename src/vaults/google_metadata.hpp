// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include <easypost_connect/https_transport.hpp>
#include <easypost_connect/result.hpp>

namespace easypost_connect::internal {

/// Returns where the metadata service of this machine is: GCE_METADATA_HOST, or Google's own name for it.
std::string google_metadata_host();

/// Lets a transport go to `url`: by https, or by plain http to a metadata service or to this machine itself, which
/// answers at once or is not there. Anything else is an Error, and `name` says whose URL that is.
Result<void> allow_metadata_url(std::string_view name, const std::string& url, HttpsTransportOptions& transport);

}  // namespace easypost_connect::internal
