// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <easypost_connect/error.hpp>

#include "credentials/found_fields.hpp"

namespace easypost_connect::tool {

/// A FieldChange is a credential with another content than before. A version is empty where there is none.
struct FieldChange {
  std::string field;
  std::string old_version;
  std::string new_version;
  bool gone = false;  ///< the credential is no longer set
};

/// A WatchEvent is a line of `credentials watch`. It holds no secret.
struct WatchEvent {
  enum class Kind { kWatching, kRotated, kAway, kBack };

  Kind kind;
  std::vector<FieldChange> changes{};  ///< has all credentials, as new ones, in kWatching
  std::optional<Error> error{};        ///< says why the kind is kAway
};

/// Compares what the looks at the credentials find, one after the other.
class RotationWatch {
 public:
  /// Takes what a look has found. The first look gives kWatching. A later one gives kBack after failures, and kRotated
  /// if the content of a credential has changed.
  [[nodiscard]] std::vector<WatchEvent> found(FoundCredentials now);
  /// Takes the Error of a look.
  [[nodiscard]] WatchEvent missed(Error error);

 private:
  std::optional<FoundCredentials> last_;
  bool away_ = false;
};

// Each of these is one line. `time` has the form of RFC 3339.
[[nodiscard]] std::string to_text(const WatchEvent& event, const std::string& time);
[[nodiscard]] std::string to_json_line(const WatchEvent& event, const std::string& time);

}  // namespace easypost_connect::tool
