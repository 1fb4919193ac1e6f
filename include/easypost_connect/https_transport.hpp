// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include <easypost_connect/client_options.hpp>
#include <easypost_connect/credentials.hpp>
#include <easypost_connect/export.hpp>
#include <easypost_connect/result.hpp>
#include <easypost_connect/transport.hpp>

namespace easypost_connect {

/// How make_https_transport() reaches servers. Every member has a default.
struct HttpsTransportOptions {
  /// The certificate authorities that a server's certificate may come from, instead of the system's. Needed for a
  /// private CA. Verification itself cannot be switched off.
  TlsMaterial server_ca{};
  /// The certificate that is shown to servers that ask for one. Empty: none is shown.
  ClientCertificate client_certificate{};
  /// How long it may take to connect, up to the end of the TLS handshake.
  std::chrono::milliseconds connect_timeout = std::chrono::seconds(10);
  /// How long a send() may take that names no deadline, connecting included.
  std::chrono::milliseconds request_timeout = std::chrono::seconds(30);
  ConnectionOptions connections{};
  /// How long the body of an answer may be if send() names no limit.
  std::size_t max_response_bytes = std::size_t{64} * 1024 * 1024;
  /// The only servers that may be called by plain http, such as the metadata services of clouds: each as it stands in
  /// the URL, "169.254.169.254", "[fd00:ec2::254]", "metadata.google.internal" or "localhost:8080", in any case.
  /// Without a port, 80 is meant. No name is looked up for the comparison. Plain http never goes through a proxy.
  std::vector<std::string> plain_http_hosts{};
};

/// A transport for servers other than the API, on the wire of the SDK: HTTP/1.1 over TLS 1.2 or 1.3, on connections
/// that are kept. It adds no credential, repeats nothing and follows no redirect. Proxies are those of the environment,
/// as for ConnectClient. An Error: an option cannot work; its message names the option.
///
/// Only the URL has to be set:
///
///     auto transport = easypost_connect::make_https_transport({});
///     if (!transport) return std::move(transport).error();
///     easypost_connect::CallContext context;
///     context.url = "https://vault.example:8200/v1/secret/data/easypost";
///     context.credentials.push_back({"x-vault-token", token});  // a Secret, which is wiped
///     auto answer = (*transport)->send({}, context);            // {}: a GET without fields of its own
///
/// `request` has the method, the body and, in Request::options, plain headers, sink, progress, cancellation and
/// timeout; its path, query and max_attempts do not count. Of `context` these may be left as they are:
/// - `deadline`: now plus CallOptions::timeout, or plus HttpsTransportOptions::request_timeout if that is zero. A
///   deadline that is set is taken as it is, also one that has passed.
/// - `max_response_bytes`: CallOptions::max_response_bytes, or HttpsTransportOptions::max_response_bytes if that is
///   zero; with a sink there is no limit then.
/// - `content_type`: CallOptions::content_type.
///
/// send() answers with whatever status the server gave. Before it sends anything, it refuses with kInvalidRequest: a
/// URL that is not https, or plain http to a host that is not listed; user and password in a URL; a header that holds a
/// line break or another control character, or that HTTP itself needs (host, content-length, connection, ...).
///
/// Thread-safe. May be used in a child of fork(), on connections of its own. Connections close when the last pointer
/// goes. Tests of code that uses it may give that code any other Transport.
[[nodiscard]] EASYPOST_CONNECT_EXPORT Result<std::shared_ptr<Transport>> make_https_transport(
    HttpsTransportOptions options);

}  // namespace easypost_connect
