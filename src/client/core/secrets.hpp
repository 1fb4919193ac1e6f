// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <easypost_connect/error.hpp>
#include <easypost_connect/secret.hpp>

namespace easypost_connect::internal {

/// This stands in a message in place of a word that quotes a secret.
inline constexpr std::string_view kLeftOut = "[left out: it quotes a secret]";

/// The secrets that a client holds, which no text of an Error, an event or a report may show.
///
/// A text quotes a secret when it holds 8 characters of it in a row, or all of a secret of 4 to 7 characters as a word
/// of its own. What is shorter is not looked for: it would be found everywhere. Upper and lower case are one, and so
/// are a blank and a plus. The text is read as it is, percent-encoded (once or twice), escaped for JSON, HTML or C,
/// in base64, base64url or hexadecimal digits that begin or end anywhere, as a list of the numbers of its bytes, or by
/// up to three of these after another; each also of UTF-16.
///
/// Two ways to use it. What others wrote goes through quotable() on its way into a message. The finished Error goes
/// through leave_out_of() where it leaves, in case somebody forgot, or a Transport or an exception of the caller's said
/// too much. The words of this library are there as well, and a secret like "client_secret" must not blot them out: so
/// only parts with a digit in them count there, or all of a secret of 16 characters and more.
class Secrets {
 public:
  /// Adds a secret; an empty one counts for nothing. A part of it counts from `shortest_part` characters in a row on.
  void add(const Secret& secret, std::size_t shortest_part = 8);
  void add(const Secrets& others);

  /// Returns whether `text`, which others wrote, quotes one of the secrets.
  [[nodiscard]] bool quoted_in(std::string_view text) const;

  /// Returns what others wrote as it may stand in a message: in printable ASCII, at most `longest` characters, and
  /// kLeftOut in place of each word that quotes a secret, or of all of it when words do so together.
  [[nodiscard]] std::string quotable(std::string_view text, std::size_t longest) const;

  /// Does the same for a sentence of this library's own, which is otherwise left as it is.
  [[nodiscard]] std::string left_out_of(std::string sentence) const;
  /// Does the same for all texts of an Error. Its response is not touched: that is the caller's data.
  void leave_out_of(Error& error) const;

 private:
  struct Entry {
    Secret plain;
    Secret folded;
    std::size_t shortest_part;
  };
  friend class SecretSearch;

  void add_reading(std::string_view text, std::size_t shortest_part);

  std::vector<Entry> entries_;
};

/// Overwrites the whole buffer of `text`, unused capacity included, and empties it. It serves the few places where a
/// secret has to pass through a std::string on the way to or from the wire.
void wipe(std::string& text) noexcept;

/// Appends `part`, and wipes the buffer that growing leaves behind.
void append_and_wipe(std::string& text, std::string_view part);

/// Wipes a string at the end of a scope, however the scope ends.
class WipeOnExit {
 public:
  explicit WipeOnExit(std::string& text) noexcept : text_(text) {}
  ~WipeOnExit() { wipe(text_); }
  WipeOnExit(const WipeOnExit&) = delete;
  WipeOnExit& operator=(const WipeOnExit&) = delete;

 private:
  std::string& text_;
};

}  // namespace easypost_connect::internal
