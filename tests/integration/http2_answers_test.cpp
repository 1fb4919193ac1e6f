// SPDX-License-Identifier: Apache-2.0
// These tests show HTTP/2: what is an answer, what is none, and whether the connection is used again.
#include <ostream>
#include <string>

#include "http2_fixture.hpp"

namespace easypost_connect {
namespace {

using namespace test_support;
using namespace std::string_literals;

/// Says what becomes of the connection.
enum class Then { kKept, kLeft, kEither };

struct AnswerRow {
  std::string name;
  std::string bytes;  ///< bytes sent to the request on stream 1
  std::string outcome;
  Then then = Then::kKept;
  bool instead_of_settings = false;  ///< the bytes are the first that the server sends
};

void PrintTo(const AnswerRow& row, std::ostream* out) { *out << row.name; }

const std::string kOk = status(200);
const std::string kMalformed = "malformed response";
constexpr std::uint32_t kLargest = 0x7fffffff;

std::string raw(FrameType type, std::uint8_t flags, std::uint32_t stream, std::string payload) {
  return Frame{type, flags, stream, std::move(payload)}.bytes();
}

/// Returns a whole answer of these header fields.
std::string bare(const std::string& block) { return headers(1, block, kEndStream); }

std::string with_body(const std::string& block) { return headers(1, block) + data(1, "body", kEndStream); }

const AnswerRow kAnswers[] = {
    {"AnOrdinaryOne", answer(1), "200: ok"},
    {"ItsLength", with_body(kOk + field("content-length", "4")), "200: body"},
    {"Nothing", bare(kOk + field("content-length", "0")), "200: "},
    {"Trailers", headers(1, kOk) + data(1, "body") + headers(1, field("x-trailer", "yes"), kEndStream), "200: body"},
    {"100And103First", headers(1, status(100)) + headers(1, status(103) + field("link", "x")) + answer(1), "200: ok"},
    {"Padding", headers(1, kOk) + raw(FrameType::kData, kPadded | kEndStream, 1, "\3body\0\0\0"s), "200: body"},
    {"SomeEmptyFrames", headers(1, kOk) + data(1, "") + data(1, "") + data(1, "body") + data(1, "", kEndStream),
     "200: body"},
    {"ABlockInTwoFrames",
     raw(FrameType::kHeaders, kEndStream, 1, kOk) + raw(FrameType::kContinuation, kEndHeaders, 1, field("a", "1")),
     "200: "},
    {"141KBOfHeaderFieldsInNineFrames",
     long_headers(
         1, kOk +
                [] {
                  std::string fields;
                  for (int i = 0; i < 1150; ++i) fields += field(std::string(60, 'x'), std::string(60, 'y'));
                  return fields;
                }()),
     "200: "},
    {"A204", bare(status(204)), "204: "},
    {"AFrameOfAnUnknownType", raw(static_cast<FrameType>(0x42), 0xff, 1, "?") + answer(1), "200: ok"},
    {"PRIORITY", raw(FrameType::kPriority, 0, 1, "\0\0\0\3\7"s) + answer(1), "200: ok"},
    {"AnAcknowledgedPINGThatNobodySent", raw(FrameType::kPing, kAck, 0, "12345678") + answer(1), "200: ok"},
    {"RSTSTREAMBehindIt", answer(1) + rst_stream(1, FrameError::kNoError), "200: ok"},
    {"DATABehindItsEnd", answer(1) + data(1, "more", kEndStream), "200: ok", Then::kEither},
    {"GOAWAYBeforeIt", goaway(1, FrameError::kNoError) + answer(1), "200: ok", Then::kLeft},
    {"GOAWAYBehindIt", answer(1) + goaway(1, FrameError::kNoError), "200: ok", Then::kLeft},
    {"GOAWAYInTwoSteps", goaway(kLargest, FrameError::kNoError) + answer(1) + goaway(1, FrameError::kNoError),
     "200: ok", Then::kLeft},
};

const AnswerRow kBrokenAnswers[] = {
    {"LessThanItsLength", with_body(kOk + field("content-length", "9")), kMalformed},
    {"MoreThanItsLength", with_body(kOk + field("content-length", "3")), kMalformed},
    {"TwoLengths", with_body(kOk + field("content-length", "4") + field("content-length", "5")), kMalformed},
    {"ALengthThatIsNone", with_body(kOk + field("content-length", "+4")), kMalformed},
    {"A204WithALength", bare(status(204) + field("content-length", "5")), kMalformed},
    {"ANameWithACapital", with_body(kOk + field("Bad", "1")), kMalformed},
    {"ANameWithABlank", with_body(kOk + field("b d", "1")), kMalformed},
    {"ALineEndInAValue", with_body(kOk + field("a", "1\r\nb: 2")), kMalformed},
    {"AZeroByteInAValue", with_body(kOk + field("a", "1\0"s)), kMalformed},
    {"Connection", with_body(kOk + field("connection", "close")), kMalformed},
    {"TransferEncoding", with_body(kOk + field("transfer-encoding", "chunked")), kMalformed},
    {"NoStatus", with_body(field("a", "1")), kMalformed},
    {"Two", with_body(kOk + kOk), kMalformed},
    {"AStatusBehindAField", with_body(field("a", "1") + kOk), kMalformed},
    {"AStatusOfTwoDigits", with_body(status(20)), kMalformed},
    {"AStatusThatIsNoNumber", with_body(field(":status", "abc")), kMalformed},
    {"APseudoFieldOfRequests", with_body(kOk + field(":path", "/")), kMalformed},
    {"AnUnknownPseudoField", with_body(kOk + field(":version", "2")), kMalformed},
    {"APseudoFieldInTrailers", headers(1, kOk) + data(1, "body") + headers(1, kOk, kEndStream), kMalformed},
    {"TrailersThatDoNotEndIt", headers(1, kOk) + headers(1, field("a", "1")) + data(1, "body", kEndStream), kMalformed},
    {"TwoHeads", headers(1, kOk) + headers(1, kOk) + data(1, "body", kEndStream), kMalformed},
    {"101", headers(1, status(101)) + answer(1), kMalformed},
    {"AnInterimAnswerAndNoOther", headers(1, status(103), kEndStream), kMalformed},
    {"ABodyWithoutAHead", data(1, "body", kEndStream), kMalformed, Then::kEither},
    {"RSTSTREAMInItsMiddle", headers(1, kOk) + data(1, "bo") + rst_stream(1, FrameError::kInternalError), kMalformed},
    {"RSTSTREAMWithFlagsInItsMiddle",
     headers(1, kOk) + data(1, "bo") + raw(FrameType::kRstStream, 0xff, 1, bytes_of(0)), kMalformed},
    {"RSTSTREAMWithoutAnErrorInItsMiddle", headers(1, kOk) + data(1, "bo") + rst_stream(1, FrameError::kNoError),
     kMalformed},
    {"RSTSTREAMREFUSEDSTREAMInItsMiddle", headers(1, kOk) + data(1, "bo") + rst_stream(1, FrameError::kRefusedStream),
     kMalformed},
    {"RSTSTREAMCANCELInstead", rst_stream(1, FrameError::kCancel), "connection"},
    {"RSTSTREAMINTERNALERRORInstead", rst_stream(1, FrameError::kInternalError), "connection"},
    {"RSTSTREAMNOERRORInstead", rst_stream(1, FrameError::kNoError), "connection"},
    {"AWindowOfTheStreamThatOverflows", window_update(1, kLargest) + answer(1), kMalformed, Then::kEither},
};

const AnswerRow kBrokenConnections[] = {
    {"HTTP11InsteadOfSETTINGS", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", kMalformed, Then::kLeft, true},
    {"HTTP11", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", kMalformed, Then::kLeft},
    {"NoSETTINGS", answer(1), kMalformed, Then::kLeft, true},
    {"PUSHPROMISE", raw(FrameType::kPushPromise, kEndHeaders, 1, bytes_of(2) + "\x82\x84\x87\1\1a"), kMalformed,
     Then::kLeft},
    {"AFrameLargerThanAllowed", headers(1, kOk) + data(1, std::string(16385, 'x'), kEndStream), kMalformed,
     Then::kLeft},
    {"AnIndexOfHPACKThatIsNone", bare(kOk + "\x80"), kMalformed, Then::kLeft},
    {"ABlockThatBreaksOff", bare(kOk + std::string("\0\1a\5x", 5)), kMalformed, Then::kLeft},
    {"DATAOnNoStream", data(0, "x"), kMalformed, Then::kLeft},
    {"DATAOnAStreamNeverOpened", data(99, "x", kEndStream), kMalformed, Then::kLeft},
    {"AnAnswerOnAStreamNeverOpened", answer(99), kMalformed, Then::kLeft},
    {"AnAnswerOnAStreamOfTheServerS", answer(2), kMalformed, Then::kLeft},
    {"CONTINUATIONOfNothing", raw(FrameType::kContinuation, kEndHeaders, 1, kOk), kMalformed, Then::kLeft},
    {"SomethingElseInsteadOfCONTINUATION", raw(FrameType::kHeaders, 0, 1, kOk) + data(1, "x"), kMalformed, Then::kLeft},
    {"MorePaddingThanThereIs", headers(1, kOk) + raw(FrameType::kData, kPadded, 1, "\7x"), kMalformed, Then::kLeft},
    {"AWindowOpenedByNothing", window_update(0, 0), kMalformed, Then::kLeft},
    {"AWindowThatOverflows", window_update(0, kLargest), kMalformed, Then::kLeft},
    {"RSTSTREAMOfAStreamNeverOpened", rst_stream(99, FrameError::kCancel), kMalformed, Then::kLeft},
    {"RSTSTREAMOfNoLength", raw(FrameType::kRstStream, 0, 1, ""), kMalformed, Then::kLeft},
    {"PINGOfNoLength", raw(FrameType::kPing, 0, 0, ""), kMalformed, Then::kLeft},
    {"PINGOfAStream", raw(FrameType::kPing, 0, 1, "12345678"), kMalformed, Then::kLeft},
    {"SETTINGSOfHalfASetting", raw(FrameType::kSettings, 0, 0, "\0\3\0"s), kMalformed, Then::kLeft},
    {"SETTINGSThatSwitchPushOn", settings({{kEnablePush, 1}}), kMalformed, Then::kLeft},
    {"SETTINGSOfAWindowTooLarge", settings({{kInitialWindowSize, 0x80000000}}), kMalformed, Then::kLeft},
    {"SETTINGSOfFramesTooSmall", settings({{kMaxFrameSize, 16383}}), kMalformed, Then::kLeft},
};

class Http2Answers : public Http2, public ::testing::WithParamInterface<AnswerRow> {
 protected:
  void serve_row() {
    serve_from_the_preface([row = GetParam()](FrameConnection& connection) {
      const bool hostile = connection.number() == 0;
      if (!connection.read_preface()) return;
      if (!hostile || !row.instead_of_settings) connection.send(settings({}));
      if (hostile && connection.next_request() != 0) connection.send(row.bytes);
      connection.answer_all();
    });
  }

  void expect_next_call() {
    EXPECT_EQ(outcome_of(call(Method::kGet)), "200: ok");
    if (GetParam().then == Then::kEither) return;
    EXPECT_EQ(server_->connections(), GetParam().then == Then::kKept ? 1U : 2U);
  }
};

/// Answers are judged with a GET that may be sent once only, and a POST that may be sent again, but not for these
/// answers.
TEST_P(Http2Answers, AreJudgedAndSoIsTheConnection) {
  serve_row();
  EXPECT_EQ(outcome_of(call(Method::kGet, "", kOnce)), GetParam().outcome);
  expect_next_call();

  serve_row();
  EXPECT_EQ(outcome_of(call(Method::kPost, "letter")), GetParam().outcome);
  EXPECT_EQ(server_->requests().size(), 1U);
  EXPECT_EQ(attempts_->number, 1U);
  expect_next_call();
}

INSTANTIATE_TEST_SUITE_P(Ordinary, Http2Answers, ::testing::ValuesIn(kAnswers), ::testing::PrintToStringParamName());
INSTANTIATE_TEST_SUITE_P(Broken, Http2Answers, ::testing::ValuesIn(kBrokenAnswers),
                         ::testing::PrintToStringParamName());
INSTANTIATE_TEST_SUITE_P(Connections, Http2Answers, ::testing::ValuesIn(kBrokenConnections),
                         ::testing::PrintToStringParamName());

}  // namespace
}  // namespace easypost_connect
