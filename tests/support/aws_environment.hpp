// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <string>

#include "temporary_folder.hpp"
#include "vault_world.hpp"

namespace easypost_connect::test_support {

/// Leaves no variable of AWS set and the home folder empty, and puts back what was there.
class AwsEnvironment {
 public:
  AwsEnvironment() {
    for (const char* const name : {"AWS_ACCESS_KEY_ID",
                                   "AWS_SECRET_ACCESS_KEY",
                                   "AWS_SESSION_TOKEN",
                                   "AWS_ROLE_ARN",
                                   "AWS_ROLE_SESSION_NAME",
                                   "AWS_WEB_IDENTITY_TOKEN_FILE",
                                   "AWS_PROFILE",
                                   "AWS_SHARED_CREDENTIALS_FILE",
                                   "AWS_CONFIG_FILE",
                                   "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
                                   "AWS_CONTAINER_CREDENTIALS_FULL_URI",
                                   "AWS_CONTAINER_AUTHORIZATION_TOKEN",
                                   "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
                                   "AWS_EC2_METADATA_DISABLED",
                                   "AWS_EC2_METADATA_SERVICE_ENDPOINT",
                                   "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
                                   "AWS_REGION",
                                   "AWS_DEFAULT_REGION",
                                   "AWS_ENDPOINT_URL",
                                   "AWS_ENDPOINT_URL_SECRETS_MANAGER",
                                   "AWS_ENDPOINT_URL_STS",
                                   "AWS_USE_FIPS_ENDPOINT",
                                   "AWS_CA_BUNDLE"})
      variables_.emplace_back(name, nullptr);
    set("HOME", home_.path());
  }

  ~AwsEnvironment() {
    while (!variables_.empty()) variables_.pop_back();  // one variable may have been set several times
  }
  AwsEnvironment(const AwsEnvironment&) = delete;
  AwsEnvironment& operator=(const AwsEnvironment&) = delete;

  void set(const char* name, const std::string& value) { variables_.emplace_back(name, value.c_str()); }
  [[nodiscard]] const TemporaryFolder& home() const noexcept { return home_; }

 private:
  TemporaryFolder home_;
  std::deque<ScopedVariable> variables_;
};

}  // namespace easypost_connect::test_support
