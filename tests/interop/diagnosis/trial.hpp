// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <easypost_connect/connect_client.hpp>
#include <easypost_connect/transport.hpp>

#include "certificates.hpp"
#include "matrix.hpp"
#include "wire/connection_setup.hpp"

namespace easypost_connect::interop {

using internal::HttpVersion;

inline constexpr HttpVersion kBothHttpVersions[] = {HttpVersion::kHttp1, HttpVersion::kHttp2};

[[nodiscard]] TlsMaterial pem(const std::string& text);
[[nodiscard]] ClientCertificate material(const sandbox::IssuedCertificate& issued);

/// Returns options of a partner of the gateways, for this API and over this transport.
[[nodiscard]] ClientOptions partner_of(const std::string& api_url, std::shared_ptr<Transport> transport);

/// Returns a transport that shows this certificate to servers of this authority, or an Error if the SDK refuses to load
/// it.
[[nodiscard]] Result<std::shared_ptr<Transport>> connection(const ClientCertificateCase& shown, HttpVersion http,
                                                            const TlsMaterial& server_ca);
/// Returns a transport with the certificate and the server_ca of `options`.
[[nodiscard]] std::shared_ptr<Transport> connection(const ClientOptions& options, HttpVersion http);

/// Changes each call to the API before it is sent, and no token request: it sends what the SDK would never send.
class Tampering final : public Transport {
 public:
  using Change = std::function<void(CallContext& context)>;
  Tampering(std::shared_ptr<Transport> transport, std::string api_url, Change change);
  Result<Response> send(const Request& request, const CallContext& context) override;

 private:
  std::shared_ptr<Transport> transport_;
  std::string api_url_;
  Change change_;
};

/// Makes a call with a new client.
[[nodiscard]] Result<Response> get(const ClientOptions& options, const std::string& path = "/jobs");

/// Returns a short form of a result: "200", "403", "400 invalid_client", "35 unknown_ca", "55 silent".
[[nodiscard]] std::string short_form(const Result<Response>& result);

/// Fills a cell. Fails the test if the Error does not name `factor`, or has no message or remedy.
void expect_blamed(Table table, const std::string& row, const std::string& column, const Result<Response>& result,
                   Factor factor);
/// Fills a cell. Fails the test if the Error does not blame `likelier` or does not say `other`: both are possible.
void expect_both_named(Table table, const std::string& row, const std::string& column, const Result<Response>& result,
                       Factor likelier, const std::string& other);
/// Fills a cell. Fails the test if the call fails; `verdict` says whether success is right or only accepted.
void expect_taken(Table table, const std::string& row, const std::string& column, const Result<Response>& result,
                  Verdict verdict);

}  // namespace easypost_connect::interop
