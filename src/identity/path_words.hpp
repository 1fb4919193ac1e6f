// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace easypost_connect::internal {

/// Whether a message may name `path`. A secret that was put where a path belongs looks like one: shown is only what has
/// the ending of a certificate file, is a folder, or lies below a folder that exists, or `is_path` for another reason;
/// and never a URL.
bool may_be_shown(std::string_view path, bool is_path = false);

bool is_folder(const std::string& path) noexcept;

/// What is wrong with the spelling of a path, and what to do.
struct PathSlip {
  std::string_view problem;
  std::string_view remedy;
};

/// The slip of the pen that keeps `path` from naming a file; nothing when it looks well.
std::optional<PathSlip> slip_in_path(std::string_view path) noexcept;

}  // namespace easypost_connect::internal
