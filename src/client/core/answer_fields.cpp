// SPDX-License-Identifier: Apache-2.0
#include "core/answer_fields.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "core/json_document.hpp"
#include "core/text.hpp"

namespace easypost_connect::internal {
namespace {

using Json = nlohmann::json;
using Fields = std::vector<AnswerField>;

constexpr std::size_t kLargestBody = std::size_t{16} * 1024;
constexpr std::size_t kMostFields = 64;
constexpr std::size_t kLongestValue = 512;
constexpr int kDeepest = 8;
constexpr std::string_view kSpace = " \t\r\n";

std::string_view strip(std::string_view text) noexcept {
  const std::size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

void add(Fields& fields, std::string_view name, std::string_view value) {
  if (fields.size() < kMostFields) {
    fields.push_back({std::string(name), std::string(strip(value).substr(0, kLongestValue))});
  }
}

void add_json(Fields& fields, const std::string& name, const Json& json, int depth) {
  if (depth > kDeepest || fields.size() >= kMostFields) return;
  if (json.is_object()) {
    for (const auto& [key, member] : json.items()) {
      std::string path(name);
      if (!name.empty()) path += '.';
      add_json(fields, path.append(key), member, depth + 1);
    }
  } else if (json.is_array()) {
    for (const auto& member : json) add_json(fields, name, member, depth + 1);
  } else if (json.is_string()) {
    add(fields, name, json.get_ref<const std::string&>());
  } else if (!json.is_null()) {
    add(fields, name, json.dump());
  }
}

std::string without_entities(std::string_view text) {
  std::string plain;
  while (!text.empty()) {
    const std::size_t end = text.front() == '&' ? text.substr(0, 10).find(';') : std::string_view::npos;
    plain += end == std::string_view::npos ? text.front() : character_of_entity(text.substr(1, end - 1));
    text.remove_prefix(end == std::string_view::npos ? 1 : end + 1);
  }
  return plain;
}

/// Returns the text of the CDATA section that `body` begins with, blanks before it aside, and takes it off `body`.
std::string_view take_literal(std::string_view& body) noexcept {
  constexpr std::string_view kBegin = "<![CDATA[";
  constexpr std::string_view kEnd = "]]>";
  const std::size_t begin = std::min(body.find_first_not_of(kSpace), body.size());
  if (body.substr(begin, kBegin.size()) != kBegin) return {};
  body.remove_prefix(begin + kBegin.size());
  const std::string_view text = body.substr(0, body.find(kEnd));
  body.remove_prefix(std::min(text.size() + kEnd.size(), body.size()));
  return text;
}

/// Reads XML and HTML alike: a field is the text between two tags, named by the tag before it ("title", "/h1", without
/// a namespace).
void add_markup(Fields& fields, std::string_view body) {
  while (!body.empty()) {
    const std::size_t end = body.find('>');
    if (end == std::string_view::npos) return;
    std::string_view tag = body.substr(1, end - 1);
    tag = tag.substr(0, tag.find_first_of(kSpace));
    body.remove_prefix(end + 1);
    const std::string_view name = tag.substr(tag.find(':') + 1);
    if (const auto text = take_literal(body); !text.empty()) add(fields, name, text);
    const std::string_view text = strip(body.substr(0, body.find('<')));
    body.remove_prefix(std::min(body.find('<'), body.size()));
    if (!text.empty()) add(fields, name, without_entities(text));
  }
}

/// Returns the body behind its byte order mark. What matters of UTF-16 is ASCII, where every other byte is zero.
std::string in_utf8(std::string_view body) {
  const std::string_view mark = body.substr(0, 2);
  const bool utf16 = mark == "\xFF\xFE" || mark == "\xFE\xFF";
  std::string text(body.substr(utf16 ? 2 : body.substr(0, 3) == "\xEF\xBB\xBF" ? 3 : 0));
  if (utf16) text.erase(std::remove(text.begin(), text.end(), '\0'), text.end());
  return text;
}

}  // namespace

std::vector<AnswerField> answer_fields(std::string_view whole_body) {
  Fields fields;
  if (whole_body.size() > kLargestBody) return fields;
  const std::string text = in_utf8(whole_body);
  const std::string_view body = strip(text);
  if (body.empty()) return fields;
  if (body.front() == '<') {
    add_markup(fields, body);
  } else if (body.front() == '{' || body.front() == '[' || body.front() == '"') {
    const JsonDocument json(body);
    if (!json.root().is_discarded()) add_json(fields, {}, json.root(), 0);
  } else {
    add(fields, {}, body);
  }
  return fields;
}

bool fits(std::string_view text, std::string_view pattern) noexcept {
  const bool open_begin = !pattern.empty() && pattern.front() == '*';
  if (open_begin) pattern.remove_prefix(1);
  const bool open_end = !pattern.empty() && pattern.back() == '*';
  if (open_end) pattern.remove_suffix(1);
  if (open_begin && open_end) return contains_ignoring_case(text, pattern);
  if (text.size() < pattern.size()) return false;
  if (open_begin) text.remove_prefix(text.size() - pattern.size());
  if (open_end) text = text.substr(0, pattern.size());
  return equals_ignoring_case(text, pattern);
}

}  // namespace easypost_connect::internal
