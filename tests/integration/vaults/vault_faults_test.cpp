// SPDX-License-Identifier: Apache-2.0
// The wire breaks between a source of credentials and its vault, or the service that logs in to it.
#include <atomic>
#include <chrono>
#include <functional>
#include <string>
#include <thread>
#include <utility>

#include <gmock/gmock.h>

#include "vault_doors.hpp"
#include "wire_server.hpp"

namespace easypost_connect::integration_test {
namespace {

using namespace std::chrono_literals;
using test_support::Wire;
using test_support::WireServer;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

using Fault = std::function<void(Wire& wire)>;

class VaultFaults : public VaultDoorTest, public testing::WithParamInterface<VaultDoor> {
 protected:
  /// Answers the door's request with the fault, and those before it well.
  static WireServer::Serve serving(Fault fault) {
    return [fault = std::move(fault)](Wire& wire) {
      for (std::string head = wire.read_head(); !head.empty(); head = wire.read_head()) {
        wire.read_body_of(head);
        if (head.substr(0, head.find('\r')).find(GetParam().request) != std::string::npos) return fault(wire);
        wire.write(good_answer());
      }
    };
  }

  static WireServer::Settings settings(std::vector<std::string> host_names = names()) {
    WireServer::Settings settings;
    settings.at_once = true;
    settings.names = std::move(host_names);
    return settings;
  }

  Error error_of(const WireServer& server) { return error_of(server.url(), server.client_options().server_ca); }
  Error error_of(const std::string& url, const TlsMaterial& authority) {
    auto options = options_for(GetParam(), url, authority);
    options.request_timeout = timeout_;
    auto source = vaults::from_uri(GetParam().reference, options).value();
    auto found = source();
    EXPECT_FALSE(found.credentials);
    return found.credentials ? Error() : std::move(found.credentials).error();
  }

  void expect_error(Fault fault, const char* words, bool retryable) {
    const WireServer server(serving(std::move(fault)), settings());
    const auto start = std::chrono::steady_clock::now();
    const Error error = error_of(server);
    EXPECT_LT(std::chrono::steady_clock::now() - start, 8s);
    expect_usual_words(error);
    EXPECT_THAT(error.message, AllOf(HasSubstr(GetParam().step), HasSubstr(words)));
    EXPECT_EQ(error.retryable, retryable);
  }
  static void expect_usual_words(const Error& error) {
    EXPECT_EQ(error.factor, Factor::kCredentialSource);
    EXPECT_THAT(error.message, testing::StartsWith(GetParam().vault));
    EXPECT_THAT(error.describe(), AllOf(Not(HasSubstr("canary-secret")), Not(HasSubstr("EASYPOST_CONNECT"))));
    EXPECT_NE(error.remedy, "");
  }

  std::chrono::milliseconds timeout_ = 10s;
};

TEST_P(VaultFaults, AnAnswerThatIsTooLongIsNotReadToItsEnd) {
  constexpr std::size_t kTooLong = std::size_t{1024} * 1024 + 1;
  const auto too_long = [](Wire& wire, const std::string& length) {
    wire.write("HTTP/1.1 200 OK\r\n" + length + "\r\n" + std::string(kTooLong, ' '));
  };
  const std::string length = "Content-Length: " + std::to_string(kTooLong) + "\r\n";
  expect_error([&](Wire& wire) { too_long(wire, length); }, "1048576", false);
  expect_error([&](Wire& wire) { too_long(wire, "Connection: close\r\n"); }, "1048576", false);
}

TEST_P(VaultFaults, SilenceEndsAtTheRequestTimeout) {
  timeout_ = 3s;
  expect_error([](Wire& wire) { wire.read(1); }, "time", true);
}

TEST_P(VaultFaults, AnAnswerThatTricklesEndsAtTheRequestTimeout) {
  timeout_ = 3s;
  expect_error(
      [](Wire& wire) {
        bool open = wire.write("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
        for (int i = 0; open && i < 1000; ++i) {
          std::this_thread::sleep_for(20ms);
          open = wire.write(" ");
        }
      },
      "time", true);
}

TEST_P(VaultFaults, AnAnswerThatIsCutShortIsNotTakenForOne) {
  const auto cut_short = [](Wire& wire) {
    const std::string answer = good_answer();
    wire.write(answer.substr(0, answer.size() - 1));
  };
  expect_error(cut_short, "", true);
  expect_error(
      [&](Wire& wire) {
        cut_short(wire);
        wire.end_unannounced();
      },
      "", true);
}

TEST_P(VaultFaults, AConnectionThatEndsIsTold) {
  expect_error([](Wire& /*wire*/) {}, "", true);
  expect_error([](Wire& wire) { wire.reset(); }, "", true);
}

TEST_P(VaultFaults, WhatIsNoHttpIsTold) {
  expect_error([](Wire& wire) { wire.write("SSH-2.0-OpenSSH_9.2\r\n\r\n"); }, "", false);
}

TEST_P(VaultFaults, ARedirectIsNotFollowed) {
  std::atomic<int> connections{0};
  const WireServer elsewhere([&](Wire& /*wire*/) { ++connections; }, settings());
  const std::string url = elsewhere.url() + "/v1";
  for (const char* const status : {"302", "307"}) {
    expect_error(
        [&](Wire& wire) {
          wire.write(std::string("HTTP/1.1 ") + status + " Moved\r\nContent-Length: 0\r\nLocation: " + url +
                     "\r\n\r\n");
        },
        url.c_str(), false);
  }
  EXPECT_EQ(connections, 0);
}

TEST_P(VaultFaults, ACertificateOfAnotherHostIsRefused) {
  std::atomic<int> requests{0};
  const WireServer server([&](Wire& wire) { requests += static_cast<int>(!wire.read_head().empty()); },
                          settings({"DNS:elsewhere.test"}));
  const Error error = error_of(server);
  expect_usual_words(error);
  EXPECT_THAT(error.message, HasSubstr("certificate was not accepted"));
  EXPECT_THAT(error.remedy, HasSubstr("Check the URL"));
  EXPECT_FALSE(error.retryable);
  EXPECT_EQ(requests, 0);
}

TEST_P(VaultFaults, ACertificateOfAnotherAuthorityIsRefused) {
  std::atomic<int> requests{0};
  const WireServer server([&](Wire& wire) { requests += static_cast<int>(!wire.read_head().empty()); }, settings());
  const sandbox::CertificateAuthority other;
  const Error error = error_of(server.url(), TlsMaterial::in_memory(Secret(other.certificate())));
  expect_usual_words(error);
  EXPECT_THAT(error.message, HasSubstr("certificate was not accepted"));
  EXPECT_FALSE(error.retryable);
  EXPECT_EQ(requests, 0);
}

const auto kName = [](const auto& info) { return std::string(info.param.name); };
INSTANTIATE_TEST_SUITE_P(Reads, VaultFaults, testing::ValuesIn(kVaultReads), kName);
INSTANTIATE_TEST_SUITE_P(Logins, VaultFaults, testing::ValuesIn(kVaultLogins), kName);

}  // namespace
}  // namespace easypost_connect::integration_test
