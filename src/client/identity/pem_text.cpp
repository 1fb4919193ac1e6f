// SPDX-License-Identifier: Apache-2.0
#include "identity/pem_text.hpp"

#include <openssl/evp.h>

#include <algorithm>

#include "core/encoding.hpp"
#include "core/secrets.hpp"
#include "core/text.hpp"

namespace easypost_connect::internal {
namespace {

constexpr std::string_view kBegin = "-----BEGIN ";
constexpr std::string_view kEnd = "-----END ";
constexpr std::string_view kDashes = "-----";
constexpr std::string_view kSeparators = " \t\r\n\v\f\"'\\";

bool is_label(std::string_view text) noexcept {
  constexpr std::size_t kLongestLabel = 64;
  return !text.empty() && text.size() <= kLongestLabel &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

/// Returns whether `position` is at the begin of a line, escaped line ends and those that became blanks counted.
bool begins_line(std::string_view text, std::size_t position) noexcept {
  std::string_view before = text.substr(0, position);
  before = before.substr(0, before.find_last_not_of(" \t\"'") + 1);  // npos + 1 is 0
  const auto ends_with = [before](std::string_view end) {
    return before.size() >= end.size() && before.substr(before.size() - end.size()) == end;
  };
  return before.empty() || before.back() == '\n' || before.back() == '\r' || ends_with("\\n") || ends_with("\\r") ||
         ends_with(kDashes);
}

/// Takes the next word off `text`; empty when there is none. A backslash begins an escaped line end.
std::string_view take_word(std::string_view& text) {
  while (!text.empty() && kSeparators.find(text.front()) != std::string_view::npos) {
    const bool escape = text.size() > 1 && text[0] == '\\' && (text[1] == 'n' || text[1] == 'r' || text[1] == 't');
    text.remove_prefix(escape ? 2 : 1);
  }
  const std::string_view word = text.substr(0, text.find_first_of(kSeparators));
  text.remove_prefix(word.size());
  return word;
}

/// Takes the value of a header (RFC 1421, section 4.6) off `text`: the rest of the line, or one word if lines have
/// become one.
std::string_view take_value(std::string_view& text) {
  constexpr std::size_t kLongestHeader = 512;
  const std::string_view near = text.substr(0, kLongestHeader);
  const std::size_t line_end = std::min({near.find('\n'), near.find('\r'), near.find("\\n"), near.find("\\r")});
  if (line_end == std::string_view::npos) return take_word(text);
  const std::string_view value = trim(text.substr(0, line_end));
  text.remove_prefix(line_end);
  return value;
}

/// Takes the headers of an encrypted key whose line ends are gone off `body`, and returns the value of DEK-Info: its
/// cipher tells how long the vector behind it is. Returns an empty value when they are not so.
std::string take_glued_headers(std::string_view& body) {
  constexpr std::string_view kGlued = "Proc-Type: 4,ENCRYPTEDDEK-Info: ";
  constexpr std::size_t kLongestCipher = 40;
  if (body.substr(0, kGlued.size()) != kGlued) return {};
  const std::string_view rest = body.substr(kGlued.size());
  const std::size_t comma = rest.substr(0, kLongestCipher).find(',');
  if (comma == std::string_view::npos) return {};
  const EVP_CIPHER* const cipher = EVP_get_cipherbyname(std::string(rest.substr(0, comma)).c_str());
  if (cipher == nullptr) return {};
  const std::string_view value = rest.substr(0, comma + 1 + 2 * static_cast<std::size_t>(EVP_CIPHER_iv_length(cipher)));
  body = rest.substr(value.size());
  return std::string(value);
}

}  // namespace

std::vector<PemText> find_pem_texts(std::string_view text) {
  std::vector<PemText> found;
  for (std::size_t begin = text.find(kBegin); begin != std::string_view::npos;) {
    const std::size_t label_begin = begin + kBegin.size();
    const std::size_t next = text.find(kBegin, label_begin);
    const std::string_view block = text.substr(label_begin, next - label_begin);  // nothing behind it is read again
    const std::size_t label_end = block.find(kDashes);
    const auto label = block.substr(0, label_end);
    if (label_end != std::string_view::npos && is_label(label)) {
      const std::string_view body = block.substr(label_end + kDashes.size());
      std::string end_line(kEnd);
      end_line.append(label).append(kDashes);
      const std::size_t end = body.find(end_line);
      const bool ended = end != std::string_view::npos;
      if (ended || begins_line(text, begin)) {
        const std::string_view content = body.substr(0, ended ? end : body.find(kEnd));
        const char* const whole_end = content.data() + content.size() + (ended ? end_line.size() : 0);
        const auto size = static_cast<std::size_t>(whole_end - text.data()) - begin;
        found.push_back({label, content, ended, text.substr(begin, size)});
      }
    }
    begin = next;
  }
  return found;
}

bool has_end_without_begin(std::string_view text, const std::vector<PemText>& found) {
  auto block = found.begin();  // both are in the order of the text
  for (std::size_t end = text.find(kEnd); end != std::string_view::npos; end = text.find(kEnd, end + kEnd.size())) {
    const char* const position = text.data() + end;
    const auto body_end = [&block] { return block->body.data() + block->body.size(); };
    while (block != found.end() && body_end() < position) ++block;
    const bool known = block != found.end() && body_end() == position;
    if (!known && begins_line(text, end)) return true;
  }
  return false;
}

std::optional<PemContent> decode_pem_body(std::string_view body) {
  PemContent content;
  content.encryption = take_glued_headers(body);
  std::string base64;
  base64.reserve(body.size());
  const WipeOnExit wipe_base64(base64);
  for (auto word = take_word(body); !word.empty(); word = take_word(body)) {
    if (word.back() != ':') {
      base64.append(word);
      continue;
    }
    const std::string_view value = take_value(body);
    if (word == "DEK-Info:") content.encryption = value;  // others, such as Proc-Type, add nothing to it
  }
  auto der = base64_decode(base64);
  if (!der) return std::nullopt;
  content.der = *std::move(der);
  return content;
}

}  // namespace easypost_connect::internal
