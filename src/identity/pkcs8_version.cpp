// SPDX-License-Identifier: Apache-2.0
#include "identity/pkcs8_version.hpp"

#include <openssl/asn1.h>

#include <string>

#include "core/wipe.hpp"

namespace easypost_connect::internal {
namespace {

using namespace std::string_view_literals;

struct Element {
  std::string_view whole;    ///< empty: it is not there
  std::string_view content;  ///< without tag and length
};

/// The first element of `der`, if it has that tag.
Element element_of(std::string_view der, int tag) noexcept {
  constexpr int kDamagedOrIndefinite = 0x81;
  const auto* const begin = reinterpret_cast<const unsigned char*>(der.data());
  const unsigned char* content = begin;
  long length = 0;
  int found = 0;
  int tag_class = 0;
  const int flags = ASN1_get_object(&content, &length, &found, &tag_class, static_cast<long>(der.size()));
  if ((flags & kDamagedOrIndefinite) != 0 || found != tag || tag_class != V_ASN1_UNIVERSAL) return {};
  const auto head = static_cast<std::size_t>(content - begin);
  const auto size = static_cast<std::size_t>(length);
  return {der.substr(0, head + size), der.substr(head, size)};
}

}  // namespace

std::optional<RewrittenKey> pkcs8_as_version_1(std::string_view der) {
  constexpr std::string_view kVersion1 = "\x02\x01\x00"sv;
  constexpr std::string_view kVersion2 = "\x02\x01\x01"sv;
  const Element key_info = element_of(der, V_ASN1_SEQUENCE);
  if (key_info.content.substr(0, kVersion2.size()) != kVersion2) return std::nullopt;
  const std::string_view behind_version = key_info.content.substr(kVersion2.size());
  const Element algorithm = element_of(behind_version, V_ASN1_SEQUENCE);
  const Element key = element_of(behind_version.substr(algorithm.whole.size()), V_ASN1_OCTET_STRING);
  if (algorithm.whole.empty() || key.whole.empty()) return std::nullopt;

  const auto size = static_cast<int>(kVersion1.size() + algorithm.whole.size() + key.whole.size());
  std::string rewritten(static_cast<std::size_t>(ASN1_object_size(/*constructed=*/1, size, V_ASN1_SEQUENCE)), '\0');
  const WipeOnExit wipe_rewritten(rewritten);
  auto* end = reinterpret_cast<unsigned char*>(rewritten.data());
  ASN1_put_object(&end, /*constructed=*/1, size, V_ASN1_SEQUENCE, V_ASN1_UNIVERSAL);
  std::size_t at = rewritten.size() - static_cast<std::size_t>(size);
  for (const std::string_view part : {kVersion1, algorithm.whole, key.whole}) {
    part.copy(rewritten.data() + at, part.size());
    at += part.size();
  }
  return RewrittenKey{Secret(rewritten), key_info.whole.size()};
}

}  // namespace easypost_connect::internal
