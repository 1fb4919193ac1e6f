// SPDX-License-Identifier: Apache-2.0
#include "wire/proxy_error.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "core/make_error.hpp"
#include "core/text.hpp"

namespace easypost_connect::internal {
namespace {

constexpr const char* kEncoded =
    "with every character of user and password that is neither a letter nor a digit percent-encoded (@ is %40)";

constexpr std::size_t kLongestName = 32;  // longest word of a proxy in a message

/// libcurl has these algorithms of Digest (7.88). A challenge that names none means MD5 (RFC 7616, section 3.3).
constexpr std::array<std::string_view, 5> kDigestAlgorithms = {"", "MD5", "MD5-sess", "SHA-256", "SHA-256-sess"};

bool libcurl_has(std::string_view scheme) {
  const auto features = static_cast<unsigned>(curl_version_info(CURLVERSION_NOW)->features);
  if (equals_ignoring_case(scheme, "negotiate")) return (features & CURL_VERSION_SPNEGO) != 0;
  if (equals_ignoring_case(scheme, "ntlm")) return (features & CURL_VERSION_NTLM) != 0;
  return equals_ignoring_case(scheme, "basic") || equals_ignoring_case(scheme, "digest");
}

std::string libcurl_version() { return curl_version_info(CURLVERSION_NOW)->version; }

/// Knows which schemes a proxy offers, and which of them libcurl can take.
class Offer {
 public:
  explicit Offer(const ProxyEvidence& proxy) : secrets_(proxy.setting.login_secrets) {
    for (const AuthChallenge& one : proxy.challenges) add(one);
  }

  [[nodiscard]] bool takes_ticket() const noexcept { return takes_ticket_; }
  [[nodiscard]] bool takes_password() const noexcept { return takes_password_; }
  /// If there is a Digest, libcurl takes the first one and nothing else (measured: 7.88.1).
  [[nodiscard]] bool has_strange_digest() const noexcept { return strange_digest_; }
  [[nodiscard]] const std::string& names() const noexcept { return names_; }
  /// Says what was seen: "(407; it offers Basic, Digest)".
  [[nodiscard]] std::string seen() const {
    return names_.empty() ? "(407, without a word on how)" : "(407; it offers " + names_ + ")";
  }

 private:
  void add(const AuthChallenge& challenge) {
    if (challenge.scheme.empty()) return;
    std::string name = secrets_.quotable(challenge.scheme, kLongestName);
    bool usable = libcurl_has(name);
    if (challenge.is("digest")) {
      const auto algorithm = challenge.parameter("algorithm");
      const bool known = std::any_of(kDigestAlgorithms.begin(), kDigestAlgorithms.end(),
                                     [&](std::string_view one) { return equals_ignoring_case(one, algorithm); });
      const auto qop = challenge.parameter("qop");
      const bool whole = equals_ignoring_case(qop, "auth-int");  // CONNECT has no body to protect
      usable = usable && known && !whole;
      if (whole) name += " with auth-int";
      if (!known) name += " with " + secrets_.quotable(algorithm, kLongestName);
    }
    names_ += (names_.empty() ? "" : ", ") + name;
    if (challenge.is("digest") && !has_digest_) strange_digest_ = !usable;
    has_digest_ |= challenge.is("digest");
    (challenge.is("negotiate") ? takes_ticket_ : takes_password_) |= usable;
  }

  const Secrets& secrets_;
  std::string names_;
  bool has_digest_ = false;
  bool strange_digest_ = false;
  bool takes_ticket_ = false;
  bool takes_password_ = false;
};

Error refused(const ProxyEvidence& proxy, const std::string& what, const std::string& remedy) {
  return make_error(ErrorCode::kConnection, Factor::kNetwork, "The proxy " + proxy.setting.place() + ' ' + what + '.',
                    remedy);
}

std::string with_password(const ProxyEvidence& proxy) {
  return "Put user and password into " + proxy.setting.variable + ": http://user:password@host:port, " + kEncoded;
}

std::string with_ticket(const ProxyEvidence& proxy) {
  return "Get a Kerberos ticket with kinit, and write an empty user into " + proxy.setting.variable +
         ": http://:@host:port.";
}

Error nothing_given(const ProxyEvidence& proxy, const Offer& offer) {
  if (!offer.takes_password() && offer.takes_ticket())
    return refused(proxy, "wants a Kerberos ticket " + offer.seen(), with_ticket(proxy));
  return refused(
      proxy, "wants a user and a password of its own " + offer.seen(),
      with_password(proxy) +
          (offer.takes_ticket() ? ". With a Kerberos ticket (kinit), an empty user does: http://:@host:port." : "."));
}

Error refused_password(const ProxyEvidence& proxy, const Offer& offer) {
  if (!offer.takes_password() && offer.takes_ticket()) {
    return refused(proxy, "takes a Kerberos ticket, and no user and password " + offer.seen(), with_ticket(proxy));
  }
  if (proxy.answers < 2 && offer.takes_password() && !offer.has_strange_digest()) {
    return refused(proxy, "ended the connection before it could be given user and password " + offer.seen(),
                   "Ask whoever runs the proxy to keep the connection open behind 407, or to say Connection: close.");
  }
  if (proxy.answers < 2 || offer.has_strange_digest()) {
    return refused(proxy,
                   "asks for user and password in a way that this libcurl (" + libcurl_version() + ") does not have " +
                       offer.seen(),
                   "Ask whoever runs the proxy to offer Basic, or Digest with MD5 or SHA-256 and qop auth, and that "
                   "first.");
  }
  return refused(
      proxy, "refused the user or the password it was given " + offer.seen(),
      "Check both in " + proxy.setting.variable + ", " + kEncoded + "; an account of Windows is DOMAIN%5Cuser.");
}

Error refused_ticket(const ProxyEvidence& proxy, const Offer& offer) {
  if (!offer.takes_ticket() && offer.takes_password())
    return refused(proxy, "takes no Kerberos ticket " + offer.seen(), with_password(proxy) + '.');
  return refused(proxy, "got no Kerberos ticket that it accepts " + offer.seen(),
                 "See with klist whether there is a valid ticket, else get one with kinit; the host in " +
                     proxy.setting.variable + " has to be the name that the proxy's principal (HTTP/host) has.");
}

}  // namespace

Error proxy_login_error(const ProxyEvidence& proxy) {
  const Offer offer(proxy);
  if (!offer.names().empty() && !offer.takes_password() && !offer.takes_ticket()) {
    return refused(
        proxy,
        "offers only " + offer.names() + ", and this libcurl (" + libcurl_version() + ") was built without it (407)",
        "Ask whoever runs the proxy to offer Basic or Digest as well, or use a libcurl that has it.");
  }
  switch (proxy.setting.login) {
    case ProxyLogin::kNone: return nothing_given(proxy, offer);
    case ProxyLogin::kPassword: return refused_password(proxy, offer);
    case ProxyLogin::kTicket: return refused_ticket(proxy, offer);
  }
  return nothing_given(proxy, offer);
}

Error socks_login_error(const ProxyEvidence& proxy) {
  if (proxy.setting.login == ProxyLogin::kPassword) {
    return refused(proxy, "refused the user or the password it was given",
                   "Check both in " + proxy.setting.variable + ", " + kEncoded + '.');
  }
  return refused(proxy, "wants a user and a password of its own",
                 "Put them into " + proxy.setting.variable + ": " + proxy.setting.scheme +
                     "://user:password@host:port, " + kEncoded + '.');
}

}  // namespace easypost_connect::internal
