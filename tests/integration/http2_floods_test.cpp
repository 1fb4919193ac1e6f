// SPDX-License-Identifier: Apache-2.0
// These HTTP/2 servers send without end. The client ends the connection, and keeps a bounded amount of what came.
#include <sys/resource.h>

#include <ostream>
#include <string>

#include "http2_fixture.hpp"
#include "sanitizers.hpp"

namespace easypost_connect {
namespace {

using namespace test_support;

/// This is far more than the kernel's buffers hold, and than a body may have: a client that has not minded until then
/// will not.
constexpr std::size_t kNobodyMinds = std::size_t{256} << 20;

/// Returns the most memory that this process had at a time, in KiB. Sanitizers keep what is freed.
long peak_memory() {
#if defined(EASYPOST_CONNECT_ADDRESS_SANITIZER) || defined(EASYPOST_CONNECT_THREAD_SANITIZER)
  return 0;
#else
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
#endif
}

/// A client, its server and their threads need so much; what comes does not add to it.
constexpr long kBoundedMemory = 16 * 1024;

struct FloodRow {
  std::string name;
  std::string beginning;                                       ///< beginning of the answer to the request on stream 1
  std::string part;                                            ///< part that is sent again and again
  std::vector<std::string> outcomes = {"malformed response"};  ///< nghttp2's version decides what comes first
};

void PrintTo(const FloodRow& row, std::ostream* out) { *out << row.name; }

std::string raw(FrameType type, std::uint8_t flags, std::uint32_t stream, std::string payload) {
  return Frame{type, flags, stream, std::move(payload)}.bytes();
}

const std::string kBegun = headers(1, status(200));

/// Returns a field of 4,000 bytes that goes into the table; 0xbe is all of it from then on.
std::string large_field() { return "\x40\1a\x7f\xa1\x1e" + std::string(4000, 'v'); }

/// Returns as many fields as a frame holds.
std::string many_fields() {
  std::string fields;
  while (fields.size() < 16000) fields += field("name", std::string(100, 'v'));
  return fields;
}

const std::vector<std::string> kTooLarge = {"malformed response", "response too large"};

const FloodRow kFloods[] = {
    {"Continuation", raw(FrameType::kHeaders, kEndStream, 1, status(200)), raw(FrameType::kContinuation, 0, 1, "")},
    {"HeaderFields", raw(FrameType::kHeaders, kEndStream, 1, status(200)),
     raw(FrameType::kContinuation, 0, 1, many_fields()), kTooLarge},
    {"HpackBomb", raw(FrameType::kHeaders, 0, 1, status(200) + large_field()),
     raw(FrameType::kContinuation, 0, 1, std::string(16000, '\xbe')), kTooLarge},
    {"InterimAnswers", "", headers(1, status(103) + field("link", "x")), kTooLarge},
    {"Trailers", kBegun, headers(1, field("a", "b"))},
    {"Settings", "", settings({})},
    {"ManySettings", "", settings(std::vector<std::pair<std::uint16_t, std::uint32_t>>(1000, {0x42, 1}))},
    {"Ping", "", raw(FrameType::kPing, 0, 0, "12345678")},
    {"PingAcknowledged", "", raw(FrameType::kPing, kAck, 0, "12345678")},
    {"EmptyData", kBegun, data(1, "")},
    {"Padding", kBegun, raw(FrameType::kData, kPadded, 1, '\xff' + std::string(255, '\0'))},
    {"BodyWithoutEnd", kBegun, data(1, std::string(16384, 'x')), {"response too large"}},
    {"RstStream", "", rst_stream(1, FrameError::kCancel), {"connection"}},
    {"Priority", "", raw(FrameType::kPriority, 0, 1, std::string(5, '\0'))},
    {"WindowUpdate", "", window_update(0, 1)},
    {"Goaway", "", goaway(1, FrameError::kNoError, std::string(1000, 'x'))},
    {"UnknownType", "", raw(static_cast<FrameType>(0x42), 0, 0, "")},
    {"LargeUnknownType", "", raw(static_cast<FrameType>(0x42), 0, 0, std::string(16384, 'x'))},
};

class Http2Floods : public Http2, public ::testing::WithParamInterface<FloodRow> {};

TEST_P(Http2Floods, AreEndedByTheClient) {
  std::promise<std::size_t> sent;
  const FloodRow& row = GetParam();
  const long memory = peak_memory();
  serve_first([&](FrameConnection& connection) {
    if (connection.next_request() != 1) return sent.set_value(0);
    connection.send(row.beginning);
    std::string many;
    while (many.size() < 16384) many += row.part;
    std::size_t bytes = 0;
    while (bytes < kNobodyMinds && connection.send(many)) bytes += many.size();
    sent.set_value(bytes);
  });
  options_.max_response_bytes = std::size_t{1} << 20;
  EXPECT_THAT(outcome_of(call(Method::kPost, "letter")), ::testing::AnyOfArray(row.outcomes));
  EXPECT_LT(sent.get_future().get(), kNobodyMinds);
  EXPECT_LT(peak_memory() - memory, kBoundedMemory);
  EXPECT_EQ(outcome_of(call(Method::kGet)), "200: ok");
  EXPECT_EQ(server_->connections(), 2U);
  EXPECT_EQ(server_->requests().size(), 2U);
}

INSTANTIATE_TEST_SUITE_P(All, Http2Floods, ::testing::ValuesIn(kFloods), ::testing::PrintToStringParamName());

}  // namespace
}  // namespace easypost_connect
