// SPDX-License-Identifier: Apache-2.0
#include "wire/proxy_error.hpp"

#include <openssl/x509.h>

#include <string_view>
#include <utility>

#include "core/make_error.hpp"
#include "wire/tls_connection.hpp"

namespace easypost_connect::internal {
namespace {

Error blamed(const ProxyEvidence& proxy, const std::string& what, std::string remedy) {
  return make_error(ErrorCode::kConnection, Factor::kNetwork, "The proxy " + proxy.setting.place() + ' ' + what + '.',
                    std::move(remedy));
}

Error retryable(Error error) {
  error.retryable = true;
  return error;
}

Error unusable(const ProxySetting& setting) {
  return make_error(ErrorCode::kConnection, Factor::kNetwork,
                    "libcurl cannot use the proxy in " + setting.variable + ": " + setting.flaw + ".",
                    "Write http://user:password@host:port, with every character of user and password that is neither "
                    "a letter nor a digit percent-encoded: @ is %40, / is %2F, # is %23.");
}

/// Explains an answer to CONNECT that is not a tunnel.
Error refused(const ProxyEvidence& proxy) {
  const std::string status = " (" + std::to_string(proxy.status) + ")";
  switch (proxy.status) {
    case 407: return proxy_login_error(proxy);
    case 401:
      return blamed(proxy, "refused the connection as a server does, and does not say how to log in" + status,
                    "Ask whoever runs the proxy to have it answer with 407 and Proxy-Authenticate (RFC 9110, section "
                    "15.5.8): user and password are not sent unasked.");
    case 511:
      return blamed(proxy, "wants somebody to log in at first" + status,
                    "Open a web page through it, and log in there (RFC 6585, section 6).");
    case 400:
    case 405:
    case 501:
      return blamed(proxy, "does not understand CONNECT" + status,
                    "Check that host and port in " + proxy.setting.variable +
                        " lead to a proxy and not to a web server, and that its scheme is right: https:// only for a "
                        "proxy that is spoken to over TLS.");
    default: break;
  }
  if (proxy.status >= 500) {
    return retryable(blamed(proxy, "could not reach the server" + status,
                            "Check host and port in the URL; if they are right, try again later."));
  }
  if (proxy.status >= 300 && proxy.status < 400) {
    return blamed(proxy, "leads elsewhere instead of connecting" + status,
                  "Find out what it wants first, as a page to log in at: open a web page through it.");
  }
  return blamed(proxy, "refused the connection to the server" + status,
                "Ask whoever runs the proxy to let connections to this host and port pass.");
}

/// Explains why the certificate of a proxy was not accepted.
Error untrusted(const ProxyEvidence& proxy) {
  const std::string reason = proxy.verify_result != X509_V_OK
                                 ? X509_verify_cert_error_string(proxy.verify_result)
                                 : "it was made for another name than " + proxy.setting.host;
  Error error = blamed(proxy, "has a certificate that was not accepted: " + reason,
                       "Check " + proxy.setting.variable +
                           "; if the proxy uses a private certificate authority, give it in server_ca "
                           "(EASYPOST_CONNECT_CA_FILE) beside the server's.");
  error.code = ErrorCode::kTls;
  return error;
}

Error no_handshake(const ProxyEvidence& proxy) {
  const bool wants_certificate = is_client_certificate_alert(proxy.alert);
  Error error =
      wants_certificate
          ? blamed(proxy, "demands a client certificate (TLS alert " + std::string(tls_alert_name(proxy.alert)) + ")",
                   "Ask whoever runs the proxy to do without: the client certificate is shown to the API only.")
          : blamed(proxy, "did not complete a TLS handshake",
                   "Write http:// instead of https:// in " + proxy.setting.variable +
                       ", unless the proxy itself is spoken to over TLS.");
  error.code = ErrorCode::kTls;
  return error;
}

Error not_connected(const ProxyEvidence& proxy) {
  const char* assumed = proxy.setting.scheme == "https" ? "443" : "1080";
  const std::string no_port =
      proxy.setting.port.empty() ? std::string(": it names no port, so libcurl took ") + assumed : "";
  return retryable(blamed(proxy, "cannot be connected to",
                          "Check host and port in " + proxy.setting.variable + no_port +
                              "; if they are right, look whether the proxy runs and a firewall lets the connection "
                              "pass."));
}

Error name_not_found(const ProxyEvidence& proxy) {
  return retryable(blamed(
      proxy, "was not asked: the host's name, which " + proxy.setting.scheme + " has looked up here, was not found",
      "Write socks5h:// in " + proxy.setting.variable + " to let the proxy look it up, or check the name in the URL."));
}

Error refused_by_socks(const ProxyEvidence& proxy) {
  switch (proxy.socks_error) {
    case CURLPX_USER_REJECTED:
    case CURLPX_NO_AUTH:
    case CURLPX_UNKNOWN_FAIL:
    case CURLPX_IDENTD:
    case CURLPX_IDENTD_DIFFER: return socks_login_error(proxy);
    case CURLPX_RESOLVE_HOST: return name_not_found(proxy);
    case CURLPX_REPLY_NOT_ALLOWED:
      return blamed(proxy, "does not allow the connection to the server",
                    "Ask whoever runs the proxy to let connections to this host and port pass.");
    case CURLPX_REPLY_CONNECTION_REFUSED:
    case CURLPX_REPLY_GENERAL_SERVER_FAILURE:
    case CURLPX_REPLY_HOST_UNREACHABLE:
    case CURLPX_REPLY_NETWORK_UNREACHABLE:
    case CURLPX_REPLY_TTL_EXPIRED:
    case CURLPX_REQUEST_FAILED:
      return retryable(blamed(proxy, "could not reach the server",
                              "Check host and port in the URL; if they are right, try again later."));
    case CURLPX_CLOSED:
      return retryable(
          blamed(proxy, "ended the connection",
                 "Try again; if it lasts, check that " + proxy.setting.variable + " leads to a SOCKS proxy."));
    default:
      return blamed(
          proxy, "does not speak " + proxy.setting.scheme + " (SOCKS error " + std::to_string(proxy.socks_error) + ")",
          "Check the scheme in " + proxy.setting.variable +
              ": http:// for a proxy that takes CONNECT, socks5h:// for SOCKS 5, socks4a:// for SOCKS 4.");
  }
}

Error silent(const ProxyEvidence& proxy) {
  Error error = retryable(blamed(proxy, "did not connect in time",
                                 "Check that host and port in " + proxy.setting.variable +
                                     " lead to the proxy and that the proxy reaches the server, or allow more time."));
  error.code = ErrorCode::kTimeout;
  return error;
}

}  // namespace

Error proxy_error(CURLcode code, const ProxyEvidence& proxy) {
  const ProxySetting& setting = proxy.setting;
  if (!setting.flaw.empty()) return unusable(setting);
  const bool gave_login = proxy.status == 407 && proxy.answers < 2;
  if (code == CURLE_OPERATION_TIMEDOUT && gave_login) return silent(proxy);  // the answer to the login did not come
  if (proxy.status != 0) return refused(proxy);
  // the alert follows the handshake over TLS 1.3
  if (is_client_certificate_alert(proxy.alert)) return no_handshake(proxy);
  switch (code) {
    case CURLE_COULDNT_RESOLVE_PROXY:
      return retryable(blamed(proxy, "has a name that cannot be resolved",
                              "Check the host in " + setting.variable + ", and the name servers of this machine."));
    case CURLE_COULDNT_RESOLVE_HOST: return name_not_found(proxy);
    case CURLE_COULDNT_CONNECT: return not_connected(proxy);
    case CURLE_OPERATION_TIMEDOUT: return silent(proxy);
    case CURLE_PEER_FAILED_VERIFICATION: return untrusted(proxy);
    case CURLE_SSL_CONNECT_ERROR: return no_handshake(proxy);
    case CURLE_PROXY: return refused_by_socks(proxy);
    case CURLE_AUTH_ERROR: return proxy_login_error(proxy);
    case CURLE_NOT_BUILT_IN:
      return blamed(proxy, "cannot be used: this libcurl was built without " + setting.scheme + " proxies",
                    "Use a libcurl with them, or another proxy.");
    default:
      return retryable(blamed(proxy, "ended the connection without an answer to CONNECT",
                              "Try again; if it lasts, check that " + setting.variable +
                                  " leads to a proxy, with https:// if it is spoken to over TLS."));
  }
}

}  // namespace easypost_connect::internal
