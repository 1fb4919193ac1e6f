// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include <easypost_connect/connect_client.hpp>

#include "load.hpp"

namespace easypost_connect::benchmark {

/// SdkMulti does by the SDK what RawMulti does: each answer's completion makes the next call. Returns when the load
/// wants no more and all is answered; a call that fails ends the program, for a completion has nowhere to throw to.
void keep_in_flight(ConnectClient& client, Load& load, std::size_t width, const std::string& path);

}  // namespace easypost_connect::benchmark
