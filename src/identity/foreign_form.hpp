// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include <easypost_connect/error.hpp>

#include "identity/material.hpp"

namespace easypost_connect::internal {

/// The Error about content that holds neither PEM nor DER: what it is instead, and what turns it into something usable.
Error foreign_form(std::string_view content, const MaterialField& field);

}  // namespace easypost_connect::internal
