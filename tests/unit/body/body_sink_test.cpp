// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <stdexcept>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "body/body.hpp"
#include "fake_transport.hpp"
#include "result_matchers.hpp"
#include "temporary_folder.hpp"

namespace easypost_connect::unit_test {

using namespace internal;
using namespace test_support;

namespace {

using std::filesystem::perms;
using ::testing::AllOf;
using ::testing::ElementsAre;

/// Writes an answer in these parts, to its end.
Result<void> write_all(const BodySink& sink, const std::vector<std::string>& parts) {
  auto output = drain_of(sink)->open();
  if (!output) return output.error();
  for (const auto& part : parts) {
    if (auto written = (*output)->write(part); !written) return written;
  }
  return (*output)->finish();
}

TEST(BodySink, IsNoneByDefault) { EXPECT_EQ(drain_of(BodySink()), nullptr); }

class FileSink : public ::testing::Test {
 protected:
  TemporaryFolder folder_;
  std::string path_ = folder_.path("letters.pdf");
  BodySink sink_ = BodySink::to_file(path_);
};

TEST_F(FileSink, IsThereWhenItIsComplete) {
  auto output = drain_of(sink_)->open().value();
  EXPECT_THAT(output->write("01234"), IsOk());
  EXPECT_THAT(output->write("56789"), IsOk());
  EXPECT_FALSE(std::filesystem::exists(path_));
  EXPECT_THAT(output->finish(), IsOk());
  EXPECT_EQ(folder_.read("letters.pdf"), "0123456789");
  EXPECT_EQ(folder_.count(), 1);
}

TEST_F(FileSink, LeavesNothingBehindWhenItIsNotFinished) {
  folder_.write("letters.pdf", "of yesterday");
  static_cast<void>(drain_of(sink_)->open().value()->write("01234"));
  EXPECT_EQ(folder_.read("letters.pdf"), "of yesterday");
  EXPECT_EQ(folder_.count(), 1);
}

TEST_F(FileSink, TakesAnAnswerAfterEachAttempt) {
  static_cast<void>(drain_of(sink_)->open().value()->write("01234"));
  EXPECT_FALSE(spent(sink_));
  EXPECT_THAT(write_all(sink_, {"whole"}), IsOk());
  EXPECT_EQ(folder_.read("letters.pdf"), "whole");
}

TEST_F(FileSink, KeepsThePermissionsOfTheFileItReplaces) {
  folder_.write("letters.pdf", "of yesterday");
  std::filesystem::permissions(path_, perms::owner_read | perms::owner_write | perms::group_read);
  EXPECT_THAT(write_all(sink_, {"of today"}), IsOk());
  EXPECT_EQ(folder_.read("letters.pdf"), "of today");
  EXPECT_EQ(std::filesystem::status(path_).permissions(), perms::owner_read | perms::owner_write | perms::group_read);
}

TEST_F(FileSink, ReplacesWhatASymbolicLinkLeadsTo) {
  folder_.write("real.pdf", "of yesterday");
  std::filesystem::create_symlink("real.pdf", path_);
  EXPECT_THAT(write_all(sink_, {"of today"}), IsOk());
  EXPECT_TRUE(std::filesystem::is_symlink(path_));
  EXPECT_EQ(folder_.read("real.pdf"), "of today");
}

TEST_F(FileSink, MakesWhatADanglingSymbolicLinkLeadsTo) {
  std::filesystem::create_directory(folder_.path("in"));
  std::filesystem::create_symlink("in/between", path_);
  std::filesystem::create_symlink("real.pdf", folder_.path("in/between"));
  EXPECT_THAT(write_all(sink_, {"of today"}), IsOk());
  EXPECT_TRUE(std::filesystem::is_symlink(path_));
  EXPECT_TRUE(std::filesystem::is_symlink(folder_.path("in/between")));
  EXPECT_EQ(folder_.read("in/real.pdf"), "of today");
}

TEST_F(FileSink, ThatIsACircleOfSymbolicLinksIsAnError) {
  std::filesystem::create_symlink("letters.pdf", path_);
  EXPECT_THAT(write_all(sink_, {"0"}), AllOf(IsError(ErrorCode::kBodyIo), Says("leads to itself")));
}

TEST_F(FileSink, MayHaveAsLongANameAsThereIs) {
  const std::string name(255, 'n');
  EXPECT_THAT(write_all(BodySink::to_file(folder_.path(name)), {"of today"}), IsOk());
  EXPECT_EQ(folder_.read(name), "of today");
}

TEST_F(FileSink, WithoutAFolderIsAnError) {
  EXPECT_THAT(write_all(BodySink::to_file(folder_.path("missing/letters.pdf")), {"0"}),
              AllOf(IsError(ErrorCode::kBodyIo), BlamedOn(Factor::kRequest), Says("missing/letters.pdf")));
}

TEST_F(FileSink, ThatIsAFolderIsAnError) {
  EXPECT_THAT(write_all(BodySink::to_file(folder_.path("")), {"0"}),
              AllOf(IsError(ErrorCode::kBodyIo), Says("regular file")));
}

TEST_F(FileSink, OnAFullDiskIsAnError) {
  EXPECT_THAT(write_all(BodySink::to_file("/dev/full"), {"0"}), IsError(ErrorCode::kBodyIo));
}

TEST(FunctionSink, GetsEachPart) {
  std::vector<std::string> parts;
  const auto sink = BodySink::to_function([&](std::string_view bytes) -> Result<void> {
    parts.emplace_back(bytes);
    return {};
  });
  EXPECT_FALSE(spent(sink));
  EXPECT_THAT(write_all(sink, {"0", "1"}), IsOk());
  EXPECT_THAT(parts, ElementsAre("0", "1"));
  EXPECT_TRUE(spent(sink));
}

TEST(FunctionSink, ThatThrowsIsAnError) {
  const auto sink =
      BodySink::to_function([](std::string_view) -> Result<void> { throw std::runtime_error("disk on fire"); });
  EXPECT_THAT(write_all(sink, {"0"}), AllOf(IsError(ErrorCode::kBodyIo), Says("disk on fire")));
}

TEST(FunctionSink, PassesItsErrorOn) {
  const auto sink = BodySink::to_function(
      [](std::string_view) -> Result<void> { return failure(ErrorCode::kInvalidOption, Factor::kRequest); });
  EXPECT_THAT(write_all(sink, {"0"}), IsError(ErrorCode::kInvalidOption));
}

}  // namespace
}  // namespace easypost_connect::unit_test
