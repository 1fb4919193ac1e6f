// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include <easypost_connect/transport.hpp>

namespace easypost_connect::internal {

/// Streams bodies for a transport that knows them in memory only, as one of a caller's own does. Thread-safe.
class BufferedTransport final : public Transport {
 public:
  explicit BufferedTransport(std::shared_ptr<Transport> inner) : inner_(std::move(inner)) {}

  Result<Response> send(const Request& request, const CallContext& context) override;

 private:
  std::shared_ptr<Transport> inner_;
};

}  // namespace easypost_connect::internal
