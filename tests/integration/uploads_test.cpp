// SPDX-License-Identifier: Apache-2.0
// These tests show presigned uploads as a storage sees them, byte for byte.
#include <atomic>
#include <future>
#include <mutex>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <easypost_connect/connect_client.hpp>

#include "result_matchers.hpp"
#include "wire_server.hpp"

namespace easypost_connect {
namespace {

using namespace test_support;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::size_t kAskedFirst = std::size_t{8} * 1024 * 1024;
constexpr const char* kOk = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
constexpr const char* kRefused = "HTTP/1.1 403 Forbidden\r\nContent-Length: 15\r\n\r\nRequest expired";

/// Keeps every request that the storage got, and decides what it does about it.
class Uploads : public ::testing::Test {
 protected:
  void remember(std::string head) {
    const std::lock_guard lock(mutex_);
    heads_.push_back(std::move(head));
  }
  std::vector<std::string> heads() {
    const std::lock_guard lock(mutex_);
    return heads_;
  }
  std::string line(std::size_t request) { return heads().at(request).substr(0, heads().at(request).find("\r\n")); }

  Result<Response> upload(const WireServer& server, const std::string& target, std::size_t size,
                          CallOptions options = {}) {
    auto client = ConnectClient::create(server.client_options()).value();
    return client.upload(server.url() + target, std::string(size, 'x'), std::move(options));
  }

 private:
  std::mutex mutex_;
  std::vector<std::string> heads_;
};

TEST_F(Uploads, TheSignedUrlGoesOutAsItIs) {
  const std::vector<std::string> targets = {"/b//x/./y/../z?sig=1",
                                            "/b/%2e%2E/x",
                                            "/b/..",
                                            "/b/%2f%2F%c3%a9?a=%2f+b&c='d'&e=~!$*(),;:@[]",
                                            "/b?",
                                            "/b?x=/../y",
                                            "/b?a?b=/./&=",
                                            "/b/x;v=1",
                                            "/{b}|^`?{c}|^`",
                                            "//b",
                                            "/",
                                            "/b/%zz%",
                                            "/b?X-Amz-Credential=AKIA%2F20261125&X-Amz-Security-Token=FwoG+/=="};
  WireServer server([this](Wire& wire) {
    for (std::string head = wire.read_head(); !head.empty(); head = wire.read_head()) {
      remember(head);
      wire.read(7);
      wire.write(kOk);
    }
  });
  auto client = ConnectClient::create(server.client_options()).value();
  for (const auto& target : targets) ASSERT_THAT(client.upload(server.url() + target, "content"), IsOk()) << target;
  for (std::size_t i = 0; i < targets.size(); ++i) EXPECT_EQ(line(i), "PUT " + targets[i] + " HTTP/1.1");
  ASSERT_THAT(client.upload(server.url(), "content"), IsOk());
  ASSERT_THAT(client.upload(server.url() + "?a=b", "content"), IsOk());
  EXPECT_EQ(line(targets.size()), "PUT / HTTP/1.1");
  EXPECT_EQ(line(targets.size() + 1), "PUT /?a=b HTTP/1.1");
}

TEST_F(Uploads, NothingIsAddedButWhatHttpNeeds) {
  WireServer server([this](Wire& wire) {
    remember(wire.read_head());
    wire.read(7);
    wire.write(kOk);
  });
  ASSERT_THAT(upload(server, "/b", 7), IsOk());
  const std::string host = server.url().substr(std::string("https://").size());
  EXPECT_THAT(heads().at(0), HasSubstr("PUT /b HTTP/1.1\r\nHost: " + host + "\r\nUser-Agent: "));
  EXPECT_THAT(heads().at(0), HasSubstr("\r\nAccept: */*\r\nAccept-Encoding: identity\r\nContent-Length: 7\r\n\r\n"));
}

TEST_F(Uploads, AsksFirstWhenItIsLarge) {
  WireServer server([this](Wire& wire) {
    remember(wire.read_head());
    wire.write("HTTP/1.1 100 Continue\r\n\r\n");
    EXPECT_EQ(wire.read(kAskedFirst).size(), kAskedFirst);
    wire.write(kOk);
  });
  ASSERT_THAT(upload(server, "/b", kAskedFirst), IsOk());
  EXPECT_THAT(heads().at(0), HasSubstr("Expect: 100-continue"));
}

TEST_F(Uploads, DoesNotAskWhenItIsSmaller) {
  WireServer server([this](Wire& wire) {
    remember(wire.read_head());
    wire.read(kAskedFirst - 1);
    wire.write(kOk);
  });
  ASSERT_THAT(upload(server, "/b", kAskedFirst - 1), IsOk());
  EXPECT_THAT(heads().at(0), Not(HasSubstr("Expect")));
}

TEST_F(Uploads, GoesOnWhenNobodyAnswersTheQuestion) {
  WireServer server([](Wire& wire) {
    wire.read_head();
    EXPECT_EQ(wire.read(kAskedFirst).size(), kAskedFirst);
    wire.write(kOk);
  });
  EXPECT_THAT(upload(server, "/b", kAskedFirst), IsOk());
}

TEST_F(Uploads, AsksNoMoreOfAServerThatCannotAnswer) {
  for (const char* const connection : {"Connection: close\r\n", ""}) {
    WireServer server([this, connection](Wire& wire) {
      for (std::string head = wire.read_head(); !head.empty(); head = wire.read_head()) {
        remember(head);
        if (head.find("Expect") != std::string::npos) {
          wire.write("HTTP/1.1 417 Expectation Failed\r\nContent-Length: 2\r\n" + std::string(connection) + "\r\nno");
          if (*connection != '\0') return;
        } else {
          EXPECT_EQ(wire.read(kAskedFirst).size(), kAskedFirst);
          wire.write("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nyes");
        }
      }
    });
    const auto answer = upload(server, "/b//./c?", kAskedFirst);
    ASSERT_THAT(answer, IsOk());
    EXPECT_EQ(answer->body, "yes");
    EXPECT_THAT(line(heads().size() - 1), "PUT /b//./c? HTTP/1.1");
  }
  ASSERT_EQ(heads().size(), 4U);
  for (const std::size_t repeated : {1U, 3U}) EXPECT_THAT(heads().at(repeated), Not(HasSubstr("Expect")));
}

TEST_F(Uploads, ARefusalCostsNoTransfer) {
  std::promise<std::size_t> read;
  WireServer server([&](Wire& wire) {
    wire.read_head();
    wire.write(kRefused);
    read.set_value(wire.read(kAskedFirst).size());
  });
  const auto answer = upload(server, "/b", kAskedFirst);
  ASSERT_THAT(answer, IsError(ErrorCode::kHttpStatus));
  EXPECT_EQ(answer.error().seen.http_status, 403);
  EXPECT_THAT(answer.error().response->body, HasSubstr("Request expired"));
  EXPECT_EQ(read.get_future().get(), 0U);
}

TEST_F(Uploads, AreNotSentTwiceWhenTheAnswerToTheQuestionComesBehindAllOfThem) {
  int whole = 0;
  WireServer server([&](Wire& wire) {
    for (std::string head = wire.read_head(); !head.empty(); head = wire.read_head()) {
      whole += wire.read(kAskedFirst).size() == kAskedFirst ? 1 : 0;
      wire.write(head.find("Expect") == std::string::npos
                     ? kOk
                     : "HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\n\r\n");
    }
  });
  const auto answer = upload(server, "/b", kAskedFirst);
  ASSERT_THAT(answer, IsError(ErrorCode::kHttpStatus));
  EXPECT_EQ(answer.error().seen.http_status, 417);
  EXPECT_FALSE(answer.error().never_whole);
  EXPECT_EQ(whole, 1);
}

TEST_F(Uploads, AreNotSentTwiceOnceTheyWereHandedOverWhole) {
  // The storage gives an answer, none, and none on a connection that had worked before, where libcurl would send again
  // by itself.
  for (const char* const reply : {"HTTP/1.1 503 Slow Down\r\nContent-Length: 0\r\n\r\n", ""}) {
    for (const bool warm : {false, true}) {
      std::atomic<int> whole{0};
      WireServer server([&](Wire& wire) {
        if (warm && whole == 0) {
          wire.read_head();
          wire.read(1);
          wire.write(kOk);
        }
        wire.read_head();
        whole += wire.read(7).size() == 7 ? 1 : 0;
        wire.write(reply);
      });
      auto client = ConnectClient::create(server.client_options()).value();
      if (warm) {
        ASSERT_THAT(client.upload(server.url() + "/warm", "x"), IsOk());
      }
      const auto answer = client.upload(server.url() + "/b", "content");
      EXPECT_THAT(answer, AllOf(Not(IsOk()), IsRetryable(), Says("Look at the job first")));
      EXPECT_FALSE(answer.error().never_whole);
      EXPECT_EQ(whole, 1);
    }
  }
}

TEST_F(Uploads, AreSentAsOftenAsTheCallerAsks) {
  std::atomic<int> whole{0};
  WireServer server([&](Wire& wire) {
    wire.read_head();
    whole += wire.read(7).size() == 7 ? 1 : 0;
  });
  CallOptions options;
  options.max_attempts = 3;
  EXPECT_THAT(upload(server, "/b", 7, options), Not(IsOk()));
  EXPECT_EQ(whole, 3);
}

TEST_F(Uploads, ThatBreakOffInTheirMiddleAreRepeated) {
  std::atomic<int> attempts{0};
  WireServer server([&](Wire& wire) {
    wire.read_head();
    if (++attempts == 1) return;
    EXPECT_EQ(wire.read(kAskedFirst - 1).size(), kAskedFirst - 1);
    wire.write(kOk);
  });
  EXPECT_THAT(upload(server, "/b", kAskedFirst - 1), IsOk());
  EXPECT_EQ(attempts, 2);
}

}  // namespace
}  // namespace easypost_connect
