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
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include "core/make_error.hpp"
#include "core/wipe.hpp"
#include "identity/openssl_ptr.hpp"
#include "identity/path_words.hpp"

namespace easypost_connect::internal {
namespace {

/// Above any bundle of authorities; keeps a wrong path (a log, a device) from being read whole.
constexpr std::size_t kLargestFile = std::size_t{16} * 1024 * 1024;
constexpr std::size_t kUsualFile = std::size_t{16} * 1024;

/// Not into room for the largest at once: the pages of it would stay with the process. Not into a string that grows by
/// itself either: it would leave copies that nobody wipes. Nothing when there is more than the largest.
std::optional<Secret> read_all(std::istream& file) {
  std::string text(kUsualFile, '\0');
  const WipeOnExit wipe_text(text);
  std::size_t size = 0;
  for (;;) {
    file.read(text.data() + size, static_cast<std::streamsize>(text.size() - size));
    size += static_cast<std::size_t>(file.gcount());
    if (!file) return Secret(std::string_view(text).substr(0, size));
    if (size > kLargestFile) return std::nullopt;
    std::string larger(std::min(4 * text.size(), kLargestFile + 1), '\0');
    text.copy(larger.data(), size);
    text.swap(larger);
    wipe(larger);
  }
}

/// What else than a file `path` names. A pipe is not opened: that could wait for ever, and its content is gone for the
/// next one who looks whether it has changed.
std::optional<Error> refuse_what_is_no_file(const std::string& path, const MaterialField& field) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0 || S_ISREG(status.st_mode)) return std::nullopt;
  if (S_ISDIR(status.st_mode)) {
    return material_error(field, "is a folder",
                          field.factor == Factor::kServerCertificate
                              ? "Give one file: cat FOLDER/*.pem > ca.pem"
                              : "Give the path of the file in it. A container makes an empty folder "
                                "of a file that is not there to mount.");
  }
  const bool is_pipe = S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode);
  return material_error(field, is_pipe ? "is a pipe, which cannot be read more than once" : "is a device, not a file",
                        "Give a file, or the PEM text itself: " + std::string(field.variable) + " takes both.");
}

Result<Secret> read_file(const std::string& path, const MaterialField& field) {
  if (auto error = refuse_what_is_no_file(path, field)) return *std::move(error);
  std::ifstream file;
  file.rdbuf()->pubsetbuf(nullptr, 0);  // no copy that nobody wipes
  errno = 0;
  file.open(path, std::ios::binary);
  if (!file) {
    const int reason = errno;
    if (const auto slip = slip_in_path(path)) return material_error(field, slip->problem, slip->remedy);
    return material_error(field, "the file it names cannot be opened: " + std::generic_category().message(reason),
                          may_be_shown(path) ? "Check the path and the permissions of the file."
                                             : "Check the path and the permissions of the file; its name is not shown "
                                               "here, because it may be a secret in the wrong place.");
  }
  auto content = read_all(file);
  if (content) return *std::move(content);
  return material_error(field, "the file it names has more than " + std::to_string(kLargestFile / 1024 / 1024) + " MiB",
                        "Give a file that holds certificates and keys alone.");
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
  message.append(" (").append(field.variable).append(")");
  if (may_be_shown(field.path)) message.append(", file ").append(field.path);
  message.append(": ").append(problem).append(".");
  return make_error(ErrorCode::kInvalidCredential, field.factor, std::move(message), std::string(remedy));
}

Result<Secret> read_material(const TlsMaterial& material, const MaterialField& field) {
  if (!material.path().empty()) return read_file(material.path(), field.of(material));
  if (material.uri().empty()) return material.content();
  return material_error(field, "is the URI of a PKCS #11 token, which only a private key can be",
                        "Give a PEM file, and leave the private key alone in the token.");
}

bool readable_by_others(const std::string& path) noexcept {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && (status.st_mode & S_IROTH) != 0;
}

std::string digest_of_files(const std::vector<std::string>& paths) {
  const std::unique_ptr<EVP_MD_CTX, OpenSslFree<EVP_MD_CTX_free>> context(made(EVP_MD_CTX_new()));
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
