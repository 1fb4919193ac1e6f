// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <gtest/gtest.h>

#include <easypost_connect/credentials.hpp>

namespace easypost_connect {
namespace {

TEST(PemSource, IsEmptyByDefault) {
  const PemSource source;
  EXPECT_TRUE(source.empty());
  EXPECT_TRUE(source.path().empty());
  EXPECT_TRUE(source.text().empty());
}

TEST(PemSource, IsAFile) {
  const PemSource source = PemSource::file("/etc/easypost/client.pem");
  EXPECT_FALSE(source.empty());
  EXPECT_EQ(source.path(), "/etc/easypost/client.pem");
  EXPECT_TRUE(source.text().empty());
}

TEST(PemSource, IsText) {
  const PemSource source = PemSource::text(Secret("canary-secret-pem"));
  EXPECT_FALSE(source.empty());
  EXPECT_TRUE(source.path().empty());
  EXPECT_TRUE(source.text() == Secret("canary-secret-pem"));
}

TEST(PemSource, TellsTextFromAPath) {
  const std::string pem = "# a comment\n-----BEGIN CERTIFICATE-----\nabc";
  EXPECT_TRUE(PemSource::path_or_text(pem).text() == Secret(pem));
  EXPECT_TRUE(PemSource::path_or_text(pem).path().empty());
  EXPECT_EQ(PemSource::path_or_text("./BEGIN.pem").path(), "./BEGIN.pem");
  EXPECT_TRUE(PemSource::path_or_text("./BEGIN.pem").text().empty());
  EXPECT_TRUE(PemSource::path_or_text("").empty());
}

}  // namespace
}  // namespace easypost_connect
