// SPDX-License-Identifier: Apache-2.0
#include "core/whole_file.hpp"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "temporary_folder.hpp"

namespace easypost_connect::unit_test {
namespace {

using namespace internal;
using namespace test_support;
using ::testing::HasSubstr;
using ::testing::VariantWith;
using Kind = FileFault::Kind;

MATCHER_P2(Fails, kind, words, "") {
  const auto* fault = std::get_if<FileFault>(&arg);
  if (fault == nullptr) return false;
  *result_listener << fault->problem;
  return fault->kind == kind && fault->problem.find(words) != std::string::npos;
}

MATCHER_P(Holds, text, "") {
  const auto* file = std::get_if<WholeFile>(&arg);
  if (file == nullptr) *result_listener << std::get<FileFault>(arg).problem;
  return file != nullptr && file->content.expose() == text;
}

class ReadWholeFile : public ::testing::Test {
 protected:
  [[nodiscard]] std::string pipe() const {
    const std::string path = folder_.path("pipe");
    EXPECT_EQ(::mkfifo(path.c_str(), 0600), 0);
    return path;
  }
  [[nodiscard]] static ReadingRules in_no_time() {
    ReadingRules rules;
    rules.pipes = true;
    rules.longest = std::chrono::milliseconds(1);
    return rules;
  }

  const TemporaryFolder folder_;
};

TEST_F(ReadWholeFile, GivesAllOfIt) {
  for (const std::size_t size : {0U, 1U, 16'383U, 16'384U, 16'385U, 300'000U}) {
    const std::string text(size, 'x');
    EXPECT_THAT(read_whole_file(folder_.write("file", text), {}), Holds(text)) << size;
  }
}

TEST_F(ReadWholeFile, RefusesMoreThanTheLargest) {
  ReadingRules rules;
  rules.largest = 64 * 1024;
  EXPECT_THAT(read_whole_file(folder_.write("file", std::string(65'536, 'x')), rules), Holds(std::string(65'536, 'x')));
  EXPECT_THAT(read_whole_file(folder_.write("file", std::string(65'537, 'x')), rules),
              Fails(Kind::kTooLarge, "more than 64 KiB"));
}

TEST_F(ReadWholeFile, RefusesWhatIsNoFile) {
  EXPECT_THAT(read_whole_file(folder_.path("missing"), {}), Fails(Kind::kSystem, "No such file or directory"));
  EXPECT_THAT(read_whole_file(folder_.path(""), {}), Fails(Kind::kFolder, "is a folder"));
  EXPECT_THAT(read_whole_file("/dev/zero", in_no_time()), Fails(Kind::kNoFile, "is a device"));
  EXPECT_THAT(read_whole_file(pipe(), {}), Fails(Kind::kPipe, "is a pipe"));
}

TEST_F(ReadWholeFile, TakesAPipeToItsEnd) {
  const std::string path = pipe();
  const std::string text(300'000, 'x');  // more than a pipe holds at a time
  std::thread writer([&] { std::ofstream(path) << text.substr(0, 1000) << std::flush << text.substr(1000); });
  ReadingRules rules;
  rules.pipes = true;
  const auto outcome = read_whole_file(path, rules);
  writer.join();
  EXPECT_THAT(outcome, Holds(text));
  EXPECT_TRUE(std::get<WholeFile>(outcome).is_pipe);
}

TEST_F(ReadWholeFile, WaitsForNoWriterLongerThanAllowed) {
  const std::string path = pipe();
  EXPECT_THAT(read_whole_file(path, in_no_time()), Fails(Kind::kStalled, "nobody has written to"));
  // The pipe is not given up: a writer may still come.
  std::thread writer([&] { std::ofstream(path) << "late"; });
  ReadingRules rules;
  rules.pipes = true;
  EXPECT_THAT(read_whole_file(path, rules), Holds("late"));
  writer.join();
}

TEST_F(ReadWholeFile, WaitsForNoEndLongerThanAllowed) {
  const std::string path = pipe();
  std::fstream both_ends(path);  // the pipe never ends while this is open
  both_ends << "begun" << std::flush;
  EXPECT_THAT(read_whole_file(path, in_no_time()), Fails(Kind::kStalled, "has not come to an end"));
}

TEST_F(ReadWholeFile, HoldsNoCancelledReadingAgainstAFile) {
  const std::string path = pipe();
  CancellationSource unwanted;
  unwanted.cancel();
  ReadingRules rules;
  rules.pipes = true;
  rules.cancellation = unwanted.token();
  EXPECT_THAT(read_whole_file(path, rules), Fails(Kind::kStalled, "has not answered"));  // the reader waits
  std::filesystem::remove(path);
  EXPECT_THAT(read_whole_file(folder_.write("pipe", "text"), {}), Holds("text"));
}

TEST_F(ReadWholeFile, TellsAPipeThatEndsEmpty) {
  const std::string path = pipe();
  std::thread writer([&] { static_cast<void>(std::ofstream(path)); });
  ReadingRules rules;
  rules.pipes = true;
  EXPECT_THAT(read_whole_file(path, rules), Fails(Kind::kEmptied, "before anything was written"));
  writer.join();
}

}  // namespace
}  // namespace easypost_connect::unit_test
