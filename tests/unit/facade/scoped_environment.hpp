// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdlib>
#include <map>
#include <optional>
#include <string>

#include "core/settings.hpp"
#include "test_credentials.hpp"
#include "unit/identity/test_certificates.hpp"

namespace easypost_connect::unit_test {

/// Unsets all EASYPOST_CONNECT_* variables that are read, and puts them back at its end. Do not use it beside other
/// threads.
class ScopedEnvironment {
 public:
  ScopedEnvironment() {
    for (const internal::Setting& setting : internal::kSettings) {
      for (const std::string& variable : {std::string(setting.variable), std::string(setting.variable) + "_FILE"}) {
        const char* value = std::getenv(variable.c_str());
        before_[variable] = value != nullptr ? std::optional<std::string>(value) : std::nullopt;
        ::unsetenv(variable.c_str());
      }
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
  std::map<std::string, std::optional<std::string>> before_;
};

/// Sets the variables with which a client can be made.
inline void set_all(ScopedEnvironment& environment) {
  environment.set("ENVIRONMENT", "ACC");
  environment.set("CLIENT_CERT", good_client().certificate);
  environment.set("CLIENT_KEY", good_client().private_key);
  environment.set("API_KEY", std::string(test_support::kApiKey));
  environment.set("CLIENT_ID", std::string(test_support::kClientId));
  environment.set("CLIENT_SECRET", std::string(test_support::kClientSecret));
}

}  // namespace easypost_connect::unit_test
