// SPDX-License-Identifier: Apache-2.0
#include "wire/header_list.hpp"

#include <algorithm>

#include "core/ascii.hpp"
#include "core/wipe.hpp"
#include "wire/http1_request.hpp"
#include "wire/request_body.hpp"

namespace easypost_connect::internal {
namespace {

void append_line(std::string& lines, std::string_view name, std::string_view value) {
  lines.append(name);
  value = trim(value);                       // libcurl would take a blank value for none
  lines.append(value.empty() ? ";" : ": ");  // libcurl's notation for a field without a value
  lines.append(value);
  lines += '\0';
}

/// A line that keeps libcurl from adding a header of its own.
void append_suppression(std::string& lines, std::string_view name) {
  lines.append(name);
  lines += ':';
  lines += '\0';
}

void append_plain_lines(std::string& lines, const Request& request, const CallContext& context) {
  for_each_plain_field(request, context,
                       [&lines](std::string_view name, std::string_view value) { append_line(lines, name, value); });
  // Without a body libcurl adds neither field by itself, and each line costs it some thousand instructions.
  if (!has_body(request)) return;
  // libcurl asks by itself when a body has more than 1 MiB.
  if (!context.ask_first) append_suppression(lines, "Expect");
  if (is_empty(request.body) || context.content_type.empty()) append_suppression(lines, "Content-Type");
}

bool same(const std::vector<SecretHeader>& a, const std::vector<SecretHeader>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const SecretHeader& x, const SecretHeader& y) {
    return x.name == y.name && x.value == y.value;
  });
}

}  // namespace

HeaderList::~HeaderList() { wipe(lines_); }

bool HeaderList::update(const Request& request, const CallContext& context) {
  candidate_.clear();
  append_plain_lines(candidate_, request, context);
  if (candidate_ == plain_ && same(context.credentials, credentials_)) return false;
  plain_.swap(candidate_);
  credentials_ = context.credentials;
  rebuild();
  return true;
}

void HeaderList::rebuild() {
  wipe(lines_);
  std::size_t size = plain_.size();
  for (const auto& header : credentials_) size += header.name.size() + header.value.size() + 3;
  lines_.reserve(size);  // growing would leave copies of the credentials behind
  lines_.append(plain_);
  for (const auto& header : credentials_) append_line(lines_, header.name, header.value.expose());

  nodes_.clear();
  for (std::size_t at = 0; at < lines_.size(); at = lines_.find('\0', at) + 1)
    nodes_.push_back({lines_.data() + at, nullptr});
  for (std::size_t i = 0; i + 1 < nodes_.size(); ++i) nodes_[i].next = &nodes_[i + 1];
}

}  // namespace easypost_connect::internal
