// SPDX-License-Identifier: Apache-2.0
#include "client/https_url.hpp"

#include <algorithm>
#include <charconv>

#include "core/ascii.hpp"
#include "core/form_encoding.hpp"
#include "core/make_error.hpp"

namespace easypost_connect::internal {
namespace {

constexpr std::string_view kScheme = "https://";

/// Blanks, control characters, non-ASCII and the characters that URL parsers disagree about.
bool has_unsafe_character(std::string_view text) noexcept {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return c <= ' ' || c > '~' || c == '\\' || c == '"' || c == '<' || c == '>'; });
}

bool is_blank(char c) noexcept { return std::string_view(" \t\r\n").find(c) != std::string_view::npos; }

bool is_absolute(std::string_view path) noexcept { return path.find("://") < path.find_first_of("/?#"); }

bool is_port(std::string_view text) noexcept {
  int number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  return failure == std::errc{} && end == text.data() + text.size() && text.size() <= 5 && number > 0 &&
         number <= 65'535;
}

/// "." and ".." as a whole segment, also percent-encoded: an identifier with "../" in it must not reach another
/// resource.
bool is_dot_segment(std::string_view segment) noexcept {
  int dots = 0;
  while (!segment.empty()) {
    const std::size_t width = segment.front() == '.' ? 1 : equals_ignoring_case(segment.substr(0, 3), "%2e") ? 3 : 0;
    if (width == 0) return false;
    segment.remove_prefix(width);
    ++dots;
  }
  return dots == 1 || dots == 2;
}

bool has_dot_segment(std::string_view path) noexcept {
  path = path.substr(0, path.find('?'));
  for (;;) {
    const auto end = path.find('/');
    if (is_dot_segment(path.substr(0, end))) return true;
    if (end == std::string_view::npos) return false;
    path.remove_prefix(end + 1);
  }
}

Error bad_path(std::string problem, std::string remedy) {
  return make_error(ErrorCode::kInvalidRequest, Factor::kRequest, "path: " + problem + ".", std::move(remedy));
}

std::optional<Error> check_path(const std::string& api_url, std::string_view path) {
  if (has_unsafe_character(path)) {
    return bad_path("holds a character that is not allowed in a URL", "Percent-encode what you put into a path.");
  }
  if (path.find('#') != std::string_view::npos) return bad_path("holds a fragment ('#')", "Percent-encode '#' as %23.");
  if (has_dot_segment(path)) {
    return bad_path("holds a \".\" or \"..\" segment", "Percent-encode identifiers that you put into a path.");
  }
  if (is_absolute(path)) {
    const auto target = HttpsUrl::parse(path);
    const auto api = HttpsUrl::parse(api_url);
    if (target && api && target->same_origin(*api)) return std::nullopt;
    return bad_path("leads to another scheme, host or port than the API's",
                    "Credentials go to the API only: give a path that begins with '/'.");
  }
  if (path.substr(0, 1) != "/" || path.substr(0, 2) == "//") {
    return bad_path("does not begin with one '/'", "Write it as in the API's documentation, such as \"/jobs\".");
  }
  return std::nullopt;
}

}  // namespace

std::string_view problem_of(std::string_view text) noexcept {
  if (text.empty()) return "is empty";
  if (is_blank(text.front())) return "begins with a blank or a line break";
  if (is_blank(text.back())) return "ends with a blank or a line break";
  if (std::any_of(text.begin(), text.end(), is_blank)) return "holds a blank or a line break";
  if (!equals_ignoring_case(text.substr(0, kScheme.size()), kScheme)) return "does not begin with https://";
  if (has_unsafe_character(text)) return "holds a character that is not allowed in a URL";
  const std::string_view rest = text.substr(kScheme.size());
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
  if (authority.find('@') != std::string_view::npos) return "holds a user name or password";
  if (text.find('#') != std::string_view::npos) return "holds a fragment";
  const bool ipv6 = authority.substr(0, 1) == "[";
  const auto colon = authority.find(':', ipv6 ? std::min(authority.find(']'), authority.size()) : 0);
  const std::string_view host = authority.substr(0, colon);
  if (host.empty()) return "names no host";
  if (ipv6 && (host.size() < 3 || host.find(']') != host.size() - 1)) return "holds a broken IPv6 address";
  if (colon != std::string_view::npos && !is_port(authority.substr(colon + 1)))
    return "has a port that is no number from 1 to 65535";
  return {};
}

std::optional<HttpsUrl> HttpsUrl::parse(std::string_view text) noexcept {
  if (!problem_of(text).empty()) return std::nullopt;
  const std::string_view rest = text.substr(kScheme.size());
  const auto end = std::min(rest.find_first_of("/?"), rest.size());
  const std::string_view authority = rest.substr(0, end);
  const auto colon = authority.find(':', authority.front() == '[' ? authority.find(']') : 0);
  HttpsUrl url;
  url.host = authority.substr(0, colon);
  url.port = colon == std::string_view::npos ? "443" : authority.substr(colon + 1);
  url.target = rest.substr(end);
  return url;
}

bool HttpsUrl::same_origin(const HttpsUrl& other) const noexcept {
  return equals_ignoring_case(host, other.host) && port == other.port;
}

Result<std::string> join_url(const std::string& api_url, std::string_view path,
                             const std::vector<QueryParameter>& query) {
  if (auto error = check_path(api_url, path)) return *std::move(error);
  std::string url;
  url.reserve(api_url.size() + path.size() + 64);
  if (!is_absolute(path)) {
    url = api_url;
    if (url.back() == '/') url.pop_back();
  }
  url.append(path);
  char separator = path.find('?') == std::string_view::npos ? '?' : '&';
  for (const auto& [name, value] : query) {
    url += separator;
    append_percent_encoded(url, name);
    url += '=';
    append_percent_encoded(url, value);
    separator = '&';
  }
  return url;
}

}  // namespace easypost_connect::internal
