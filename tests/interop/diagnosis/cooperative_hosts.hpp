// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "certificates.hpp"
#include "gateways.hpp"
#include "sandbox/event_log.hpp"
#include "sandbox/listener.hpp"

namespace easypost_connect::interop {

/// Hosts holds what is not at fault while something else is: certificates, secrets, a token endpoint that gives
/// everybody the same token, and the gateways. hosts() makes it for the first test; it ends after the last.
class Hosts {
 public:
  Hosts();

  const Certificates certificates;
  const ApiCredentials api;
  sandbox::EventLog event_log{nullptr};

 private:
  sandbox::Listener token_host_;

 public:
  const std::string token_url = token_host_.url() + "/oauth2/token";
  Gateways gateways{certificates, api};
};

[[nodiscard]] Hosts& hosts();

}  // namespace easypost_connect::interop
