// SPDX-License-Identifier: Apache-2.0
#include <easypost_connect/signing_request.hpp>

#include <sys/stat.h>

#include <utility>

#include "core/make_error.hpp"
#include "core/staged_file.hpp"

namespace easypost_connect {
namespace {

using namespace internal;

constexpr mode_t kOwnerOnly = S_IRUSR | S_IWUSR;
constexpr mode_t kReadableByAll = kOwnerOnly | S_IRGRP | S_IROTH;

constexpr const char* kOneFile = "private_key and signing_request are one file.";

Error bad_path(std::string message) {
  return make_error(ErrorCode::kInvalidOption, Factor::kRequest, std::move(message),
                    "Give two paths, such as client.key and client.csr.");
}

std::optional<Error> check(const SigningRequestFiles& files) {
  if (files.private_key.empty()) return bad_path("private_key names no file.");
  if (files.signing_request.empty()) return bad_path("signing_request names no file.");
  if (files.private_key == files.signing_request) return bad_path(kOneFile);
  return std::nullopt;
}

/// The key last: an old one is replaced only when nothing else can fail.
std::optional<Error> publish(StagedFile& csr, StagedFile& key, const SigningRequestFiles& files) {
  if (auto error = csr.publish(files.replace)) return error;
  if (csr.stands_at(files.private_key)) return bad_path(kOneFile);  // spelled in two ways
  return key.publish(files.replace);
}

}  // namespace

std::optional<Error> write_signing_request(const SigningRequest& request, const SigningRequestFiles& files) {
  if (auto error = check(files)) return error;
  auto key = StagedFile::write("private_key", files.private_key, request.private_key.expose(), kOwnerOnly);
  if (!key) return std::move(key).error();
  auto csr = StagedFile::write("signing_request", files.signing_request, request.csr, kReadableByAll);
  if (!csr) return std::move(csr).error();
  if (files.replace) {
    if (auto error = csr->set_old_aside()) return error;
  }
  auto error = publish(*csr, *key, files);
  if (error) csr->withdraw();
  return error;
}

}  // namespace easypost_connect
