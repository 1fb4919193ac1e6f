// SPDX-License-Identifier: Apache-2.0
#include <easypost_connect/body.hpp>

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>

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

using ::testing::AllOf;

/// Reads what an attempt would send.
Result<std::string> read_all(SourceReader& input, std::size_t piece = 4) {
  std::string content;
  for (;;) {
    std::string part(piece, '\0');
    const auto count = input.read(part.data(), part.size());
    if (!count) return count.error();
    if (*count == 0) return content;
    content.append(part, 0, *count);
  }
}

Result<std::string> read_all(const Body& body) {
  auto input = source_of(body)->open();
  if (!input) return input.error();
  return read_all(**input);
}

/// Gives `text` in pieces of three bytes.
BodyReader reader_of(std::string text) {
  return [rest = std::move(text)](char* buffer, std::size_t capacity) mutable {
    const std::size_t count = rest.copy(buffer, std::min<std::size_t>(capacity, 3));
    rest.erase(0, count);
    return count;
  };
}

TEST(Body, OfBytesIsInMemory) {
  const std::string kept = "kept by the caller";
  EXPECT_EQ(Body("text").bytes(), "text");
  EXPECT_EQ(Body(std::string("a\0b", 3)).bytes().size(), 3U);
  EXPECT_EQ(Body::from_memory(kept).bytes().data(), kept.data());
  EXPECT_EQ(Body().bytes(), "");
  EXPECT_EQ(source_of(Body("text")), nullptr);
  EXPECT_EQ(size_of(Body("text")), 4U);
  EXPECT_TRUE(repeatable(Body("text")));
}

/// Writes over the file until the clock that files are stamped with has moved on.
void write_over(const std::string& path, std::string_view content) {
  const auto write = [&] {
    std::ofstream(path) << content;
    struct stat facts {};
    return ::stat(path.c_str(), &facts) == 0 ? facts.st_ctim.tv_nsec : -1;
  };
  const auto first = write();
  while (write() == first) {
  }
}

class FileBody : public ::testing::Test {
 protected:
  TemporaryFolder folder_;
  std::string path_ = folder_.write("letter.pdf", "0123456789");
  Body body_ = Body::from_file(path_);
};

TEST_F(FileBody, IsReadAnewByEachAttempt) {
  for (int attempt = 0; attempt < 2; ++attempt) {
    const auto content = read_all(body_);
    ASSERT_THAT(content, IsOk());
    EXPECT_EQ(*content, "0123456789");
  }
  EXPECT_EQ(size_of(body_), 10U);
  EXPECT_TRUE(repeatable(body_));
  EXPECT_FALSE(spent(body_));
  EXPECT_EQ(body_.bytes(), "");
}

TEST_F(FileBody, MayBeEmpty) {
  const auto content = read_all(Body::from_file(folder_.write("empty", "")));
  ASSERT_THAT(content, IsOk());
  EXPECT_EQ(*content, "");
}

TEST_F(FileBody, ThatIsMissingIsAnErrorBeforeAnythingIsSent) {
  const auto content = read_all(Body::from_file(folder_.path("missing")));
  ASSERT_THAT(content, AllOf(IsError(ErrorCode::kBodyIo), BlamedOn(Factor::kRequest), Says("missing")));
  EXPECT_TRUE(content.error().never_sent);
  EXPECT_FALSE(content.error().retryable);
  EXPECT_EQ(size_of(Body::from_file(folder_.path("missing"))), std::nullopt);
}

TEST_F(FileBody, ThatIsAFolderIsAnError) {
  EXPECT_THAT(read_all(Body::from_file("/dev/null")), AllOf(IsError(ErrorCode::kBodyIo), Says("regular file")));
  EXPECT_THAT(read_all(Body::from_file(folder_.path(""))), AllOf(IsError(ErrorCode::kBodyIo), Says("is a folder")));
}

TEST_F(FileBody, ThatShrinksIsAnErrorAtTheEnd) {
  auto input = source_of(body_)->open().value();
  std::filesystem::resize_file(path_, 6);
  EXPECT_THAT(read_all(*input), AllOf(IsError(ErrorCode::kBodyIo), Says("changed while it was sent")));
}

TEST_F(FileBody, ThatGrowsGivesNotItsLastBytes) {
  auto input = source_of(body_)->open().value();
  std::ofstream(path_, std::ios::app) << "more";
  EXPECT_THAT(read_all(*input), AllOf(IsError(ErrorCode::kBodyIo), Says("changed while it was sent")));
}

TEST_F(FileBody, ThatIsRewrittenInPlaceIsAnError) {
  auto input = source_of(body_)->open().value();
  std::filesystem::last_write_time(path_, std::filesystem::file_time_type::min());
  EXPECT_THAT(read_all(*input), IsError(ErrorCode::kBodyIo));
}

TEST_F(FileBody, ThatIsWrittenOverAndGivenItsOldTimeIsAnError) {
  const auto old_time = std::filesystem::last_write_time(path_);
  auto input = source_of(body_)->open().value();
  write_over(path_, "9876543210");
  std::filesystem::last_write_time(path_, old_time);
  EXPECT_THAT(read_all(*input), AllOf(IsError(ErrorCode::kBodyIo), Says("changed while it was sent")));
}

TEST_F(FileBody, WhoseSizeIsNotKnownIsRefused) {
  const auto content = read_all(Body::from_file("/proc/self/status"));
  EXPECT_THAT(content, AllOf(IsError(ErrorCode::kBodyIo), Says("another size than its file system says")));
  EXPECT_TRUE(content.error().never_sent);
  EXPECT_THAT(read_all(Body::from_file("/sys/kernel/mm/transparent_hugepage/enabled")),  // stat() says 4096
              AllOf(IsError(ErrorCode::kBodyIo), Says("another size")));
}

TEST_F(FileBody, ThatIsReplacedIsSentAsItWas) {
  auto input = source_of(body_)->open().value();
  const std::string other = folder_.path("new");
  write_over(other, "something else");
  std::filesystem::rename(other, path_);
  EXPECT_EQ(read_all(*input).value(), "0123456789");
}

TEST(FunctionBody, IsReadToItsEnd) {
  const Body body = Body::from_function(reader_of("01234567"));
  EXPECT_EQ(size_of(body), std::nullopt);
  EXPECT_FALSE(repeatable(body));
  EXPECT_EQ(read_all(body).value(), "01234567");
  EXPECT_EQ(size_of(body), 8U);
}

TEST(FunctionBody, IsNotAskedForMoreThanItsSize) {
  EXPECT_EQ(read_all(Body::from_function(reader_of("01234567"), 5)).value(), "01234");
  const auto never = [](char*, std::size_t) -> std::size_t { throw std::logic_error("called"); };
  EXPECT_EQ(read_all(Body::from_function(never, 0)).value(), "");
}

TEST(FunctionBody, ThatEndsBeforeItsSizeIsAnError) {
  EXPECT_THAT(read_all(Body::from_function(reader_of("01234567"), 9)),
              AllOf(IsError(ErrorCode::kBodyIo), Says("after 8 of 9 bytes")));
}

TEST(FunctionBody, ThatWritesTooMuchIsAnError) {
  const auto too_much = [](char*, std::size_t capacity) { return capacity + 1; };
  EXPECT_THAT(read_all(Body::from_function(too_much)), AllOf(IsError(ErrorCode::kBodyIo), Says("5 bytes where 4 fit")));
}

TEST(FunctionBody, ThatThrowsIsAnError) {
  const auto throws = [](char*, std::size_t) -> std::size_t { throw std::runtime_error("disk\r\non fire"); };
  EXPECT_THAT(read_all(Body::from_function(throws)), AllOf(IsError(ErrorCode::kBodyIo), Says("disk")));
  const auto throws_a_number = [](char*, std::size_t) -> std::size_t { throw 7; };
  EXPECT_THAT(read_all(Body::from_function(throws_a_number)), IsError(ErrorCode::kBodyIo));
  EXPECT_THAT(read_all(Body::from_function(nullptr)), IsError(ErrorCode::kBodyIo));
}

TEST(FunctionBody, PassesItsErrorOn) {
  const auto fails = [](char*, std::size_t) -> Result<std::size_t> { return failure(ErrorCode::kConnection); };
  EXPECT_THAT(read_all(Body::from_function(fails)), AllOf(IsError(ErrorCode::kConnection), Says("Scripted failure.")));
}

TEST(FunctionBody, IsReadOnce) {
  const Body body = Body::from_function(reader_of("01234567"));
  const Body copy = body;
  auto first = source_of(body)->open().value();
  auto second = source_of(copy)->open().value();  // no byte was read yet
  EXPECT_FALSE(spent(body));
  EXPECT_THAT(read_all(*first), IsOk());
  EXPECT_TRUE(spent(copy));
  EXPECT_THAT(read_all(*second), AllOf(IsError(ErrorCode::kBodyIo), Says("read before")));
  const auto third = read_all(copy);
  ASSERT_THAT(third, IsError(ErrorCode::kBodyIo));
  EXPECT_TRUE(third.error().never_sent);
}

}  // namespace
}  // namespace easypost_connect::unit_test
