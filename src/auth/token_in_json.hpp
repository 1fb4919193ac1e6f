// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <easypost_connect/secret.hpp>

namespace easypost_connect::internal {

/// Takes the token out of the JSON answer of a token endpoint before a parser sees it, whose copies nobody wipes.
/// Returns the text of `access_token` at the top, empty when there is none, and overwrites it in `json` with as many
/// letters, as it does with each text whose name ends in "token" (refresh_token, id_token, those of an object inside).
[[nodiscard]] Secret take_token(std::string& json);

}  // namespace easypost_connect::internal
