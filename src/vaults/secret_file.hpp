// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <easypost_connect/secret.hpp>

namespace easypost_connect::internal {

/// Returns the path of `name` in the home folder; empty when there is none.
std::string home_file(const char* name);

/// Returns the content of a small file, without blanks at its end; empty when it cannot be read.
Secret secret_in_file(const std::string& path);

}  // namespace easypost_connect::internal
