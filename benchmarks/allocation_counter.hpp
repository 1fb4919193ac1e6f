// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace easypost_connect::benchmark {

/// How many blocks this process has asked malloc, calloc and realloc for so far, libcurl's and OpenSSL's included.
long allocations() noexcept;

}  // namespace easypost_connect::benchmark
