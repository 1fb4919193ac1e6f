// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ctime>
#include <string>

#include <httplib.h>

namespace easypost_connect::sandbox {

/// Answers what httplib asks of a connection beside its bytes. Its versions ask for different functions (0.11, 0.18 and
/// 0.41 were looked at), so none of them says that it overrides one.
// NOLINTBEGIN(modernize-use-override)
class ServedStream : public httplib::Stream {
 public:
  using httplib::Stream::write;
  bool is_readable() const { return true; }
  bool is_writable() const { return true; }
  bool wait_readable() const { return true; }
  bool wait_writable() const { return true; }
  void get_remote_ip_and_port(std::string& /*ip*/, int& /*port*/) const {}
  void get_local_ip_and_port(std::string& /*ip*/, int& /*port*/) const {}
  std::time_t duration() const { return 0; }
  socket_t socket() const { return INVALID_SOCKET; }
};
// NOLINTEND(modernize-use-override)

}  // namespace easypost_connect::sandbox
