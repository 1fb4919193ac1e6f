// SPDX-License-Identifier: Apache-2.0
// Input: the same as for http1_answer_fuzz. Http1Answer and libcurl's own HTTP/1.1 read the same bytes, cut in the same
// way. An answer that is whole for one is whole for the other, at the same moment, with the same status and body. The
// exceptions are listed below.
#include <linux/sockios.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <string>

#include "fuzz_support.hpp"
#include "wire/http1_answer.hpp"

namespace easypost_connect::fuzz {
namespace {

using internal::Http1Answer;
using State = Http1Answer::State;

constexpr std::size_t kLimit = std::size_t{1} << 20;  // no input is so long
constexpr std::size_t kMostReads = 64;
constexpr std::size_t kMostDigits = 18;

/// A Reading says what a reader made of an answer, before and after its connection ended.
struct Reading {
  bool whole_before_end = false;
  bool whole = false;
  bool huge = false;  // the stated length may be more than a signed number of 64 bits holds
  long status = 0;
  std::string body;
  std::string complaint;
};

struct Answer {
  Method method;
  std::string_view bytes;
  std::size_t at_once;

  template <typename kTake>
  void in_pieces(const kTake& take) const {
    for (std::size_t at = 0; at < bytes.size(); at += at_once) take(bytes.substr(at, at_once));
  }
};

Reading read(const Answer& answer) {
  internal::ProgressReport progress;
  internal::ResponseBuilder sink;
  Http1Answer codec;
  sink.reset(answer.method, kLimit, nullptr, progress);
  codec.begin(answer.method, sink);
  answer.in_pieces([&](std::string_view piece) { codec.take(piece); });
  Reading reading;
  reading.whole_before_end = codec.state() == State::kWhole;
  reading.whole = codec.take_end(true) == State::kWhole;
  reading.status = codec.status();
  const Response response = sink.take(codec.status()).value();
  reading.body = response.body;
  reading.huge = response.headers.find("content-length").value_or("").size() > kMostDigits;
  reading.complaint = codec.complaint();
  return reading;
}

/// libcurl before a server that sends what it is told.
class Libcurl {
 public:
  Libcurl() {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    name_.copy(address.sun_path + 1, sizeof address.sun_path - 1);  // a zero before it: an abstract name
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name_.size());
    always(::bind(listener_, reinterpret_cast<const sockaddr*>(&address), size) == 0, "the server has its name");
    always(::listen(listener_, 1) == 0, "the server listens");
  }

  Reading read(const Answer& answer) {
    begin(answer.method);
    const int connection = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK);
    always(connection >= 0, "libcurl has connected");
    until([&] { return is_readable(connection); });
    std::array<char, 1024> request{};
    always(::recv(connection, request.data(), request.size(), 0) > 0, "libcurl has sent its request");
    answer.in_pieces([&](std::string_view piece) {
      if (done_) return;
      const auto size = static_cast<ssize_t>(piece.size());
      always(::send(connection, piece.data(), piece.size(), MSG_NOSIGNAL) == size, "it is sent");
      until([&] { return is_taken(connection); });
    });
    reading_.whole_before_end = done_ && code_ == CURLE_OK;
    ::close(connection);
    until([] { return false; });
    reading_.whole = code_ == CURLE_OK;
    curl_easy_getinfo(easy(), CURLINFO_RESPONSE_CODE, &reading_.status);
    reading_.complaint = code_ == CURLE_OK ? "" : complaint_.data();
    curl_multi_remove_handle(multi_.get(), easy());
    return std::move(reading_);
  }

 private:
  template <auto kFree>
  struct Free {
    template <typename kHandle>
    void operator()(kHandle* handle) const noexcept {
      kFree(handle);
    }
  };

  [[nodiscard]] CURL* easy() const noexcept { return easy_.get(); }

  /// Starts a request and returns when libcurl has connected.
  void begin(Method method) {
    reading_ = {};
    done_ = false;
    code_ = CURLE_OK;
    complaint_.front() = '\0';
    easy_.reset(curl_easy_init());  // an old one remembers, and libcurl 7.88 even what it has freed
    curl_easy_setopt(easy(), CURLOPT_ABSTRACT_UNIX_SOCKET, name_.c_str());
    curl_easy_setopt(easy(), CURLOPT_URL, "http://server/");
    curl_easy_setopt(easy(), CURLOPT_PROXY, "");
    curl_easy_setopt(easy(), CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy(), CURLOPT_FORBID_REUSE, 1L);
    curl_easy_setopt(easy(), CURLOPT_WRITEFUNCTION, &Libcurl::on_body);
    curl_easy_setopt(easy(), CURLOPT_WRITEDATA, this);
    curl_easy_setopt(easy(), CURLOPT_ERRORBUFFER, complaint_.data());
    curl_easy_setopt(easy(), CURLOPT_NOBODY, method == Method::kHead ? 1L : 0L);
    curl_multi_add_handle(multi_.get(), easy());
    until([&] { return is_readable(listener_); });
  }

  template <typename kEnough>
  void until(const kEnough& enough) {
    for (int running = 1; !done_ && running > 0 && !enough();) {
      always(curl_multi_perform(multi_.get(), &running) == CURLM_OK, "libcurl performs");
      int left = 0;
      const CURLMsg* message = curl_multi_info_read(multi_.get(), &left);
      done_ = message != nullptr;
      if (done_) code_ = message->data.result;
    }
  }

  static bool is_taken(int socket) noexcept {
    int size = 0;
    always(::ioctl(socket, SIOCOUTQ, &size) == 0, "a socket says what the other side has not read");
    return size == 0;
  }

  static bool is_readable(int socket) noexcept {
    pollfd asked{socket, POLLIN, 0};
    return ::poll(&asked, 1, 0) == 1;
  }

  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self) noexcept {
    static_cast<Libcurl*>(self)->reading_.body.append(data, size * count);
    return size * count;
  }

  const std::unique_ptr<CURLM, Free<curl_multi_cleanup>> multi_{curl_multi_init()};
  std::unique_ptr<CURL, Free<curl_easy_cleanup>> easy_;
  const std::string name_ = "easypost-connect-fuzz-" + std::to_string(::getpid());
  const int listener_ = ::socket(AF_UNIX, SOCK_STREAM, 0);
  std::array<char, CURL_ERROR_SIZE> complaint_{};
  Reading reading_;
  CURLcode code_ = CURLE_OK;
  bool done_ = false;
};

/// Beginnings of the complaints of Http1Answer about answers that libcurl reads.
constexpr std::string_view kStricter[] = {
    // The body could end elsewhere for another reader (RFC 9112, sections 6.1 and 6.3). libcurl follows the coding, or
    // the digits that the last length begins with, or reads to the end of the connection.
    "Content-Length can't be present with Transfer-Encoding",
    "Content-Length overflow",
    "Duplicate Content-Length",
    "Empty Content-Length",
    "Invalid character in Content-Length",
    "It has another transfer coding than chunked",
    // The lines or fields could be others for another reader (sections 2.2, 5.1 and 5.2). libcurl ends a line at a line
    // feed, whatever comes before it, and a name at a colon.
    "A header field has no name",
    "A header field is folded over lines",
    "A line ends with a line feed alone",
    "Expected LF after CR",
    "Expected LF after headers",
    "Invalid header field char",
    "Invalid header token",
    "Invalid header value char",
    "Missing expected LF after header value",
    "Unexpected space after start line",
    // libcurl wants to see "HTTP/", a blank and three digits (section 4).
    "Its status line is none of HTTP/1",
    "It switches to a protocol that nobody asked for",  // libcurl takes it for an answer
    // libcurl skips all that follows the size of a chunk, up to a line feed (section 7.1).
    "Neither an extension nor a line end follows the size of a chunk",
    "Invalid character in chunk",
    "Expected LF after chunk size",
    "Expected CRLF after chunk",
};

/// Beginnings of the complaints of libcurl about answers that Http1Answer reads. Section 7.1 allows any number of zeros
/// before the size of a chunk.
constexpr std::string_view kLaxer[] = {"Too long hexadecimal number"};

template <std::size_t kCount>
bool is_one_of(const std::string_view (&known)[kCount], std::string_view complaint) {
  return std::any_of(std::begin(known), std::end(known),
                     [&](std::string_view each) { return complaint.substr(0, each.size()) == each; });
}

/// Tells whether both readers come to the same result, or differ in a known way.
bool agree(const Reading& ours, const Reading& libcurls) {
  if (is_one_of(kStricter, ours.complaint) || is_one_of(kLaxer, libcurls.complaint)) return true;
  // libcurl 7.88 takes a head without its end for an answer. A body too long to count is read to the end of the
  // connection.
  const bool taken_by_end = libcurls.whole && !libcurls.whole_before_end;
  if (!ours.whole && taken_by_end && (ours.status < 200 || ours.huge)) return true;
  if (ours.whole_before_end != libcurls.whole_before_end || ours.whole != libcurls.whole) return false;
  return !ours.whole || (ours.status == libcurls.status && ours.body == libcurls.body);
}

void show(const char* reader, const Reading& reading) {
  std::fprintf(stderr, "%s: %s%s, status %ld, %zu bytes: %s\n", reader, reading.whole ? "whole" : "not whole",
               reading.whole_before_end ? " before the end" : "", reading.status, reading.body.size(),
               reading.complaint.c_str());
}

}  // namespace
}  // namespace easypost_connect::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace easypost_connect;
  static fuzz::Libcurl libcurl;
  fuzz::Input input(data, size);
  const Method method = input.number() % 2 == 1 ? Method::kHead : Method::kGet;
  const std::size_t at_once = std::size_t{1} + input.number();
  const std::string_view bytes = input.rest();
  const fuzz::Answer answer{method, bytes, std::max(at_once, bytes.size() / fuzz::kMostReads)};
  const fuzz::Reading ours = fuzz::read(answer);
  const fuzz::Reading libcurls = libcurl.read(answer);
  if (fuzz::agree(ours, libcurls)) return 0;
  fuzz::show("ours", ours);
  fuzz::show("libcurl", libcurls);
  fuzz::always(false, "both come to the same");
  return 0;
}
