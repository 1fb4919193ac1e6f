// SPDX-License-Identifier: Apache-2.0
// Each page of a vault says of each of its commands whether a test runs it.
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include "documented_page.hpp"

namespace easypost_connect::interop {
namespace {

TEST(DocumentedPage, SaysOfEachBlockWhetherItIsRun) {
  for (const char* const page : {"vault-aws.md", "vault-azure.md", "vault-google.md", "vault-hashicorp.md"})
    EXPECT_NO_THROW(DocumentedPage{page}) << page;
}

TEST(DocumentedPage, FailsWithTheComplaintOfACommandInAPipe) {
  const DocumentedPage page("vault-aws.md");
  EXPECT_EQ(page.execute("read -r WORD; echo \"$WORD\"; echo \"$HOME\"", "typed\n"), "typed\n" + page.folder().path());
  try {
    page.execute("ls /nowhere | cat");
    FAIL() << "a failure passed";
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string(error.what()).find("/nowhere"), std::string::npos);
  }
}

}  // namespace
}  // namespace easypost_connect::interop
