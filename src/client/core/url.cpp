// SPDX-License-Identifier: Apache-2.0
#include "core/url.hpp"

#include <algorithm>
#include <charconv>

#include "core/encoding.hpp"
#include "core/make_error.hpp"
#include "core/text.hpp"

namespace easypost_connect::internal {
namespace {

/// The size of the authority at the beginning of `text`. It is asked four times a call: find_first_of() would take a
/// look with memchr() at each character, 1,700 instructions of 43,000.
std::size_t authority_size(std::string_view text) noexcept {
  const auto end = std::find_if(text.begin(), text.end(), [](char c) { return c == '/' || c == '?'; });
  return static_cast<std::size_t>(end - text.begin());
}

}  // namespace

Url::Url(std::string_view text) noexcept {
  const bool plain = text.size() > 4 && text[4] == ':';  // http:, and not https:
  text.remove_prefix(std::min(text.size(), std::string_view(plain ? "http://" : "https://").size()));
  authority = text.substr(0, authority_size(text));
  target = text.substr(authority.size());
  path = target.substr(0, target.find('?'));
  if (path.empty()) path = "/";
  const std::string_view own_port = plain ? "80" : "443";
  const auto colon = authority.find(':', authority.substr(0, 1) == "[" ? authority.find(']') : 0);
  host = authority.substr(0, colon);
  port = colon == std::string_view::npos ? own_port : authority.substr(colon + 1);
  if (port == own_port) authority = host;
}

namespace {

constexpr std::string_view kScheme = "https://";

/// Returns whether `text` holds blanks, control characters, non-ASCII or characters that URL parsers disagree about.
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

/// Returns whether `segment` is "." or "..", also percent-encoded: an identifier with "../" in it must not reach
/// another resource.
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

/// Whether both have the same host and port, which is what credentials are given to.
bool same_origin(const Url& a, const Url& b) noexcept {
  return equals_ignoring_case(a.host, b.host) && a.port == b.port;
}

Error bad_path(std::string problem, std::string remedy) {
  return make_error(ErrorCode::kInvalidRequest, Factor::kRequest, "path: " + problem + ".", std::move(remedy));
}

Result<void> check_path(const std::string& api_url, std::string_view path) {
  if (has_unsafe_character(path)) {
    return bad_path("holds a character that is not allowed in a URL", "Percent-encode what you put into a path.");
  }
  if (path.find('#') != std::string_view::npos) return bad_path("holds a fragment ('#')", "Percent-encode '#' as %23.");
  if (has_dot_segment(path)) {
    return bad_path("holds a \".\" or \"..\" segment", "Percent-encode identifiers that you put into a path.");
  }
  if (is_absolute(path)) {
    if (problem_of(path).empty() && same_origin(Url(path), Url(api_url))) return {};
    return bad_path("leads to another scheme, host or port than the API's",
                    "Credentials go to the API only: give a path that begins with '/'.");
  }
  if (path.substr(0, 1) != "/" || path.substr(0, 2) == "//") {
    return bad_path("does not begin with one '/'", "Write it as in the API's documentation, such as \"/jobs\".");
  }
  return {};
}

}  // namespace

std::string_view problem_of(std::string_view text) noexcept {
  if (text.empty()) return "is empty";
  if (is_blank(text.front())) return "begins with a blank or a line break";
  if (is_blank(text.back())) return "ends with a blank or a line break";
  if (std::any_of(text.begin(), text.end(), is_blank)) return "holds a blank or a line break";
  if (!equals_ignoring_case(text.substr(0, kScheme.size()), kScheme)) return "does not begin with https://";
  if (has_unsafe_character(text)) return "holds a character that is not allowed in a URL";
  const Url url(text.substr(0, text.find('#')));
  if (url.authority.find('@') != std::string_view::npos) return "holds a user name or password";
  if (text.find('#') != std::string_view::npos) return "holds a fragment";
  if (url.host.empty()) return "names no host";
  const bool ipv6 = url.host.front() == '[';
  if (ipv6 && (url.host.size() < 3 || url.host.find(']') != url.host.size() - 1)) return "holds a broken IPv6 address";
  if (!is_port(url.port)) return "has a port that is no number from 1 to 65535";
  return {};
}

Result<std::string> join_url(const std::string& api_url, std::string_view path,
                             const std::vector<QueryParameter>& query) {
  if (auto checked = check_path(api_url, path); !checked) return std::move(checked).error();
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
