// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <easypost_connect/signing_request.hpp>

#include "result_matchers.hpp"
#include "temporary_folder.hpp"

namespace easypost_connect::unit_test {
namespace {

using namespace test_support;
using ::testing::AllOf;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

unsigned mode_of(const std::string& path) {
  struct stat facts {};
  return ::lstat(path.c_str(), &facts) == 0 ? facts.st_mode & 07777U : 0;
}

class WriteSigningRequest : public ::testing::Test {
 protected:
  Result<void> write(bool replace = false) {
    return write_signing_request({"the request", Secret("the key")}, {key, csr, replace});
  }
  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator(folder.path()))
      found.push_back(entry.path().filename().string());
    return found;
  }

  const TemporaryFolder folder;
  const std::string key = folder.path("client.key");
  const std::string csr = folder.path("client.csr");
};

TEST_F(WriteSigningRequest, WritesBothAndLeavesNothingElse) {
  EXPECT_THAT(write(), IsOk());
  EXPECT_EQ(content_of(key), "the key");
  EXPECT_EQ(content_of(csr), "the request");
  EXPECT_THAT(names(), UnorderedElementsAre("client.key", "client.csr"));
}

TEST_F(WriteSigningRequest, OnlyTheOwnerMayReadTheKeyWhateverTheMask) {
  for (const mode_t mask : {mode_t{0}, mode_t{077}, mode_t{0377}}) {
    const mode_t before = ::umask(mask);
    const auto written = write(/*replace=*/true);
    ::umask(before);
    ASSERT_THAT(written, IsOk());
    EXPECT_EQ(mode_of(key), 0600U);
    EXPECT_EQ(mode_of(csr), 0644U);
  }
}

TEST_F(WriteSigningRequest, KeepsWhatIsThere) {
  folder.write("client.key", "old");
  EXPECT_THAT(write(), AllOf(IsError(ErrorCode::kInvalidOption), Says("private_key"), Says("is there already")));
  EXPECT_EQ(content_of(key), "old");
  EXPECT_THAT(names(), UnorderedElementsAre("client.key"));  // no request without its key
}

TEST_F(WriteSigningRequest, WritesNoKeyWhenTheRequestCannotBeWritten) {
  folder.write("client.csr", "old");
  EXPECT_THAT(write(), AllOf(Says("signing_request"), Says("is there already")));
  EXPECT_EQ(content_of(csr), "old");
  EXPECT_THAT(names(), UnorderedElementsAre("client.csr"));
}

TEST_F(WriteSigningRequest, ReplacesWhenTold) {
  folder.write("client.key", "old");
  folder.write("client.csr", "old");
  std::filesystem::permissions(key, std::filesystem::perms::all);
  EXPECT_THAT(write(/*replace=*/true), IsOk());
  EXPECT_EQ(content_of(key), "the key");
  EXPECT_EQ(mode_of(key), 0600U);
  EXPECT_EQ(content_of(csr), "the request");
}

TEST_F(WriteSigningRequest, NeverWritesThroughASymbolicLink) {
  const std::string elsewhere = folder.write("elsewhere", "untouched");
  std::filesystem::create_symlink(elsewhere, key);
  EXPECT_THAT(write(), Says("is there already"));
  EXPECT_THAT(write(/*replace=*/true), IsOk());
  EXPECT_EQ(content_of(elsewhere), "untouched");
  EXPECT_EQ(content_of(key), "the key");
  EXPECT_FALSE(std::filesystem::is_symlink(key));
}

TEST_F(WriteSigningRequest, ADanglingLinkIsSomethingThatIsThere) {
  std::filesystem::create_symlink(folder.path("nowhere"), key);
  EXPECT_THAT(write(), Says("is there already"));
  EXPECT_FALSE(std::filesystem::exists(folder.path("nowhere")));
}

TEST_F(WriteSigningRequest, AFolderIsNotReplaced) {
  std::filesystem::create_directory(key);
  EXPECT_THAT(write(/*replace=*/true), AllOf(Says("private_key"), Says("cannot be replaced")));
  EXPECT_THAT(names(), UnorderedElementsAre("client.key"));
}

TEST_F(WriteSigningRequest, KeepsTheOldRequestWhenTheKeyCannotBeReplaced) {
  folder.write("client.csr", "old");
  std::filesystem::create_directory(key);
  EXPECT_THAT(write(/*replace=*/true), AllOf(Says("private_key"), Says("cannot be replaced")));
  EXPECT_EQ(content_of(csr), "old");
  EXPECT_THAT(names(), UnorderedElementsAre("client.key", "client.csr"));
}

TEST_F(WriteSigningRequest, DoesNotReplaceAFolderByTheRequest) {
  std::filesystem::create_directory(csr);
  EXPECT_THAT(write(/*replace=*/true), AllOf(Says("signing_request"), Says("cannot be replaced")));
  EXPECT_TRUE(std::filesystem::is_directory(csr));
  EXPECT_THAT(names(), UnorderedElementsAre("client.csr"));
}

TEST_F(WriteSigningRequest, SeesOneFileInTwoSpellings) {
  std::filesystem::create_directory_symlink(".", folder.path("here"));
  for (const std::string name : {"./client.key", "here/client.key"}) {
    const SigningRequestFiles files{key, folder.path(name), /*replace=*/true};
    EXPECT_THAT(write_signing_request({"the request", Secret("the key")}, files), Says("are one file")) << name;
    EXPECT_THAT(names(), UnorderedElementsAre("here"));
    folder.write("client.key", "old");
    EXPECT_THAT(write_signing_request({"the request", Secret("the key")}, files), Says("are one file")) << name;
    EXPECT_EQ(content_of(key), "old");
    EXPECT_TRUE(std::filesystem::remove(key));
  }
}

TEST_F(WriteSigningRequest, NamesAFolderThatIsNotThere) {
  const SigningRequestFiles files{folder.path("none/client.key"), csr};
  EXPECT_THAT(write_signing_request({"the request", Secret("the key")}, files),
              AllOf(IsError(ErrorCode::kInvalidOption), Says("private_key"), Says("No such file or directory")));
  EXPECT_THAT(names(), IsEmpty());
}

TEST_F(WriteSigningRequest, NeedsTwoDifferentNames) {
  const SigningRequest request{"the request", Secret("the key")};
  EXPECT_THAT(write_signing_request(request, {"", csr}), Says("private_key names no file"));
  EXPECT_THAT(write_signing_request(request, {key, ""}), Says("signing_request names no file"));
  EXPECT_THAT(write_signing_request(request, {key, key}), Says("are one file"));
  EXPECT_THAT(names(), IsEmpty());
}

}  // namespace
}  // namespace easypost_connect::unit_test
