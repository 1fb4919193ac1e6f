// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <easypost_connect/error.hpp>

namespace easypost_connect::internal {

inline Error make_error(ErrorCode code, Factor factor, std::string message, std::string remedy) {
  Error error;
  error.code = code;
  error.factor = factor;
  error.message = std::move(message);
  error.remedy = std::move(remedy);
  return error;
}

}  // namespace easypost_connect::internal
