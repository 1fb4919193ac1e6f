// SPDX-License-Identifier: Apache-2.0
#include "core/secrets.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <system_error>

#include <openssl/crypto.h>

#include <easypost_connect/secret.hpp>

#include "core/encoding.hpp"
#include "core/text.hpp"

namespace easypost_connect::internal {
namespace {

constexpr std::size_t kLongestExamined = 1024;  // only the beginning of what others wrote is ever printed
constexpr std::size_t kShortestSecret = 4;
constexpr std::size_t kShortestInParts = 8;
constexpr std::size_t kNoWordOfOurs = 16;
constexpr int kMostEncodings = 3;
constexpr std::string_view kBetweenWords = " \t\r\n\"'<>";

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

bool is_of_a_word(char c) noexcept {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

char folded(char c) noexcept {
  if (c == '+') return ' ';
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Appends the byte that `word` stands for, if it does. Zeros are no part of a secret; they stand between its letters
/// in UTF-16.
bool append_byte(std::string& bytes, std::string_view word, int base) noexcept {
  for (const std::string_view prefix : {"0x", "x", "u", "U"}) {
    if (word.substr(0, prefix.size()) == prefix) word.remove_prefix(prefix.size());
  }
  if (word.empty()) return true;
  unsigned value = 0;
  const auto read = std::from_chars(word.data(), word.data() + word.size(), value, base);
  if (read.ec != std::errc() || read.ptr != word.data() + word.size() || value > 0xff) return false;
  if (value != 0) bytes += static_cast<char>(value);
  return true;
}

/// Turns letters of UTF-16 into those of ASCII.
Secret without_zeros(const Secret& text) {
  std::string rest(text.expose());
  const WipeOnExit wipe_rest(rest);
  rest.erase(std::remove(rest.begin(), rest.end(), '\0'), rest.end());
  return Secret(rest);
}

/// Returns what digits of base64 or base64url stand for; the digits may be cut off anywhere.
Secret base64_behind(std::string_view run) {
  std::string digits;
  const WipeOnExit wipe_digits(digits);
  digits.reserve(run.size() + 3);
  digits.append(run).append((4 - run.size() % 4) % 4, 'A');
  std::replace(digits.begin(), digits.end(), '-', '+');
  std::replace(digits.begin(), digits.end(), '_', '/');
  return without_zeros(base64_decode(digits).value_or(Secret()));
}

bool holds_as_a_word(std::string_view text, std::string_view word) noexcept {
  for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    const bool begins = at == 0 || !is_of_a_word(text[at - 1]) || !is_of_a_word(word.front());
    const bool ends = end == text.size() || !is_of_a_word(text[end]) || !is_of_a_word(word.back());
    if (begins && ends) return true;
  }
  return false;
}

}  // namespace

/// A search for secrets, in the words of others or in this library's own.
class SecretSearch {
 public:
  enum class Words { kOfOthers, kOurs };

  SecretSearch(const Secrets& secrets, Words words) : entries_(secrets.entries_), words_(words) {}

  [[nodiscard]] bool finds_in(std::string_view text, int encodings = kMostEncodings) const {
    if (entries_.empty() || text.size() < kShortestSecret) return false;
    if (finds_as_it_is(text)) return true;
    if (encodings == 0) return false;
    std::string plain(text);
    const WipeOnExit wipe_plain(plain);
    undo_escapes(plain);
    if (plain != text && finds_in(plain, encodings - 1)) return true;
    return finds_in_base64(text, encodings - 1) || finds_in_hex(text, encodings - 1) ||
           finds_in_numbers(text, encodings - 1);
  }

 private:
  [[nodiscard]] bool finds_as_it_is(std::string_view text) const {
    std::string text_folded(text);
    const WipeOnExit wipe_folded(text_folded);
    std::transform(text.begin(), text.end(), text_folded.begin(), folded);
    return std::any_of(entries_.begin(), entries_.end(), [&](const Secrets::Entry& entry) {
      return entry.plain.size() < kShortestInParts
                 ? words_ == Words::kOfOthers && holds_as_a_word(text, entry.plain.expose())
                 : holds_a_part(text_folded, entry);
    });
  }

  [[nodiscard]] bool holds_a_part(std::string_view text, const Secrets::Entry& entry) const noexcept {
    const std::string_view secret = entry.folded.expose();
    if (secret.size() >= kNoWordOfOurs && text.find(secret) != std::string_view::npos) return true;
    const std::size_t size = std::min(entry.shortest_part, secret.size());
    for (std::size_t at = 0; at + size <= text.size(); ++at) {
      const std::string_view part = text.substr(at, size);
      const bool counts = words_ == Words::kOfOthers || std::any_of(part.begin(), part.end(), is_digit);
      if (counts && secret.find(part) != std::string_view::npos) return true;
    }
    return false;
  }

  /// Tries each beginning, because it is not known where the first group of four digits begins: a run may have lost its
  /// beginning, or "/" stand before it.
  [[nodiscard]] bool finds_in_base64(std::string_view text, int encodings) const {
    constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_";
    return any_run(text, kDigits, 4,
                   [&](std::string_view run) { return finds_in(base64_behind(run).expose(), encodings); });
  }

  [[nodiscard]] bool finds_in_hex(std::string_view text, int encodings) const {
    return any_run(text, "0123456789abcdefABCDEF", 2,
                   [&](std::string_view run) { return finds_in(without_zeros(from_hex(run)).expose(), encodings); });
  }

  /// Finds bytes written one by one, with anything between them: "5a:71:37", "0x5a, 0x71", "[90, 113, 55]",
  /// "\\132\\161".
  [[nodiscard]] bool finds_in_numbers(std::string_view text, int encodings) const {
    return finds_in_numbers(text, 16, encodings) || finds_in_numbers(text, 10, encodings) ||
           finds_in_numbers(text, 8, encodings);
  }

  [[nodiscard]] bool finds_in_numbers(std::string_view text, int base, int encodings) const {
    std::string bytes;
    bytes.reserve(text.size());
    const WipeOnExit wipe_bytes(bytes);
    for (std::size_t at = 0; at < text.size();) {
      std::size_t end = at;
      while (end < text.size() && is_of_a_word(text[end])) ++end;
      if (!append_byte(bytes, text.substr(at, end - at), base)) {
        if (finds_in(bytes, encodings)) return true;
        bytes.clear();
      }
      at = end + 1;
    }
    return finds_in(bytes, encodings);
  }

  /// Looks into each run of digits that are read in groups, with each of its first digits as the beginning of a group.
  template <typename IsFound>
  [[nodiscard]] static bool any_run(std::string_view text, std::string_view digits, std::size_t group,
                                    const IsFound& is_found) {
    for (auto begin = text.find_first_of(digits); begin != std::string_view::npos;) {
      const auto end = std::min(text.find_first_not_of(digits, begin), text.size());
      for (std::size_t first = begin; first < std::min(begin + group, end); ++first) {
        if (is_found(text.substr(first, end - first))) return true;
      }
      begin = text.find_first_of(digits, end);
    }
    return false;
  }

  const std::vector<Secrets::Entry>& entries_;
  Words words_;
};

namespace {

std::string without_secrets(std::string_view text, const SecretSearch& search) {
  if (!search.finds_in(text)) return std::string(text);
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find_first_of(kBetweenWords, at), text.size());
    const std::string_view word = text.substr(at, end - at);
    out.append(search.finds_in(word) ? kLeftOut : word);
    at = std::min(text.find_first_not_of(kBetweenWords, end), text.size());
    out.append(text.substr(end, at - end));
  }
  return search.finds_in(out) ? std::string(kLeftOut) : out;
}

}  // namespace

void Secrets::add(const Secret& secret, std::size_t shortest_part) {
  const std::string_view text = secret.expose();
  add_reading(text, shortest_part);
  std::string plain(text);  // the text of a proxy's login or of a signed query, before it was escaped
  const WipeOnExit wipe_plain(plain);
  undo_escapes(plain);
  if (plain != text) add_reading(plain, shortest_part);
  std::string shown = printable(text, text.size());  // all that a message could show of it
  const WipeOnExit wipe_shown(shown);
  if (shown != text) add_reading(shown, shortest_part);
}

void Secrets::add(const Secrets& others) {
  entries_.insert(entries_.end(), others.entries_.begin(), others.entries_.end());
}

void Secrets::add_reading(std::string_view text, std::size_t shortest_part) {
  if (text.size() < kShortestSecret) return;
  std::string text_folded(text);
  const WipeOnExit wipe_folded(text_folded);
  std::transform(text.begin(), text.end(), text_folded.begin(), folded);
  entries_.push_back({Secret(text), Secret(text_folded), shortest_part});
}

bool Secrets::quoted_in(std::string_view text) const {
  return SecretSearch(*this, SecretSearch::Words::kOfOthers).finds_in(text.substr(0, kLongestExamined));
}

std::string Secrets::quotable(std::string_view text, std::size_t longest) const {
  std::string shown = printable(text, kLongestExamined);  // comes first: what it drops may stand inside a secret
  const WipeOnExit wipe_shown(shown);
  return without_secrets(shown, SecretSearch(*this, SecretSearch::Words::kOfOthers)).substr(0, longest);
}

std::string Secrets::left_out_of(std::string sentence) const {
  return without_secrets(sentence, SecretSearch(*this, SecretSearch::Words::kOurs));
}

void Secrets::leave_out_of(Error& error) const {
  for (std::string* text : {&error.message, &error.remedy, &error.request_id, &error.seen.tls_alert,
                            &error.seen.oauth_error, &error.seen.transport}) {
    *text = left_out_of(std::move(*text));
  }
}

void wipe(std::string& text) noexcept {
  text.resize(text.capacity());  // never reallocates
  OPENSSL_cleanse(text.data(), text.size());
  text.clear();
}

void append_and_wipe(std::string& text, std::string_view part) {
  if (part.size() > text.capacity() - text.size()) {
    std::string grown;
    grown.reserve(std::max(2 * text.capacity(), text.size() + part.size()));
    grown.append(text);
    text.swap(grown);
    wipe(grown);
  }
  text.append(part);
}

}  // namespace easypost_connect::internal

namespace easypost_connect {

Secret::Secret(std::string_view text) : size_(text.size()) {
  if (text.empty()) return;
  const std::size_t capacity = text.size() + 1;
  std::shared_ptr<char> bytes(new char[capacity], [capacity](char* p) noexcept {
    OPENSSL_cleanse(p, capacity);
    delete[] p;
  });
  std::memcpy(bytes.get(), text.data(), text.size());
  bytes.get()[text.size()] = '\0';
  bytes_ = std::move(bytes);
}

bool operator==(const Secret& a, const Secret& b) noexcept {
  if (a.bytes_ == b.bytes_) return true;
  return a.size_ == b.size_ && CRYPTO_memcmp(a.expose().data(), b.expose().data(), a.size_) == 0;
}

}  // namespace easypost_connect
