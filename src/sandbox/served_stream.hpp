// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <ctime>
#include <string>
#include <string_view>

#include <httplib.h>

namespace easypost_connect::sandbox {

/// The line that was read last, or in part. Where httplib cannot read a request, this is where it stopped: it reads the
/// head byte by byte.
struct LastLine {
  std::size_t size = 0;  ///< the end of the line counts
  bool ended = false;

  [[nodiscard]] bool ends_head() const noexcept { return ended && size == std::string_view("\r\n").size(); }
};

/// A connection as httplib sees it.
class ServedStream : public httplib::Stream {
 public:
  // The versions of httplib ask for different functions beside reading and writing (0.11, 0.18 and 0.41 were looked
  // at), so none of these says that it overrides one.
  // NOLINTBEGIN(modernize-use-override)
  bool is_readable() const { return true; }
  bool is_writable() const { return true; }
  bool wait_readable() const { return true; }
  bool wait_writable() const { return true; }
  void get_remote_ip_and_port(std::string& /*ip*/, int& /*port*/) const {}
  void get_local_ip_and_port(std::string& /*ip*/, int& /*port*/) const {}
  std::time_t duration() const { return 0; }
  socket_t socket() const { return INVALID_SOCKET; }
  // NOLINTEND(modernize-use-override)

  using httplib::Stream::write;
  ssize_t read(char* buffer, std::size_t capacity) final {
    const ssize_t size = receive(buffer, capacity);
    if (size > 0) follow_lines({buffer, static_cast<std::size_t>(size)});
    return size;
  }
  [[nodiscard]] const LastLine& last_line() const noexcept { return last_line_; }

  void end() noexcept { ended_ = true; }  ///< no further request is read
  [[nodiscard]] bool has_ended() const noexcept { return ended_; }

 private:
  virtual ssize_t receive(char* buffer, std::size_t capacity) = 0;  ///< -1: nothing more comes

  void follow_lines(std::string_view data) noexcept {
    for (const char byte : data) {
      if (last_line_.ended) last_line_ = {};
      ++last_line_.size;
      last_line_.ended = last_byte_ == '\r' && byte == '\n';
      last_byte_ = byte;
    }
  }

  LastLine last_line_;
  char last_byte_ = '\0';
  bool ended_ = false;
};

}  // namespace easypost_connect::sandbox
