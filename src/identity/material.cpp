// SPDX-License-Identifier: Apache-2.0
#include "identity/material.hpp"

#include <sys/stat.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <istream>
#include <memory>
#include <string>
#include <system_error>
#include <utility>

#include "core/make_error.hpp"
#include "core/wipe.hpp"
#include "identity/openssl_ptr.hpp"

namespace easypost_connect::internal {
namespace {

/// Far above any chain of certificates; keeps a wrong path (a log, a device) from being read whole.
constexpr std::size_t kLargestFile = std::size_t{1024} * 1024;
constexpr std::size_t kUsualFile = std::size_t{16} * 1024;

/// Not into room for the largest at once: the pages of it would stay with the process. Not into a string that grows by
/// itself either: it would leave copies that nobody wipes.
Secret read_all(std::istream& file) {
  std::string text(kUsualFile, '\0');
  const WipeOnExit wipe_text(text);
  std::size_t size = 0;
  for (;;) {
    file.read(text.data() + size, static_cast<std::streamsize>(text.size() - size));
    size += static_cast<std::size_t>(file.gcount());
    if (!file || size == kLargestFile) return Secret(std::string_view(text).substr(0, size));
    std::string larger(std::min(4 * text.size(), kLargestFile), '\0');
    text.copy(larger.data(), size);
    text.swap(larger);
    wipe(larger);
  }
}

Result<Secret> read_file(const std::string& path, const MaterialField& field) {
  std::ifstream file;
  file.rdbuf()->pubsetbuf(nullptr, 0);  // no copy that nobody wipes
  errno = 0;
  file.open(path, std::ios::binary);
  if (!file) {
    return material_error(field, "the file it names cannot be opened: " + std::generic_category().message(errno),
                          "Check the path and the permissions of the file.");
  }
  return read_all(file);
}

/// Fetched once: a fetch takes locks of OpenSSL, and one that is held at a fork() stays held in the child. Files are
/// watched by a thread that nobody can wait for before a fork.
const EVP_MD* sha256() noexcept {
  static const EVP_MD* const fetched = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return fetched;
}

}  // namespace

Error material_error(const MaterialField& field, std::string_view problem, std::string_view remedy) {
  std::string message(field.option);
  message.append(" (").append(field.variable).append("): ").append(problem).append(".");
  return make_error(ErrorCode::kInvalidCredential, field.factor, std::move(message), std::string(remedy));
}

Result<Secret> read_material(const TlsMaterial& material, const MaterialField& field) {
  if (!material.path().empty()) return read_file(material.path(), field);
  if (material.uri().empty()) return material.content();
  return material_error(field, "is the URI of a PKCS #11 token, which only a private key can be",
                        "Give a PEM file, and leave the private key alone in the token.");
}

bool is_pkcs12(const Secret& content) noexcept {
  constexpr char kAsn1Sequence = 0x30;  // "0": no PEM text begins so and holds no BEGIN line
  const std::string_view bytes = content.expose();
  return !bytes.empty() && bytes.front() == kAsn1Sequence && bytes.find("-----BEGIN ") == std::string_view::npos;
}

bool readable_by_others(const std::string& path) noexcept {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && (status.st_mode & S_IROTH) != 0;
}

std::string digest_of_files(const std::vector<std::string>& paths) {
  const std::unique_ptr<EVP_MD_CTX, OpenSslFree<EVP_MD_CTX_free>> context(EVP_MD_CTX_new());
  std::string digests;
  for (const std::string& path : paths) {
    const auto content = read_file(path, kCertificateField);
    const std::string_view bytes = content ? content->expose() : std::string_view();
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    EVP_DigestInit_ex2(context.get(), sha256(), nullptr);
    EVP_DigestUpdate(context.get(), bytes.data(), bytes.size());
    EVP_DigestFinal_ex(context.get(), digest.data(), &size);
    digests.append(digest.begin(), digest.begin() + size);
  }
  return digests;
}

}  // namespace easypost_connect::internal
