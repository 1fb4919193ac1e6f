// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <easypost_connect/secret.hpp>

#include "fake_clock.hpp"
#include "fake_transport.hpp"
#include "vaults/secret_reader.hpp"

namespace easypost_connect::test_support {

/// A FakeVaultWorld is what a reader of a vault has from outside in a test: a transport that answers from a script, a
/// clock that is moved by hand, and pauses that move it.
struct FakeVaultWorld {
  std::shared_ptr<FakeTransport> transport = std::make_shared<FakeTransport>();
  std::shared_ptr<FakeClock> clock = std::make_shared<FakeClock>();
  std::vector<HttpsTransportOptions> transports;  ///< each is what a transport was made of
  std::vector<std::chrono::milliseconds> pauses;

  [[nodiscard]] internal::VaultWorld world() {
    internal::VaultWorld world;
    world.make_transport = [this](HttpsTransportOptions options) -> Result<std::shared_ptr<Transport>> {
      transports.push_back(std::move(options));
      return std::shared_ptr<Transport>(transport);
    };
    world.clock = clock;
    world.jitter = [] { return 0.5; };
    world.pause = [this](std::chrono::milliseconds pause) {
      pauses.push_back(pause);
      clock->advance(pause);
    };
    return world;
  }

  void answer(std::string body, int status = 200, Headers headers = {}) {
    transport->reply(test_support::answer(status, std::move(body), std::move(headers)));
  }
  [[nodiscard]] SentRequest sent(std::size_t index) const { return transport->requests().at(index); }
};

/// Sets a variable of the environment, and puts back what was there.
class ScopedVariable {
 public:
  ScopedVariable(const char* name, const char* value) : name_(name) {
    if (const char* old = std::getenv(name)) old_ = old;  // NOLINT(concurrency-mt-unsafe): no other thread is there
    value != nullptr ? ::setenv(name, value, 1) : ::unsetenv(name);  // NOLINT(concurrency-mt-unsafe)
  }
  ~ScopedVariable() {
    old_ ? ::setenv(name_, old_->c_str(), 1) : ::unsetenv(name_);  // NOLINT(concurrency-mt-unsafe)
  }
  ScopedVariable(const ScopedVariable&) = delete;
  ScopedVariable& operator=(const ScopedVariable&) = delete;

 private:
  const char* name_;
  std::optional<std::string> old_;
};

}  // namespace easypost_connect::test_support
