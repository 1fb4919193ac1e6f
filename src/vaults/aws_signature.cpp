// SPDX-License-Identifier: Apache-2.0
#include "vaults/aws_signature.hpp"

#include <algorithm>
#include <array>
#include <ctime>

#include <openssl/evp.h>

#include "core/calendar.hpp"
#include "core/encoding.hpp"
#include "core/openssl_handles.hpp"
#include "core/secrets.hpp"

namespace easypost_connect::internal {
namespace {

constexpr const char* kAlgorithm = "AWS4-HMAC-SHA256";
constexpr std::size_t kDayDigits = 8;

/// Wipes the bytes that OpenSSL has written to it.
class Sha256Bytes {
 public:
  Sha256Bytes() = default;
  ~Sha256Bytes() { OPENSSL_cleanse(bytes_.data(), bytes_.size()); }
  Sha256Bytes(const Sha256Bytes&) = delete;
  Sha256Bytes& operator=(const Sha256Bytes&) = delete;

  unsigned char* data() noexcept { return bytes_.data(); }
  [[nodiscard]] std::string_view view() const noexcept {
    return {reinterpret_cast<const char*>(bytes_.data()),
            bytes_.size()};  // NOLINT(*-reinterpret-cast): OpenSSL has its own bytes
  }

 private:
  std::array<unsigned char, 32> bytes_{};
};

std::string sha256_hex(std::string_view text) {
  const ClearErrorsOnExit clear_errors;
  Sha256Bytes digest;
  done(EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_sha256(), nullptr));
  return to_hex(digest.view());
}

Secret hmac_sha256(const Secret& key, std::string_view text) {
  const ClearErrorsOnExit clear_errors;
  Sha256Bytes mac;
  const std::string_view key_bytes = key.expose();
  const auto* bytes =
      reinterpret_cast<const unsigned char*>(text.data());  // NOLINT(*-reinterpret-cast): OpenSSL has its own bytes
  made(EVP_Q_mac(nullptr, "HMAC", nullptr, "SHA256", nullptr, key_bytes.data(), key_bytes.size(), bytes, text.size(),
                 mac.data(), mac.view().size(), nullptr));
  return Secret(mac.view());
}

std::string names_of(const std::vector<AwsHeader>& headers) {
  std::string names;
  for (const AwsHeader& header : headers) names.append(names.empty() ? "" : ";").append(header.name);
  return names;
}

/// Returns the digest of the canonical request, which holds the session token.
std::string canonical_digest(const AwsPost& post, std::string_view names) {
  std::string canonical = "POST\n/\n\n";
  const WipeOnExit wipe_canonical(canonical);
  for (const AwsHeader& header : post.headers) {
    for (const std::string_view part : {header.name, std::string_view(":"), header.value, std::string_view("\n")})
      append_and_wipe(canonical, part);
  }
  append_and_wipe(canonical, "\n");
  append_and_wipe(canonical, names);
  append_and_wipe(canonical, "\n");
  append_and_wipe(canonical, sha256_hex(post.body));
  return sha256_hex(canonical);
}

Secret signing_key(const Secret& secret_access_key, std::string_view day, const AwsScope& scope) {
  std::string first = "AWS4";
  const WipeOnExit wipe_first(first);
  append_and_wipe(first, secret_access_key.expose());
  Secret key(first);
  for (const std::string_view part : {day, scope.region, scope.service, std::string_view("aws4_request")})
    key = hmac_sha256(key, part);
  return key;
}

}  // namespace

std::string amz_date(WallTime time) {
  const std::tm utc = utc_of(std::chrono::system_clock::to_time_t(time));
  std::array<char, 32> text{};
  const std::size_t size = std::strftime(text.data(), text.size(), "%Y%m%dT%H%M%SZ", &utc);
  return {text.data(), size};
}

Secret aws_authorization(const vaults::AwsKeys& keys, const AwsScope& scope, AwsPost post, std::string_view amz_date) {
  post.headers.push_back({"x-amz-date", amz_date});
  if (!keys.session_token.empty()) post.headers.push_back({"x-amz-security-token", keys.session_token.expose()});
  std::sort(post.headers.begin(), post.headers.end(),
            [](const AwsHeader& a, const AwsHeader& b) { return a.name < b.name; });
  const std::string names = names_of(post.headers);
  const std::string_view day = amz_date.substr(0, kDayDigits);

  std::string full_scope(day);
  full_scope.append("/").append(scope.region).append("/").append(scope.service).append("/aws4_request");
  std::string to_sign = std::string(kAlgorithm) + '\n';
  to_sign.append(amz_date).append("\n").append(full_scope).append("\n").append(canonical_digest(post, names));
  std::string signature = to_hex(hmac_sha256(signing_key(keys.secret_access_key, day, scope), to_sign).expose());
  const WipeOnExit wipe_signature(signature);

  std::string authorization = std::string(kAlgorithm) + " Credential=" + keys.access_key_id + '/' + full_scope;
  const WipeOnExit wipe_authorization(authorization);
  authorization.append(", SignedHeaders=").append(names).append(", Signature=");
  append_and_wipe(authorization, signature);
  return Secret(authorization);
}

}  // namespace easypost_connect::internal
