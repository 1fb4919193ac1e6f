// SPDX-License-Identifier: Apache-2.0
#include <easypost_connect/headers.hpp>
#include <easypost_connect/request.hpp>
#include <easypost_connect/transport.hpp>

#include "core/text.hpp"

namespace easypost_connect {

std::string_view to_string(Method method) noexcept {
  switch (method) {
    case Method::kGet: return "GET";
    case Method::kHead: return "HEAD";
    case Method::kPost: return "POST";
    case Method::kPut: return "PUT";
    case Method::kPatch: return "PATCH";
    case Method::kDelete: return "DELETE";
  }
  return "GET";
}

bool is_idempotent(Method method) noexcept { return method != Method::kPost && method != Method::kPatch; }

Transport::~Transport() = default;

Headers::Headers(std::initializer_list<HeaderField> fields) {
  for (const HeaderField& field : fields) add(field.name, field.value);
}

void Headers::add(std::string_view name, std::string_view value) {
  const Span span{static_cast<std::uint32_t>(text_.size()), static_cast<std::uint32_t>(name.size()),
                  static_cast<std::uint32_t>(value.size())};
  if (spans_.empty()) {  // an ordinary answer of a server then needs no second allocation
    text_.reserve(512);
    spans_.reserve(16);
  }
  text_.append(name).append(value);
  spans_.push_back(span);
}

std::optional<std::string_view> Headers::find(std::string_view name) const noexcept {
  for (const HeaderField field : *this) {
    if (internal::equals_ignoring_case(field.name, name)) return field.value;
  }
  return std::nullopt;
}

HeaderField Headers::operator[](std::size_t index) const noexcept {
  const Span& span = spans_[index];
  const std::string_view text = text_;
  return {text.substr(span.begin, span.name_size), text.substr(span.begin + span.name_size, span.value_size)};
}

void Headers::clear() noexcept {
  text_.clear();
  spans_.clear();
}

}  // namespace easypost_connect
