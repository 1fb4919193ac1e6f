// SPDX-License-Identifier: Apache-2.0
// Says which sanitizer a test is compiled for. g++ tells it by macros of its own, clang++ as a feature.
#pragma once

#if defined(__SANITIZE_ADDRESS__)
#define EASYPOST_CONNECT_ADDRESS_SANITIZER
#elif defined(__SANITIZE_THREAD__)
#define EASYPOST_CONNECT_THREAD_SANITIZER
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define EASYPOST_CONNECT_ADDRESS_SANITIZER
#elif __has_feature(thread_sanitizer)
#define EASYPOST_CONNECT_THREAD_SANITIZER
#endif
#endif
