// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace easypost_connect::interop {

/// Posts to a server on loopback that speaks plain http. Throws when it answers neither 200 nor 409, which means that
/// what is to be made is there.
void post_plainly(int port, const std::string& path, const std::string& content_type, const std::string& body);

}  // namespace easypost_connect::interop
