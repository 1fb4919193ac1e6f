// SPDX-License-Identifier: Apache-2.0
#include "sandbox/http_rules.hpp"

#include <strings.h>

#include <algorithm>

namespace easypost_connect::sandbox {
namespace {

constexpr const char* kContentLength = "Content-Length";
constexpr const char* kTransferEncoding = "Transfer-Encoding";

constexpr std::size_t kMostHeaders = 100;  // httplib itself has this limit in some versions

constexpr std::string_view kSchemes[] = {"https://", "http://"};

/// Headers that may be there only once: which one of two counts is anybody's guess (RFC 9110, section 5.3).
constexpr const char* kOnlyOnce[] = {"Content-Length", "Content-Type", "x-api-key"};

bool all_digits(const std::string& text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// httplib reads the body of these methods only, and would take that of another one for the next request.
bool may_have_body(const std::string& method) {
  return method == "POST" || method == "PUT" || method == "PATCH" || method == "DELETE";
}

std::optional<BrokenRequest> find_fault_of_framing(const httplib::Request& request) {
  const bool has_length = request.has_header(kContentLength);
  if (has_length && !all_digits(request.get_header_value(kContentLength))) {
    return BrokenRequest{400, "Content-Length is not a number"};
  }
  if (request.has_header(kTransferEncoding)) {
    if (has_length) return BrokenRequest{400, "Content-Length and Transfer-Encoding exclude each other"};
    if (request.version == "HTTP/1.0") return BrokenRequest{400, "HTTP/1.0 has no Transfer-Encoding"};
    if (!same_name(request.get_header_value(kTransferEncoding), "chunked")) {
      return BrokenRequest{501, "the only known Transfer-Encoding is chunked"};
    }
  }
  if (request.method == "DELETE" && request.has_header(kTransferEncoding)) {  // httplib would not read it either
    return BrokenRequest{411, "a DELETE with a body needs a Content-Length here"};
  }
  if (!may_have_body(request.method) && announces_body(request)) {
    return BrokenRequest{400, "a request of this method takes no body"};
  }
  return std::nullopt;
}

BrokenRequest too_many_headers() { return {431, "there are too many headers"}; }

BrokenRequest fault_of_request_line(const httplib::Request& request) {
  if (request.version == "HTTP/1.1" || request.version == "HTTP/1.0") return {501, "the method is unknown"};
  if (request.version.rfind("HTTP/", 0) == 0) return {505, "the version is neither HTTP/1.1 nor HTTP/1.0"};
  return {400, "the request line is not one of HTTP"};
}

BrokenRequest fault_of_header(const httplib::Request& request, const LastLine& line) {
  if (line.size > CPPHTTPLIB_HEADER_MAX_LENGTH) return {431, "a line of the header is too long"};
  if (!line.ended) return {400, "the header has no end"};
  if (request.headers.size() >= kMostHeaders) return too_many_headers();
  return {400,
          "a line of the header cannot be read: a blank in the name, a header of two lines, or a control character"};
}

}  // namespace

std::optional<BrokenRequest> find_fault(const httplib::Request& request) {
  if (request.headers.size() > kMostHeaders) return too_many_headers();
  for (const auto& [name, value] : request.headers) {
    if (name.find_first_of(" \t") != std::string::npos) {
      return BrokenRequest{400, "there is a blank in the name of a header, or a header has two lines"};
    }
  }
  const std::size_t hosts = request.get_header_value_count("Host");
  if (hosts > 1 || (hosts == 0 && request.version != "HTTP/1.0")) {
    return BrokenRequest{400, "there must be one Host header"};
  }
  for (const char* name : kOnlyOnce) {
    if (request.get_header_value_count(name) > 1) return BrokenRequest{400, std::string(name) + " is there twice"};
  }
  if (request.has_header("Expect") && !same_name(request.get_header_value("Expect"), "100-continue")) {
    return BrokenRequest{417, "the only known expectation is 100-continue"};
  }
  if (request.is_multipart_form_data()) return BrokenRequest{415, "nothing here takes multipart/form-data"};
  return find_fault_of_framing(request);
}

bool announces_body(const httplib::Request& request) {
  return request.has_header(kTransferEncoding) ||
         (request.has_header(kContentLength) && request.get_header_value(kContentLength) != "0");
}

bool asks_for_close(const httplib::Request& request) {
  return request.version == "HTTP/1.0" || same_name(request.get_header_value("Connection"), "close");
}

bool says_close(const httplib::Response& response) {
  return same_name(response.get_header_value("Connection"), "close");
}

std::string path_of(const httplib::Request& request) {
  for (const std::string_view scheme : kSchemes) {
    if (!same_name(std::string_view(request.path).substr(0, scheme.size()), scheme)) continue;
    const std::size_t path = request.path.find('/', scheme.size());
    return path == std::string::npos ? "/" : request.path.substr(path);
  }
  return request.path;
}

std::optional<std::string_view> credentials_of(std::string_view authorization, std::string_view scheme) {
  const std::size_t end = std::min(authorization.find(' '), authorization.size());
  if (!same_name(authorization.substr(0, end), scheme)) return std::nullopt;
  authorization.remove_prefix(std::min(authorization.find_first_not_of(' ', end), authorization.size()));
  return authorization;
}

BrokenRequest fault_of_unreadable(const httplib::Request& request, int status, const LastLine& last) {
  if (status == 414) return {414, "the request line is too long"};
  if (request.path.empty()) return fault_of_request_line(request);
  if (!last.ends_head()) return fault_of_header(request, last);
  return {400, status == 416 ? "the Range cannot be read" : "the Accept cannot be read"};
}

bool same_name(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() && ::strncasecmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace easypost_connect::sandbox
