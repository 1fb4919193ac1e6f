// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdlib>
#include <map>
#include <optional>
#include <string>

namespace easypost_connect::unit_test {

/// All EASYPOST_CONNECT_* variables that are read, unset at first and as they were before at the end. Not for use
/// beside other threads.
class ScopedEnvironment {
 public:
  ScopedEnvironment() {
    for (const char* name : kNames) {
      const std::string variable = std::string("EASYPOST_CONNECT_") + name;
      const char* value = std::getenv(variable.c_str());
      before_[variable] = value != nullptr ? std::optional<std::string>(value) : std::nullopt;
      ::unsetenv(variable.c_str());
    }
  }
  ~ScopedEnvironment() {
    for (const auto& [variable, value] : before_) {
      value ? ::setenv(variable.c_str(), value->c_str(), 1) : ::unsetenv(variable.c_str());
    }
  }
  ScopedEnvironment(const ScopedEnvironment&) = delete;
  ScopedEnvironment& operator=(const ScopedEnvironment&) = delete;

  /// `name` without the prefix: "API_KEY".
  void set(const std::string& name, const std::string& value) {
    ::setenv(("EASYPOST_CONNECT_" + name).c_str(), value.c_str(), 1);
  }
  void unset(const std::string& name) { ::unsetenv(("EASYPOST_CONNECT_" + name).c_str()); }

 private:
  static constexpr const char* kNames[] = {
      "ENVIRONMENT", "API_URL",   "TOKEN_URL",     "CLIENT_CERT", "CLIENT_KEY", "CLIENT_KEY_PASSPHRASE",
      "API_KEY",     "CLIENT_ID", "CLIENT_SECRET", "CA_FILE",     "LOG",        "LOG_FORMAT"};
  std::map<std::string, std::optional<std::string>> before_;
};

}  // namespace easypost_connect::unit_test
