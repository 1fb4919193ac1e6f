// SPDX-License-Identifier: Apache-2.0
#pragma once

/// Version of the SDK; CMakeLists.txt reads it from here.
#define EASYPOST_CONNECT_VERSION "0.1.0"
