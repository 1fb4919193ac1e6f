// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "certificates.hpp"
#include "gateways.hpp"
#include "sandbox/journal.hpp"
#include "sandbox/listener.hpp"

namespace easypost_connect::interop {

/// What is not at fault while something else is: certificates, secrets, a token endpoint that gives everybody the same
/// token, and the gateways. All of it starts with the first test and ends with the last.
class Hosts {
 public:
  Hosts();

  const Certificates certificates;
  const ApiCredentials api;
  sandbox::Journal journal{nullptr};

 private:
  sandbox::Listener token_host_;

 public:
  const std::string token_url = token_host_.url() + "/oauth2/token";
  Gateways gateways{certificates, api};
};

[[nodiscard]] Hosts& hosts();

}  // namespace easypost_connect::interop
