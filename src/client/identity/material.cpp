// SPDX-License-Identifier: Apache-2.0
#include "identity/material.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <variant>

#include <openssl/evp.h>

#include "core/make_error.hpp"
#include "core/openssl_handles.hpp"
#include "core/text.hpp"

namespace easypost_connect::internal {
namespace {

using namespace std::string_view_literals;

constexpr std::array kEndings{".pem"sv, ".crt"sv, ".cer"sv, ".cert"sv, ".key"sv,   ".der"sv,  ".p12"sv,      ".pfx"sv,
                              ".p7b"sv, ".p7c"sv, ".csr"sv, ".jks"sv,  ".jceks"sv, ".bks"sv,  ".txt"sv,      ".json"sv,
                              ".pub"sv, ".ppk"sv, ".asc"sv, ".gpg"sv,  ".zip"sv,   ".html"sv, ".ca-bundle"sv};

bool has_known_ending(std::string_view path) noexcept {
  return std::any_of(kEndings.begin(), kEndings.end(), [path](std::string_view ending) {
    return path.size() > ending.size() && equals_ignoring_case(path.substr(path.size() - ending.size()), ending);
  });
}

bool is_blank(char c) noexcept { return c == ' ' || (c >= '\t' && c <= '\r'); }

bool begins_with(std::string_view text, std::string_view begin) noexcept {
  return text.substr(0, begin.size()) == begin;
}

/// Tells "pkcs11:" in other letters: TlsMaterial::from_setting() knows the scheme in small letters alone.
bool is_capital_pkcs11(std::string_view path) noexcept {
  constexpr std::string_view kScheme = "pkcs11:";
  return equals_ignoring_case(path.substr(0, kScheme.size()), kScheme) && !begins_with(path, kScheme);
}

/// Tells a URL, the URI of a token, and the user:password@host of a program that copies files: each may hold a password
/// or a signature.
bool may_hold_login(std::string_view path) noexcept {
  return path.find("://") != std::string_view::npos || is_capital_pkcs11(path) ||
         path.find(':') < path.find_last_of('@') + 1;
}

}  // namespace

bool may_be_shown(std::string_view path, bool is_path) {
  constexpr std::size_t kLongestShown = 512;
  if (path.empty() || path.size() > kLongestShown || has_control_character(path)) return false;
  if (may_hold_login(path)) return false;
  if (is_path || has_known_ending(path) || is_folder(std::string(path))) return true;
  const std::size_t end = path.find('/', 1);
  return end != std::string_view::npos && is_folder(std::string(path.substr(0, end)));
}

bool is_folder(const std::string& path) noexcept {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

std::optional<PathSlip> slip_in_path(std::string_view path) noexcept {
  if (path.empty()) return std::nullopt;
  if (is_blank(path.back()) || is_blank(path.front())) {
    return PathSlip{"has a blank or a line end at its begin or end", "Take that away."};
  }
  const char first = path.front();
  if ((first == '"' || first == '\'') && path.back() == first) {
    return PathSlip{"is a path in quotation marks, which belong to it for whoever opens the file",
                    "Take them away: docker --env-file and compose keep them."};
  }
  if (first == '~')
    return PathSlip{"is a path that begins with ~, which only a shell understands", "Write it in full."};
  if (first == '$' || first == '%') {
    return PathSlip{"is a path with a variable in it that nobody has replaced", "Write it in full."};
  }
  if (first == '@') return PathSlip{"is a path behind an @, as curl wants it", "Take the @ away."};
  if (is_capital_pkcs11(path)) {
    return PathSlip{"is a PKCS #11 URI whose scheme is not in small letters", "Write it as pkcs11:"};
  }
  if (begins_with(path, "file:")) return PathSlip{"is a file: URL", "Give the path alone."};
  if (path.find("://") != std::string_view::npos) {
    return PathSlip{"is a URL", "Save what it leads to, and give the path of that file."};
  }
  return std::nullopt;
}

namespace {

Error error_about(const MaterialField& field, bool show_path, std::string_view problem, std::string_view remedy) {
  std::string message = field.named();
  if (show_path) message.append(", file ").append(field.path);
  message.append(": ").append(problem).append(".");
  return make_error(ErrorCode::kInvalidCredential, field.factor, std::move(message), std::string(remedy));
}

Error unopened(const FileFault& fault, const MaterialField& field) {
  if (const auto slip = slip_in_path(field.path)) return material_error(field, slip->problem, slip->remedy);
  return material_error(field, "the file it names " + fault.problem,
                        may_be_shown(field.path) ? "Check the path and the permissions of the file."
                                                 : "Check the path and the permissions of the file; its name is not "
                                                   "shown here, because it may be a secret in the wrong place.");
}

Error unread(const FileFault& fault, const MaterialField& field) {
  switch (fault.kind) {
    case FileFault::Kind::kSystem: return unopened(fault, field);
    case FileFault::Kind::kDescriptors:
      return material_error(field, "the file it names " + fault.problem, no_descriptor_error("").remedy);
    case FileFault::Kind::kFolder:
      return material_error(field, fault.problem,
                            field.factor == Factor::kServerCertificate
                                ? "Give one file: cat FOLDER/*.pem > ca.pem"
                                : "Give the path of the file in it. A container makes an empty folder "
                                  "of a file that is not there to mount.");
    case FileFault::Kind::kTooLarge:
      return material_error(field, "the file it names " + fault.problem,
                            "Give a file that holds certificates and keys alone.");
    case FileFault::Kind::kStalled:
      // A name that keeps the system waiting is a path; asking for more would be waiting again.
      return error_about(
          field, may_be_shown(field.path, /*is_path=*/true), fault.problem,
          "Check what the file lies on, such as a network disk, or the program that writes to the pipe.");
    default:
      return material_error(field, fault.problem,
                            "Give a file, or the PEM text itself: " + std::string(field.variable) + " takes both.");
  }
}

/// Returns the file with path and content; what was a pipe is its content from then on.
Result<TlsMaterial> read_file(const TlsMaterial& file, const MaterialField& field, const ReadingRules& rules) {
  auto outcome = read_whole_file(file.path(), rules);
  if (const auto* fault = std::get_if<FileFault>(&outcome)) return unread(*fault, field.of(file));
  auto& [content, is_pipe] = std::get<WholeFile>(outcome);
  return is_pipe ? TlsMaterial::in_memory(std::move(content)) : file_that_was_read(file, std::move(content));
}

/// Fetches SHA-256 once: a fetch takes locks of OpenSSL, and one that is held at a fork() stays held in the child.
/// Files are watched by a thread that nobody can wait for before a fork.
const EVP_MD* sha256() noexcept {
  static const EVP_MD* const fetched = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return fetched;
}

}  // namespace

Error material_error(const MaterialField& field, std::string_view problem, std::string_view remedy) {
  return error_about(field, may_be_shown(field.path), problem, remedy);
}

Result<void> read_files(ClientCertificate& certificate, TlsMaterial& server_ca, const ReadingRules& rules) {
  const std::array<std::pair<TlsMaterial&, const MaterialField&>, 3> parts{{
      {certificate.certificate, kCertificateField},
      {certificate.private_key, kPrivateKeyField},
      {server_ca, kServerCaField},
  }};
  std::map<std::string, TlsMaterial> files;  // two parts may be in one
  for (const auto& [part, field] : parts) {
    if (part.path().empty()) continue;
    const std::string path = part.path();
    if (files.find(path) == files.end()) {
      auto file = read_file(part, field, rules);
      if (!file) return std::move(file).error();
      files.emplace(path, *std::move(file));
    }
    part = files.at(path);
  }
  return {};
}

void forget_files(ClientCertificate& certificate, TlsMaterial& server_ca) {
  for (TlsMaterial* part : {&certificate.certificate, &certificate.private_key, &server_ca}) {
    if (!part->path().empty()) *part = TlsMaterial::file(part->path());
  }
}

Result<Secret> read_material(const TlsMaterial& material, const MaterialField& field) {
  if (!material.content().empty()) return material.content();
  if (!material.path().empty()) {
    const auto file = read_file(material, field, {});
    return file ? file->content() : Result<Secret>(file.error());
  }
  if (material.uri().empty()) return material.content();
  return material_error(field, "is the URI of a PKCS #11 token, which only a private key can be",
                        "Give a PEM file, and leave the private key alone in the token.");
}

bool readable_by_others(const std::string& path) noexcept {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && (status.st_mode & S_IROTH) != 0;
}

std::string digest_of_files(const ClientCertificate& certificate, const TlsMaterial& server_ca) {
  const DigestContextPtr context(made(EVP_MD_CTX_new()));
  std::string digests;
  for (const TlsMaterial* part : {&certificate.certificate, &certificate.private_key, &server_ca}) {
    if (part->path().empty()) continue;
    const std::string_view bytes = part->content().expose();
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    EVP_DigestInit_ex2(context.get(), sha256(), nullptr);
    EVP_DigestUpdate(context.get(), bytes.data(), bytes.size());
    EVP_DigestFinal_ex(context.get(), digest.data(), &size);
    digests.append(digest.begin(), digest.begin() + size);
  }
  return digests;
}

std::string digest_of_texts(const std::vector<std::string_view>& texts) {
  const std::unique_ptr<EVP_MD_CTX, OpenSslFree<EVP_MD_CTX_free>> context(made(EVP_MD_CTX_new()));
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  EVP_DigestInit_ex2(context.get(), sha256(), nullptr);
  for (const std::string_view text : texts) {
    const std::uint64_t length = text.size();
    EVP_DigestUpdate(context.get(), &length, sizeof length);
    EVP_DigestUpdate(context.get(), text.data(), text.size());
  }
  EVP_DigestFinal_ex(context.get(), digest.data(), &size);
  return {digest.begin(), digest.begin() + size};
}

}  // namespace easypost_connect::internal
