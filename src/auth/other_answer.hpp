// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <easypost_connect/error.hpp>

#include "auth/token_complaint.hpp"

namespace easypost_connect::internal {

/// For an answer that is neither a token nor a refusal by a token endpoint: by its status and by what is in it, most
/// likely that of something else at the token URL. `json` is discarded when the body is none.
[[nodiscard]] Error other_answer(const TokenAnswer& answer, const nlohmann::json& json,
                                 const TokenComplaint& complaint);

}  // namespace easypost_connect::internal
