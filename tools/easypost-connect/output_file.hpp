// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include <easypost_connect/body.hpp>
#include <easypost_connect/result.hpp>

namespace easypost_connect::tool {

/// OutputFile is where `--output PATH` puts the body of an answer: a file that is there when it is whole, or what else
/// the path is (a device, a pipe). An Error says before the call that nothing can be written there.
[[nodiscard]] Result<BodySink> sink_to(const std::string& path);

}  // namespace easypost_connect::tool
