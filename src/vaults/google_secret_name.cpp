// SPDX-License-Identifier: Apache-2.0
#include "vaults/google_secret_name.hpp"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

namespace easypost_connect::internal {
namespace {

std::vector<std::string_view> segments_of(std::string_view path) {
  std::vector<std::string_view> segments;
  for (;;) {
    const auto end = path.find('/');
    segments.push_back(path.substr(0, end));
    if (end == std::string_view::npos) return segments;
    path.remove_prefix(end + 1);
  }
}

/// Whether `name` is made of ASCII letters, digits and `others`, so that it may stand in a URL as it is.
bool is_name(std::string_view name, std::string_view others) noexcept {
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  return !name.empty() && std::all_of(name.begin(), name.end(), [&](char c) {
    return kLetters.find(c) != std::string_view::npos || others.find(c) != std::string_view::npos;
  });
}

/// Takes "projects/P/secrets/S/.." apart. False: it is none.
bool take_resource_name(std::vector<std::string_view> segments, GoogleSecretName& name) {
  if (segments.size() % 2 != 0 || segments[0] != "projects") return false;
  name.project = segments[1];
  segments.erase(segments.begin(), segments.begin() + 2);
  if (!segments.empty() && segments[0] == "locations") {
    name.location = segments[1];
    segments.erase(segments.begin(), segments.begin() + 2);
  }
  if (segments.empty() || segments.size() > 4 || segments[0] != "secrets") return false;
  name.secret = segments[1];
  if (segments.size() == 4) name.version = segments[3];
  return segments.size() == 2 || segments[2] == "versions";
}

bool take_short_name(const std::vector<std::string_view>& segments, GoogleSecretName& name) {
  if (segments.size() < 2 || segments.size() > 3) return false;
  name.project = segments[0];
  name.secret = segments[1];
  if (segments.size() == 3) name.version = segments[2];
  return true;
}

}  // namespace

std::string GoogleSecretName::secret_resource() const {
  return "projects/" + project + (location.empty() ? "" : "/locations/" + location) + "/secrets/" + secret;
}

std::string GoogleSecretName::version_resource() const { return secret_resource() + "/versions/" + version; }

Result<GoogleSecretName> google_secret_name_in(const SecretReference& reference) {
  const auto segments = segments_of(reference.path);
  GoogleSecretName name;
  const bool is_resource_name = segments.size() > 3;
  if (is_resource_name ? !take_resource_name(segments, name) : !take_short_name(segments, name))
    return bad_reference(reference, "names no secret of Google's.",
                         "Write gcp-sm://project/secret, gcp-sm://project/secret/version, or the resource name: "
                         "gcp-sm://projects/P/secrets/S/versions/V.");
  const std::string_view location = reference.parameter("location");
  if (!location.empty() && !name.location.empty() && location != name.location)
    return bad_reference(reference, "names two locations.", "Leave out location=.");
  if (!location.empty()) name.location = location;
  if (!is_name(name.project, "-.:") || !is_name(name.secret, "-_") || !is_name(name.version, "-_") ||
      (!name.location.empty() && !is_name(name.location, "-")))
    return bad_reference(reference, "has a character that is in no name of Google's, or leaves a name empty.",
                         "Check project, secret, version and location: gcloud secrets list --project PROJECT.");
  return name;
}

}  // namespace easypost_connect::internal
