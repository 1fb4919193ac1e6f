// SPDX-License-Identifier: Apache-2.0
#include "wire/http1_request.hpp"

#include <array>
#include <charconv>

#include <easypost_connect/version.hpp>

#include "body/body.hpp"
#include "core/text.hpp"
#include "core/url.hpp"

namespace easypost_connect::internal {
namespace {

void append_field(std::string& head, std::string_view name, std::string_view value) {
  value = trim(value);
  head.append(name).append(value.empty() ? ":" : ": ").append(value).append("\r\n");
}

void append_request_line(std::string& head, Method method, const Url& url) {
  head.append(to_string(method)).append(" ");
  if (url.target.substr(0, 1) != "/") head.append("/");
  head.append(url.target).append(" HTTP/1.1\r\n");
  append_field(head, "Host", url.authority);
}

void append_framing(std::string& head, std::optional<std::uint64_t> body_size) {
  if (!body_size) return append_field(head, "Transfer-Encoding", "chunked");
  std::array<char, 20> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), *body_size).ptr;
  append_field(head, "Content-Length", {digits.data(), static_cast<std::size_t>(end - digits.data())});
}

}  // namespace

bool has_body(const Request& request) noexcept {
  return !is_empty(request.body) || request.method == Method::kPut || !is_idempotent(request.method);
}

bool is_empty(const Body& body) noexcept { return source_of(body) == nullptr && body.bytes().empty(); }

bool is_given(const Request& request, const CallContext& context, std::string_view name) {
  return request.options.headers.find(name) || context.headers.find(name);
}

void write_request_head(std::string& head, const Request& request, const CallContext& context,
                        std::optional<std::uint64_t> body_size, std::size_t room) {
  append_request_line(head, request.method, Url(context.url));
  if (!is_given(request, context, "User-Agent")) {
    append_field(head, "User-Agent", "easypost-connect-cpp/" EASYPOST_CONNECT_VERSION);
  }
  if (!is_given(request, context, "Accept")) append_field(head, "Accept", "*/*");
  for_each_plain_field(request, context,
                       [&head](std::string_view name, std::string_view value) { append_field(head, name, value); });
  if (has_body(request)) append_framing(head, body_size);
  if (has_body(request) && context.ask_first) append_field(head, "Expect", "100-continue");

  std::size_t size = head.size() + 2 + room;
  for (const SecretHeader& field : context.credentials) size += field.name.size() + field.value.size() + 4;
  head.reserve(size);  // growing later would leave copies of the credentials behind
  for (const SecretHeader& field : context.credentials) append_field(head, field.name, field.value.expose());
  head.append("\r\n");
}

void write_chunk_head(char* at, std::size_t size) noexcept {
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (int shift = 28; shift >= 0; shift -= 4) *at++ = kDigits[(size >> shift) & 15];
  *at++ = '\r';
  *at = '\n';
}

}  // namespace easypost_connect::internal
