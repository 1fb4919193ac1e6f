// SPDX-License-Identifier: Apache-2.0
// These connections are without TLS, as metadata services of clouds want them. No call of the API goes this way.
#include <unistd.h>

#include <atomic>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "loopback_server.hpp"
#include "result_matchers.hpp"
#include "wire/curl_library.hpp"
#include "wire/pooled_transport.hpp"

namespace easypost_connect::unit_test {
namespace {

using namespace std::chrono_literals;
using namespace test_support;
using ::testing::AllOf;
using ::testing::HasSubstr;

class PlainHttp : public ::testing::Test {
 protected:
  PlainHttp() { EXPECT_THAT(internal::check_curl_library(), IsOk()); }

  /// Answers each request on a connection with the next of `answers`, and ends it then.
  void serve(std::vector<std::string> answers) {
    server_.emplace([this, answers = std::move(answers)](int connection) {
      ++connections_;
      for (const std::string& answer : answers) {
        std::string head;
        char c = 0;
        while (head.find("\r\n\r\n") == std::string::npos && ::read(connection, &c, 1) == 1) head += c;
        if (head.empty()) return;
        asked_ = head;
        static_cast<void>(::write(connection, answer.data(), answer.size()));
      }
    });
  }
  Result<Response> get(const std::string& scheme = "http") {
    CallContext context;
    context.url = scheme + "://127.0.0.1:" + std::to_string(server_->port()) + "/latest/meta-data?a=b";
    context.deadline = std::chrono::steady_clock::now() + 1min;
    context.max_response_bytes = 1000;
    return transfer_.send(Request{}, context);
  }

  std::atomic<int> connections_{0};
  std::string asked_;
  std::optional<LoopbackServer> server_;
  internal::BlockingTransfer transfer_{internal::ConnectionSetup{nullptr, 10s, {}}};
};

TEST_F(PlainHttp, IsSpokenOnAConnectionThatIsKept) {
  serve({"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\none",
         "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\ntwo\r\n0\r\n\r\n"});
  for (const char* body : {"one", "two"}) {
    const auto answer = get();
    ASSERT_THAT(answer, IsOk());
    EXPECT_EQ(answer->body, body);
  }
  EXPECT_EQ(connections_, 1);
  EXPECT_THAT(asked_, AllOf(HasSubstr("GET /latest/meta-data?a=b HTTP/1.1\r\n"), HasSubstr("\r\nHost: 127.0.0.1:")));
}

TEST_F(PlainHttp, AnswersAreWholeOrAnError) {
  serve({"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"});
  EXPECT_THAT(get(), IsError(ErrorCode::kMalformedResponse));
  serve({"HTTP/1.0 200 OK\r\n\r\nto the end"});
  const auto answer = get();
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->body, "to the end");
}

TEST_F(PlainHttp, IsAllThatAConnectionWithoutTlsSpeaks) {
  serve({""});
  EXPECT_THAT(get("https"), Says("rotocol"));  // libcurl words it differently from version to version
  EXPECT_EQ(connections_, 0);
}

}  // namespace
}  // namespace easypost_connect::unit_test
