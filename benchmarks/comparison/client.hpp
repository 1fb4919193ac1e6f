// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>

#include "load.hpp"

namespace easypost_connect::benchmark {

/// A Caller is what one thread makes its calls with.
class Caller {
 public:
  virtual ~Caller() = default;
  /// Makes one GET with the three credentials, its answer read to the end; valid until the next one. Throws unless it
  /// is 200.
  virtual const std::string& get() = 0;
};

/// A client library, used as its users would. Everything throws std::exception when it fails; what a library cannot
/// do is left as it is here, and the driver does not ask for it.
class Client {
 public:
  virtual ~Client() = default;

  /// Does what can be done before the first call is known; false: nothing can.
  virtual bool warm_up() { return false; }

  /// Makes a caller for GETs of `path`; there may be any number of them, each for a thread of its own.
  [[nodiscard]] virtual std::unique_ptr<Caller> caller(const std::string& path) = 0;

  /// Keeps `width` GETs of `path` in flight as long as the load wants more, and returns when all are answered. For a
  /// client whose calls only block that takes as many threads, which is what this does.
  virtual void keep_in_flight(Load& load, std::size_t width, const std::string& path);

  /// GETs `path` and throws the body away as it comes; returns its size.
  virtual std::uint64_t download(const std::string& /*path*/) {
    throw std::logic_error("this client cannot stream a download");
  }

  /// PUTs `size` bytes to `path`, made as they go; returns the answer.
  virtual std::string upload(const std::string& /*path*/, std::uint64_t /*size*/) {
    throw std::logic_error("this client cannot stream an upload");
  }
};

/// Every program of the comparison is linked with one of these.
[[nodiscard]] std::unique_ptr<Client> make_client();

}  // namespace easypost_connect::benchmark
