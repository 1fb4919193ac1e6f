// SPDX-License-Identifier: Apache-2.0
#include "wire/connection_setup.hpp"

#include <string>

#include <gtest/gtest.h>

#include "temporary_folder.hpp"

namespace easypost_connect::unit_test {

using namespace internal;
using namespace test_support;

namespace {

HttpVersion version_with(Body body) { return version_for({Method::kPut, "/", std::move(body), {}}); }
std::size_t nothing(char*, std::size_t) { return 0; }

TEST(HttpVersion, IsHttp2ForSmallBodies) {
  const TemporaryFolder folder;
  EXPECT_EQ(version_with({}), HttpVersion::kHttp2);
  EXPECT_EQ(version_with("{}"), HttpVersion::kHttp2);
  EXPECT_EQ(version_with(std::string(kWorthAConnection - 1, 'x')), HttpVersion::kHttp2);
  EXPECT_EQ(version_with(Body::from_file(folder.write("small", "0"))), HttpVersion::kHttp2);
}

TEST(HttpVersion, IsHttp1ForWhatIsLargeOrMayBe) {
  const TemporaryFolder folder;
  const std::string large(kWorthAConnection, 'x');
  EXPECT_EQ(version_with(Body::from_memory(large)), HttpVersion::kHttp1);
  EXPECT_EQ(version_with(Body::from_file(folder.write("large", large))), HttpVersion::kHttp1);
  EXPECT_EQ(version_with(Body::from_function(nothing)), HttpVersion::kHttp1);
  EXPECT_EQ(version_with(Body::from_function(nothing, 1)), HttpVersion::kHttp1);
}

TEST(HttpVersion, IsHttp1ForAnAnswerThatGoesIntoASink) {
  Request request;
  request.options.sink = BodySink::to_file("letters.pdf");
  EXPECT_EQ(version_for(request), HttpVersion::kHttp1);
}

}  // namespace
}  // namespace easypost_connect::unit_test
