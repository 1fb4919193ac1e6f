// SPDX-License-Identifier: Apache-2.0
#include "rotation/loaded_credentials.hpp"

#include <stdlib.h>

#include <gtest/gtest.h>

namespace easypost_connect::unit_test {
namespace {

using internal::Secrets;
using internal::secrets_of;

TEST(SecretsOf, HoldEachOne) {
  Credentials given;
  given.client_certificate.passphrase = Secret("passphrase-1");
  given.api_key = Secret("api-key-2");
  given.oauth_client.secret = Secret("client-secret-3");
  ::setenv("https_proxy", "http://proxy-user-4:proxy-password-5@proxy.test:1", 1);
  const Secrets secrets = secrets_of(given);
  ::unsetenv("https_proxy");
  for (const char* each : {"passphrase-1", "api-key-2", "client-secret-3", "proxy-user-4", "proxy-password-5"}) {
    EXPECT_TRUE(secrets.quoted_in(each)) << each;
  }
  EXPECT_FALSE(secrets.quoted_in("proxy.test:1"));
}

}  // namespace
}  // namespace easypost_connect::unit_test
