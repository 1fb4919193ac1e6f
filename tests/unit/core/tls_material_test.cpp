// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <gtest/gtest.h>

#include <easypost_connect/credentials.hpp>

#include "core/encoding.hpp"

namespace easypost_connect {
namespace {

TEST(TlsMaterial, IsEmptyByDefault) {
  const TlsMaterial material;
  EXPECT_TRUE(material.empty());
  EXPECT_TRUE(material.path().empty());
  EXPECT_TRUE(material.content().empty());
}

TEST(TlsMaterial, IsAFile) {
  const TlsMaterial material = TlsMaterial::file("/etc/easypost/client.pem");
  EXPECT_FALSE(material.empty());
  EXPECT_EQ(material.path(), "/etc/easypost/client.pem");
  EXPECT_TRUE(material.content().empty());
}

TEST(TlsMaterial, IsContent) {
  const TlsMaterial material = TlsMaterial::in_memory(Secret("canary-secret-pem"));
  EXPECT_FALSE(material.empty());
  EXPECT_TRUE(material.path().empty());
  EXPECT_TRUE(material.content() == Secret("canary-secret-pem"));
}

TEST(TlsMaterial, TakesBase64OfAFileForItsContent) {
  const std::string pem = internal::base64_encode("-----BEGIN CERTIFICATE-----\n" + std::string(100, 'A'));
  const std::string der = internal::base64_encode("\x30\x82" + std::string(100, 'A'));
  const std::string other = internal::base64_encode(std::string(100, '\xff'));  // begins with "//", as a path may
  EXPECT_TRUE(TlsMaterial::from_setting(pem).content() == Secret(pem));
  EXPECT_TRUE(TlsMaterial::from_setting(der).content() == Secret(der));
  EXPECT_EQ(TlsMaterial::from_setting(other).path(), other);
  EXPECT_EQ(TlsMaterial::from_setting("MIIB/key").path(), "MIIB/key");
}

TEST(TlsMaterial, TellsSettingsApart) {
  const std::string pem = "# a comment\n-----BEGIN CERTIFICATE-----\nabc";
  EXPECT_TRUE(TlsMaterial::from_setting(pem).content() == Secret(pem));
  EXPECT_TRUE(TlsMaterial::from_setting(pem).path().empty());
  EXPECT_EQ(TlsMaterial::from_setting("./BEGIN.pem").path(), "./BEGIN.pem");
  EXPECT_TRUE(TlsMaterial::from_setting("./BEGIN.pem").content().empty());
  EXPECT_EQ(TlsMaterial::from_setting("pkcs11:token=sdk;object=key").uri(), "pkcs11:token=sdk;object=key");
  EXPECT_TRUE(TlsMaterial::from_setting("pkcs11:token=sdk;object=key").path().empty());
  EXPECT_TRUE(TlsMaterial::from_setting("").empty());
}

}  // namespace
}  // namespace easypost_connect
