// SPDX-License-Identifier: Apache-2.0
#include "core/redact.hpp"

#include <algorithm>

#include "core/ascii.hpp"
#include "core/base64.hpp"
#include "core/escapes.hpp"
#include "core/wipe.hpp"

namespace easypost_connect::internal {
namespace {

constexpr std::size_t kLongestExamined = 1024;  // only the beginning of a text is ever printed
constexpr int kMostEncodings = 3;

bool holds_a_part(std::string_view text, const Guarded& guarded) noexcept {
  const std::size_t size = std::min(guarded.shortest_part, guarded.secret.size());
  if (size == 0) return false;
  for (std::size_t at = 0; at + size <= guarded.secret.size(); ++at) {
    if (text.find(guarded.secret.substr(at, size)) != std::string_view::npos) return true;
  }
  return false;
}

/// What digits of base64 or base64url stand for; they may be cut off anywhere.
Secret bytes_behind(std::string_view run) {
  std::string digits;
  const WipeOnExit wipe_digits(digits);
  digits.reserve(run.size() + 3);
  digits.append(run).append((4 - run.size() % 4) % 4, 'A');
  std::replace(digits.begin(), digits.end(), '-', '+');
  std::replace(digits.begin(), digits.end(), '_', '/');
  return base64_decode(digits).value_or(Secret());
}

bool quotes_encoded(std::string_view text, const Guarded& guarded, int encodings);

/// Where the first group of four digits begins is not known: a run may have lost its beginning, or "/" stand before it.
bool quotes_in_base64(std::string_view text, const Guarded& guarded, int encodings) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_";
  for (auto begin = text.find_first_of(kDigits); begin != std::string_view::npos;) {
    const auto end = std::min(text.find_first_not_of(kDigits, begin), text.size());
    for (std::size_t first = begin; first < std::min(begin + 4, end); ++first) {
      if (quotes_encoded(bytes_behind(text.substr(first, end - first)).expose(), guarded, encodings)) return true;
    }
    begin = text.find_first_of(kDigits, end);
  }
  return false;
}

bool quotes_encoded(std::string_view text, const Guarded& guarded, int encodings) {
  if (holds_a_part(text, guarded)) return true;
  if (encodings == 0) return false;
  std::string plain(text);
  const WipeOnExit wipe_plain(plain);
  undo_escapes(plain);
  if (plain != text && quotes_encoded(plain, guarded, encodings - 1)) return true;
  return quotes_in_base64(text, guarded, encodings - 1);
}

}  // namespace

bool quotes(std::string_view text, const Guarded& guarded) {
  text = text.substr(0, kLongestExamined);
  if (quotes_encoded(text, guarded, kMostEncodings)) return true;
  std::string plain(guarded.secret);  // of a signed query, what its values are
  const WipeOnExit wipe_plain(plain);
  undo_escapes(plain);
  return plain != guarded.secret && quotes_encoded(text, {plain, guarded.shortest_part}, kMostEncodings);
}

std::string quotable(std::string_view text, std::size_t longest, const Guarded& guarded) {
  std::string shown = printable(text, kLongestExamined);
  const WipeOnExit wipe_shown(shown);
  // What is not printed may stand between the halves of a secret, or be a part of it.
  if (quotes(text, guarded) || quotes(shown, guarded)) return std::string(kLeftOut);
  return shown.substr(0, longest);
}

}  // namespace easypost_connect::internal
