// SPDX-License-Identifier: Apache-2.0
#include "sandbox/partners.hpp"

#include <utility>

#include "sandbox/secrets.hpp"

namespace easypost_connect::sandbox {
namespace {

constexpr const char* kFirstClient = "sandbox-client";

Partner make(std::string client_id, const CertificateAuthority& authority, const CertificateProfile& profile = {}) {
  return {std::move(client_id), random_secret(), random_secret(), authority.issue(profile), authority.certificate()};
}

}  // namespace

Partners::Partners(const CertificateAuthority& first, const std::string& also_trusted) : also_trusted_(also_trusted) {
  partners_.push_back(make(kFirstClient, first));
  trust_all();
}

Partner Partners::newest() const {
  const std::lock_guard lock(mutex_);
  return partners_.back();
}

Partner Partners::add() {
  CertificateProfile profile;
  profile.key_type = KeyType::kP256;  // rotations are many, and RSA keys take time
  const std::lock_guard lock(mutex_);
  ++made_;
  const std::string name = kFirstClient + ("-" + std::to_string(made_));
  partners_.push_back(make(name, CertificateAuthority("authority of " + name), profile));
  trust_all();
  return partners_.back();
}

void Partners::retire_old() {
  const std::lock_guard lock(mutex_);
  partners_.erase(partners_.begin(), partners_.end() - 1);
  trust_all();
}

std::optional<std::string> Partners::client_of_key(std::string_view api_key) const {
  const std::lock_guard lock(mutex_);
  for (const Partner& partner : partners_) {
    if (same_secret(partner.api_key, api_key)) return partner.client_id;
  }
  return std::nullopt;
}

bool Partners::knows_client(std::string_view id, std::string_view secret) const {
  const std::lock_guard lock(mutex_);
  bool known = false;
  for (const Partner& partner : partners_) {
    // Id and secret are compared, always: the answer and its time do not tell which one is wrong.
    const bool same_id = same_secret(partner.client_id, id);
    const bool same_password = same_secret(partner.client_secret, secret);
    known = known || (same_id && same_password);
  }
  return known;
}

bool Partners::knows_client(std::string_view id) const {
  const std::lock_guard lock(mutex_);
  for (const Partner& partner : partners_) {
    if (partner.client_id == id) return true;
  }
  return false;
}

void Partners::trust_all() {
  std::vector<std::string> pems;
  for (const Partner& partner : partners_) pems.push_back(partner.authority);
  if (!also_trusted_.empty()) pems.push_back(also_trusted_);
  authorities_->trust(pems);
}

}  // namespace easypost_connect::sandbox
