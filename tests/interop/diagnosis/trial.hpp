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
#include "wire/http_version.hpp"

namespace easypost_connect::interop {

using internal::HttpVersion;

inline constexpr HttpVersion kBothHttpVersions[] = {HttpVersion::kHttp1, HttpVersion::kHttp2};

[[nodiscard]] TlsMaterial pem(const std::string& text);
[[nodiscard]] ClientCertificate material(const sandbox::IssuedCertificate& issued);

/// What a partner of the gateways needs, for this API and with this connection.
[[nodiscard]] ClientOptions partner_of(const std::string& api_url, std::shared_ptr<Transport> transport);

/// A connection with a certificate of one's own choice, to servers of this authority; an Error when the SDK refuses to
/// load it.
[[nodiscard]] Result<std::shared_ptr<Transport>> connection(const ClientCertificateCase& shown, HttpVersion http,
                                                            const TlsMaterial& server_ca);
/// The same with the certificate and the server_ca of `options`.
[[nodiscard]] std::shared_ptr<Transport> connection(const ClientOptions& options, HttpVersion http);

/// Changes the calls to the API, not those to the token endpoint, on their way out: what the SDK would never send.
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

/// One call of a new client.
[[nodiscard]] Result<Response> get(const ClientOptions& options, const std::string& path = "/jobs");

/// What was measured: "200", "403", "400 invalid_client", "35 unknown_ca", "55 silent".
[[nodiscard]] std::string short_form(const Result<Response>& result);

/// A cell: the factor has to be this one, and the sentences have to be there. Fails the test when they are not.
void expect_blamed(Table table, const std::string& row, const std::string& column, const Result<Response>& result,
                   Factor factor);
/// A cell: both factors are possible, and the Error has to blame `likelier` and to say `other`.
void expect_both_named(Table table, const std::string& row, const std::string& column, const Result<Response>& result,
                       Factor likelier, const std::string& other);
/// A cell: the call has to succeed; `verdict` says whether that is right or what the server lets pass.
void expect_taken(Table table, const std::string& row, const std::string& column, const Result<Response>& result,
                  Verdict verdict);

}  // namespace easypost_connect::interop
