// SPDX-License-Identifier: Apache-2.0
#include "wire/header_list.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "test_credentials.hpp"

namespace easypost_connect::unit_test {

using namespace internal;
using namespace test_support;

namespace {

using ::testing::ElementsAre;

class HeaderList : public ::testing::Test {
 protected:
  std::vector<std::string> lines() {
    std::vector<std::string> found;
    for (const curl_slist* node = list_.get(); node != nullptr; node = node->next) found.emplace_back(node->data);
    return found;
  }

  bool update() { return update(credentials_); }
  bool update(const std::vector<SecretHeader>& credentials) {
    CallContext context;
    context.credentials = credentials;
    context.content_type = content_type_;
    context.ask_first = ask_first_;
    return list_.update(request_, context);
  }

  std::vector<SecretHeader> credentials_{{"x-api-key", Secret(kApiKey)},
                                         {"authorization", Secret("Bearer canary-secret")}};
  std::string content_type_ = "application/json";
  bool ask_first_ = false;
  Request request_;
  internal::HeaderList list_;
};

constexpr const char* kAsItIs = "Accept-Encoding: identity";

TEST_F(HeaderList, WithoutABodyThereIsNothingToSuppress) {
  for (const Method method : {Method::kGet, Method::kHead, Method::kDelete}) {
    request_.method = method;
    static_cast<void>(update({}));
    EXPECT_THAT(lines(), ElementsAre(kAsItIs)) << to_string(method);
  }
}

TEST_F(HeaderList, AnEmptyBodySuppressesWhatLibcurlWouldAdd) {
  for (const Method method : {Method::kPost, Method::kPut, Method::kPatch}) {
    request_.method = method;
    static_cast<void>(update({}));
    EXPECT_THAT(lines(), ElementsAre(kAsItIs, "Expect:", "Content-Type:")) << to_string(method);
  }
}

TEST_F(HeaderList, WritesTheHeadersOfTheCallThenTheCredentials) {
  request_.body = "{}";
  request_.options.headers = {{"X-One", "1"}, {"x-two", "a: b"}};
  EXPECT_TRUE(update());
  const auto found = lines();
  ASSERT_EQ(found.size(), 7U);
  EXPECT_EQ(found[0], "X-One: 1");
  EXPECT_EQ(found[1], "x-two: a: b");
  EXPECT_EQ(found[2], kAsItIs);
  EXPECT_EQ(found[3], "Content-Type: application/json");
  EXPECT_EQ(found[4], "Expect:");
  EXPECT_TRUE(found[5] == "x-api-key: " + std::string(kApiKey));
  EXPECT_TRUE(found[6] == "authorization: Bearer canary-secret");
}

TEST_F(HeaderList, ABodyWithoutATypeGetsNone) {
  request_.body = "content";
  content_type_.clear();
  EXPECT_TRUE(update({}));
  EXPECT_THAT(lines(), ElementsAre(kAsItIs, "Expect:", "Content-Type:"));
}

TEST_F(HeaderList, LetsLibcurlAskFirst) {
  request_.body = "content";
  content_type_.clear();
  ask_first_ = true;
  EXPECT_TRUE(update({}));
  EXPECT_THAT(lines(), ElementsAre(kAsItIs, "Content-Type:"));
}

TEST_F(HeaderList, TheEncodingsThatTheCallerTakesAreTheCallers) {
  request_.options.headers = {{"accept-Encoding", "gzip"}};
  EXPECT_TRUE(update({}));
  EXPECT_THAT(lines(), ElementsAre("accept-Encoding: gzip"));
}

TEST_F(HeaderList, SendsAFieldWithoutAValue) {  // "name:" would mean "do not send it" to libcurl
  request_.options.headers = {{"x-empty", ""}};
  EXPECT_TRUE(update({}));
  EXPECT_EQ(lines().front(), "x-empty;");
}

TEST_F(HeaderList, SendsAFieldOfBlanks) {  // so would "name:  "
  request_.options.headers = {{"x-blank", "  "}};
  EXPECT_TRUE(update({}));
  EXPECT_EQ(lines().front(), "x-blank;");
}

TEST_F(HeaderList, IsRebuiltOnlyWhenSomethingChanges) {
  request_.body = "{}";
  request_.options.headers = {{"x-one", "1"}};
  EXPECT_TRUE(update());
  const curl_slist* nodes = list_.get();
  EXPECT_FALSE(update());
  request_.body = "another body";
  request_.method = Method::kPut;
  EXPECT_FALSE(update());
  EXPECT_EQ(list_.get(), nodes);
}

TEST_F(HeaderList, NoticesEveryChange) {
  request_.body = "{}";
  ASSERT_TRUE(update());
  request_.options.headers.add("x-one", "1");
  EXPECT_TRUE(update());
  content_type_ = "text/csv";
  EXPECT_TRUE(update());
  request_.body = {};
  EXPECT_TRUE(update());
  credentials_[1].value = Secret("Bearer canary-secret-2");
  EXPECT_TRUE(update());
  credentials_.pop_back();
  EXPECT_TRUE(update());
  EXPECT_FALSE(update());
}

TEST_F(HeaderList, AnEqualSecretIsNoChange) {
  ASSERT_TRUE(update());
  credentials_[0].value = Secret(kApiKey);  // another buffer
  EXPECT_FALSE(update());
}

TEST_F(HeaderList, KeepsNoCredentialOfTheCallBefore) {
  ASSERT_TRUE(update());
  ASSERT_TRUE(update({}));
  EXPECT_THAT(lines(), ElementsAre(kAsItIs));
}

TEST_F(HeaderList, CanShrinkAndGrow) {
  for (const int fields : {1, 100, 2, 0, 50}) {
    request_.options.headers.clear();
    for (int i = 0; i < fields; ++i) request_.options.headers.add("x-" + std::to_string(i), std::string(100, 'v'));
    static_cast<void>(update());
    EXPECT_EQ(lines().size(), static_cast<std::size_t>(fields) + 3);
  }
}

}  // namespace
}  // namespace easypost_connect::unit_test
