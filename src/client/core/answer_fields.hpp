// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <easypost_connect/headers.hpp>

#include "core/clock.hpp"

namespace easypost_connect::internal {

/// One text of an answer's body, and the place where it stood.
struct AnswerField {
  std::string name;   ///< JSON: "error.message", without the places in arrays. Markup: the tag before it. Text: empty
  std::string value;  ///< 512 bytes at most, without blanks at its ends
};

/// Returns what the body of an error says, whatever it is made of: JSON, XML, HTML or plain text. There are at most 64
/// fields, and none when the body is longer than 16 KiB, because such a page is about something else, or damaged JSON.
/// Numbers and words such as true are fields as well.
///
/// The values are the other side's: they may echo a credential, so they are compared and not quoted.
std::vector<AnswerField> answer_fields(std::string_view body);

/// Returns whether `text` fits `pattern`, in any case; a star at either end of the pattern stands for any text.
bool fits(std::string_view text, std::string_view pattern) noexcept;

/// Returns what an answer outside 2xx holds against the client certificate, as half a sentence ("it has expired");
/// nothing when the answer does not mention the certificate.
///
/// Many gateways end the handshake well and refuse the certificate afterwards: nginx with 400 and a page of its own
/// (measured: 1.22, `ssl_verify_client`), or, as nginx, HAProxy, IIS and Kong can be configured, with 401 or 403 and a
/// field or a phrase that they are known for. Other sentences with "certificate" in them are about anything.
std::optional<std::string> certificate_complaint(int status, const std::vector<AnswerField>& fields);

/// One parameter of an AuthChallenge.
struct AuthParameter {
  std::string name;
  std::string value;  ///< quotes and escapes are taken off
};

/// One challenge of a server or a proxy (RFC 9110, section 11.6.1): a scheme, and what it adds as parameters. A
/// token68, such as Negotiate has it, is not kept.
struct AuthChallenge {
  std::string scheme;  ///< empty: the parameters came without one
  std::string words;   ///< the scheme and the short words behind it, which some gateways write: "API Key", "Mutual SSL"
  std::vector<AuthParameter> parameters;

  [[nodiscard]] bool is(std::string_view name) const noexcept;  ///< whether the scheme is `name`, in any case
  /// Returns the value of the first parameter of that name, in any case; empty when there is none.
  [[nodiscard]] std::string_view parameter(std::string_view name) const noexcept;
};

/// Returns the challenges of every field called `name` ("www-authenticate", "proxy-authenticate"), in their order.
///
/// A field may hold several, and a comma separates challenges as well as parameters. Servers get this wrong in many
/// ways, so a field is read as people would read it: blanks or semicolons count as commas, quotes may be single,
/// missing or never closed. At most 32 challenges of 32 parameters are read, from the first 8 KiB of each field.
std::vector<AuthChallenge> auth_challenges(const Headers& headers, std::string_view name);

/// Returns how long the answer asks to wait from `now`: Retry-After (RFC 9110, section 10.2.3), else retry-after-ms or
/// x-ms-retry-after-ms of Azure. The longest of several counts; it is never negative, at most a day, and rounded up to
/// a second. Returns nothing when there is no such field or none makes sense. X-RateLimit-Reset and its like are not
/// read: with some servers they are seconds, with others a date.
std::optional<std::chrono::seconds> retry_after(const Headers& headers, WallTime now);

/// Returns the same for the value of a Retry-After: seconds, or a date in any of the three formats of section 5.6.7.
/// Near misses are taken where they can mean one thing only: "299.997", "+5", "120 s", lists, zones such as UTC and
/// +0100, ISO 8601.
std::optional<std::chrono::seconds> parse_retry_after(std::string_view value, WallTime now);

/// Returns the moment of a date in one of these formats; nothing if the wall clock does not get as far.
std::optional<WallTime> parse_time(std::string_view value);

}  // namespace easypost_connect::internal
