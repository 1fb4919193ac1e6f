// SPDX-License-Identifier: Apache-2.0
#include "identity/path_words.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <array>

#include "core/ascii.hpp"

namespace easypost_connect::internal {
namespace {

using namespace std::string_view_literals;

constexpr std::array kEndings{".pem"sv, ".crt"sv, ".cer"sv, ".cert"sv, ".key"sv,   ".der"sv,  ".p12"sv,      ".pfx"sv,
                              ".p7b"sv, ".p7c"sv, ".csr"sv, ".jks"sv,  ".jceks"sv, ".bks"sv,  ".txt"sv,      ".json"sv,
                              ".pub"sv, ".ppk"sv, ".asc"sv, ".gpg"sv,  ".zip"sv,   ".html"sv, ".ca-bundle"sv};

bool has_known_ending(std::string_view path) noexcept {
  return std::any_of(kEndings.begin(), kEndings.end(), [path](std::string_view ending) {
    return path.size() > ending.size() && equals_ignoring_case(path.substr(path.size() - ending.size()), ending);
  });
}

bool is_blank(char c) noexcept { return c == ' ' || (c >= '\t' && c <= '\r'); }

bool begins_with(std::string_view text, std::string_view begin) noexcept {
  return text.substr(0, begin.size()) == begin;
}

/// TlsMaterial::from_setting() knows the scheme in small letters alone.
bool is_capital_pkcs11(std::string_view path) noexcept {
  constexpr std::string_view kScheme = "pkcs11:";
  return equals_ignoring_case(path.substr(0, kScheme.size()), kScheme) && !begins_with(path, kScheme);
}

/// A URL, the URI of a token, or the user:password@host of a program that copies files: each may hold a password or a
/// signature.
bool may_hold_login(std::string_view path) noexcept {
  return path.find("://") != std::string_view::npos || is_capital_pkcs11(path) ||
         path.find(':') < path.find_last_of('@') + 1;
}

}  // namespace

bool may_be_shown(std::string_view path, bool is_path) {
  constexpr std::size_t kLongestShown = 512;
  if (path.empty() || path.size() > kLongestShown || has_control_character(path)) return false;
  if (may_hold_login(path)) return false;
  if (is_path || has_known_ending(path) || is_folder(std::string(path))) return true;
  const std::size_t end = path.find('/', 1);
  return end != std::string_view::npos && is_folder(std::string(path.substr(0, end)));
}

bool is_folder(const std::string& path) noexcept {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

std::optional<PathSlip> slip_in_path(std::string_view path) noexcept {
  if (path.empty()) return std::nullopt;
  if (is_blank(path.back()) || is_blank(path.front())) {
    return PathSlip{"has a blank or a line end at its begin or end", "Take that away."};
  }
  const char first = path.front();
  if ((first == '"' || first == '\'') && path.back() == first) {
    return PathSlip{"is a path in quotation marks, which belong to it for whoever opens the file",
                    "Take them away: docker --env-file and compose keep them."};
  }
  if (first == '~')
    return PathSlip{"is a path that begins with ~, which only a shell understands", "Write it in full."};
  if (first == '$' || first == '%') {
    return PathSlip{"is a path with a variable in it that nobody has replaced", "Write it in full."};
  }
  if (first == '@') return PathSlip{"is a path behind an @, as curl wants it", "Take the @ away."};
  if (is_capital_pkcs11(path)) {
    return PathSlip{"is a PKCS #11 URI whose scheme is not in small letters", "Write it as pkcs11:"};
  }
  if (begins_with(path, "file:")) return PathSlip{"is a file: URL", "Give the path alone."};
  if (path.find("://") != std::string_view::npos) {
    return PathSlip{"is a URL", "Save what it leads to, and give the path of that file."};
  }
  return std::nullopt;
}

}  // namespace easypost_connect::internal
