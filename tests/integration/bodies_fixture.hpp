// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <ostream>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include <easypost_connect/async.hpp>

#include "streaming_server.hpp"
#include "temporary_folder.hpp"

namespace easypost_connect {

using namespace test_support;

inline constexpr std::size_t kMiB = std::size_t{1024} * 1024;

inline std::string pattern_of(std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < size; ++i) bytes[i] = pattern(i);
  return bytes;
}

/// Gives the pattern, in pieces that fit nowhere.
inline BodyReader pattern_reader(std::size_t size) {
  return [size, at = std::size_t{0}](char* buffer, std::size_t capacity) mutable {
    const std::size_t count = std::min({capacity, size - at, std::size_t{10'007}});
    for (std::size_t i = 0; i < count; ++i) buffer[i] = pattern(at + i);
    at += count;
    return count;
  };
}

enum class Way { kBlocking, kAsync };

inline void PrintTo(Way way, std::ostream* out) { *out << (way == Way::kBlocking ? "Blocking" : "Async"); }

/// Sends bodies to and from a server that knows the pattern, by a blocking call or one on the I/O thread.
class Bodies : public ::testing::TestWithParam<Way> {
 protected:
  Result<Response> send(Request request) {
    return GetParam() == Way::kBlocking ? client_.send(request) : send_future(client_, std::move(request)).get();
  }
  Result<Response> put(Body body, CallOptions options = {}) {
    return send({Method::kPut, StreamingServer::kUploads, std::move(body), std::move(options)});
  }
  Result<Response> get(std::size_t size, CallOptions options) {
    return send({Method::kGet, StreamingServer::download(size), {}, std::move(options)});
  }
  Result<Response> get(std::size_t size, BodySink sink) {
    CallOptions options;
    options.sink = std::move(sink);
    return get(size, std::move(options));
  }

  [[nodiscard]] std::string letter(std::size_t size) const { return folder_.write("letter.pdf", pattern_of(size)); }
  [[nodiscard]] BodySink file_sink() const { return BodySink::to_file(folder_.path("letters.pdf")); }

  TemporaryFolder folder_;
  StreamingServer server_;
  ConnectClient client_ = ConnectClient::create(server_.client_options()).value();
};

}  // namespace easypost_connect
