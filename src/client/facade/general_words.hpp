// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <easypost_connect/error.hpp>

namespace easypost_connect::internal {

/// Makes an Error of `identity` or `wire` true for any server. Those parts name what a client of the API has to look
/// at: the Portal that issued its certificate, the variables of its options, the API.
void say_in_general(Error& error);

}  // namespace easypost_connect::internal
