// SPDX-License-Identifier: Apache-2.0
#include "sandbox/http2_session.hpp"

#include <initializer_list>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace easypost_connect::sandbox {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::string_view kOk = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n";
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

/// A client by nghttp2, joined to the session by memory. Keeps what it receives on streams, frame by frame.
class Http2Sessions : public ::testing::Test {
 protected:
  Http2Sessions() {
    nghttp2_session_callbacks* callbacks = nullptr;
    nghttp2_session_callbacks_new(&callbacks);
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, on_frame);
    nghttp2_session_callbacks_set_on_header_callback(callbacks, on_header);
    nghttp2_option* options = nullptr;
    nghttp2_option_new(&options);
    nghttp2_option_set_max_send_header_block_length(options, 2 * kMaxHeaderListSize);
    nghttp2_session_client_new2(&client_, callbacks, this, options);
    nghttp2_option_del(options);
    nghttp2_session_callbacks_del(callbacks);
    nghttp2_submit_settings(client_, NGHTTP2_FLAG_NONE, nullptr, 0);
  }
  ~Http2Sessions() override { nghttp2_session_del(client_); }

  /// Sends a POST with `size` bytes of content; if negative, the request never ends.
  void post(int size, std::vector<std::pair<std::string, std::string>> more = {}) {
    std::vector<std::pair<std::string, std::string>> fields = {
        {":method", "POST"}, {":scheme", "https"}, {":path", "/"}, {":authority", "a"}};
    for (auto& field : more) fields.push_back(std::move(field));
    std::vector<nghttp2_nv> pairs;
    for (auto& [name, value] : fields) {
      pairs.push_back({reinterpret_cast<std::uint8_t*>(name.data()), reinterpret_cast<std::uint8_t*>(value.data()),
                       name.size(), value.size(), NGHTTP2_NV_FLAG_NONE});
    }
    nghttp2_data_provider content{};
    content.source.fd = size;
    content.read_callback = give_content;
    nghttp2_submit_request(client_, nullptr, pairs.data(), pairs.size(), size == 0 ? nullptr : &content, nullptr);
    talk();
  }

  /// Lets both sides talk until both are silent.
  void talk() {
    for (bool silent = false; !silent;) {
      server_.collect_answers();
      std::string answer;
      server_.append_output(answer);
      nghttp2_session_mem_recv(client_, reinterpret_cast<const std::uint8_t*>(answer.data()), answer.size());
      const std::uint8_t* data = nullptr;
      const ssize_t size = nghttp2_session_mem_send(client_, &data);
      if (size > 0) {
        EXPECT_TRUE(server_.receive({reinterpret_cast<const char*>(data), static_cast<std::size_t>(size)}));
      }
      silent = answer.empty() && size <= 0;
    }
  }

  void answer(std::size_t number, std::string_view text, bool well = true) {
    streams_.at(number)->write(text.data(), text.size());
    streams_.at(number)->finish(well);
    talk();
  }

  std::string read(std::size_t number) {
    std::string text(1000, '\0');
    const ssize_t size = streams_.at(number)->read(text.data(), text.size());
    return size < 0 ? "<nothing>" : text.substr(0, static_cast<std::size_t>(size));
  }

  static int on_header(nghttp2_session*, const nghttp2_frame*, const std::uint8_t* name, std::size_t name_size,
                       const std::uint8_t* value, std::size_t value_size, std::uint8_t, void* self) {
    if (std::string(reinterpret_cast<const char*>(name), name_size) == ":status") {
      static_cast<Http2Sessions*>(self)->status_ = std::string(reinterpret_cast<const char*>(value), value_size);
    }
    return 0;
  }

  static int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* self) {
    std::string end = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0 ? " END" : "";
    std::string& status = static_cast<Http2Sessions*>(self)->status_;
    auto& frames = static_cast<Http2Sessions*>(self)->frames_;
    switch (frame->hd.type) {
      case NGHTTP2_HEADERS: frames.push_back(status + end); break;
      case NGHTTP2_DATA: frames.push_back("DATA " + std::to_string(frame->hd.length) + end); break;
      case NGHTTP2_RST_STREAM:
        frames.emplace_back(std::string("RST ") + nghttp2_http2_strerror(frame->rst_stream.error_code));
        break;
      case NGHTTP2_GOAWAY: frames.push_back("GOAWAY " + std::to_string(frame->goaway.last_stream_id)); break;
      default: break;
    }
    return 0;
  }

  static ssize_t give_content(nghttp2_session*, std::int32_t, std::uint8_t* buffer, std::size_t, std::uint32_t* flags,
                              nghttp2_data_source* source, void*) {
    if (source->fd < 0) return NGHTTP2_ERR_DEFERRED;
    std::fill_n(buffer, source->fd, std::uint8_t{'x'});
    *flags |= NGHTTP2_DATA_FLAG_EOF;
    return source->fd;
  }

  Wakeup wakeup_;
  std::vector<std::shared_ptr<Http2Stream>> streams_;
  Http2Session server_{wakeup_, [this](const std::shared_ptr<Http2Stream>& stream) { streams_.push_back(stream); }};
  nghttp2_session* client_ = nullptr;
  std::string status_;
  std::vector<std::string> frames_;
};

TEST_F(Http2Sessions, GiveARequestAndTakeItsAnswer) {
  post(0);
  EXPECT_EQ(read(0), "POST / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(read(0), "");
  answer(0, std::string(kOk) + "good");
  EXPECT_THAT(frames_, ElementsAre("200", "DATA 4 END"));
}

TEST_F(Http2Sessions, GiveContentOfUnsaidLengthInChunks) {
  post(3);
  EXPECT_EQ(read(0), "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nxxx\r\n0\r\n\r\n");
}

TEST_F(Http2Sessions, EndAnAnswerWithoutContentAtItsHead) {
  post(0);
  answer(0, "HTTP/1.1 204 No Content\r\n\r\n");
  EXPECT_THAT(frames_, ElementsAre("204 END"));
}

TEST_F(Http2Sessions, PassAnInformationalAnswerOn) {
  post(-1);
  streams_.at(0)->write(kContinue.data(), kContinue.size());
  talk();
  EXPECT_THAT(frames_, ElementsAre("100"));
}

TEST_F(Http2Sessions, ResetTheStreamOfAnAnswerThatIsNotWhole) {
  post(0);
  answer(0, std::string(kOk) + "go", false);
  EXPECT_THAT(frames_, ElementsAre("200", "DATA 2", "RST INTERNAL_ERROR"));
}

TEST_F(Http2Sessions, ResetTheStreamOfNoAnswer) {
  for (const std::string_view nothing : {std::string_view(), kContinue}) {
    post(0);
    answer(streams_.size() - 1, nothing, false);
  }
  EXPECT_THAT(frames_, ElementsAre("RST INTERNAL_ERROR", "RST INTERNAL_ERROR"));
}

TEST_F(Http2Sessions, TellAClientThatStillSendsToStop) {
  post(-1);
  answer(0, std::string(kOk) + "good");
  EXPECT_THAT(frames_, ElementsAre("200", "DATA 4 END", "RST NO_ERROR"));
  EXPECT_TRUE(server_.is_idle());
}

TEST_F(Http2Sessions, AbandonWhatTheClientResets) {
  post(-1);
  nghttp2_submit_rst_stream(client_, NGHTTP2_FLAG_NONE, 1, NGHTTP2_CANCEL);
  talk();
  EXPECT_EQ(read(0), "<nothing>");
  EXPECT_LT(streams_.at(0)->write("x", 1), 0);
  EXPECT_TRUE(server_.is_idle());
}

TEST_F(Http2Sessions, ResetAStreamWhoseHeadIsTooLarge) {
  post(0, {{"a", std::string(40'000, 'x')}, {"b", std::string(30'000, 'x')}});
  EXPECT_THAT(streams_, IsEmpty());
  EXPECT_THAT(frames_, ElementsAre("RST INTERNAL_ERROR"));
}

TEST_F(Http2Sessions, AnswerWhatHasComeBeforeTheyEnd) {
  post(0);
  server_.go_away();
  talk();
  EXPECT_FALSE(server_.is_over());
  answer(0, std::string(kOk) + "good");
  EXPECT_THAT(frames_, ElementsAre("GOAWAY 1", "200", "DATA 4 END"));
  EXPECT_TRUE(server_.is_over());
}

TEST_F(Http2Sessions, UnderstandNothingButHttp2) { EXPECT_FALSE(server_.receive("GET / HTTP/1.1\r\nHost: a\r\n\r\n")); }

}  // namespace
}  // namespace easypost_connect::sandbox
