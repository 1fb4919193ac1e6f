// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "result_matchers.hpp"
#include "vaults/google_secret_name.hpp"

namespace easypost_connect::internal {
namespace {

using test_support::IsOk;
using test_support::Says;

TEST(GoogleSecretName, IsWrittenInTwoWays) {
  const struct {
    const char* reference;
    const char* resource;
  } cases[] = {
      {"gcp-sm://p1/ep-acc", "projects/p1/secrets/ep-acc/versions/latest"},
      {"gcp-sm://p1/ep-acc/7", "projects/p1/secrets/ep-acc/versions/7"},
      {"gcp-sm://p1/ep_acc/live", "projects/p1/secrets/ep_acc/versions/live"},
      {"gcp-sm://example.com:p1/s", "projects/example.com:p1/secrets/s/versions/latest"},
      {"gcp-sm://p1/s?location=europe-west3", "projects/p1/locations/europe-west3/secrets/s/versions/latest"},
      {"gcp-sm://projects/p1/secrets/s", "projects/p1/secrets/s/versions/latest"},
      {"gcp-sm://projects/p1/secrets/s/versions/7", "projects/p1/secrets/s/versions/7"},
      {"gcp-sm://projects/p1/locations/europe-west3/secrets/s/versions/7",
       "projects/p1/locations/europe-west3/secrets/s/versions/7"},
  };
  for (const auto& [reference, resource] : cases) {
    const auto name = google_secret_name_in(*parse_reference(reference));
    ASSERT_THAT(name, IsOk()) << reference;
    EXPECT_EQ(name->version_resource(), resource);
  }
}

TEST(GoogleSecretName, IsNothingElse) {
  const struct {
    const char* reference;
    const char* problem;
  } cases[] = {
      {"gcp-sm://p1", "names no secret"},
      {"gcp-sm://p1/s/1/more", "names no secret"},
      {"gcp-sm://projects/p1/secrets/s/version/1", "names no secret"},
      {"gcp-sm://projects/p1/locations/l", "names no secret"},
      {"gcp-sm://projects/p1/locations/l/versions/1", "names no secret"},
      {"gcp-sm://projects/p1/secrets/s/versions/1/more/2", "names no secret"},
      {"gcp-sm://p1/", "leaves a name empty"},
      {"gcp-sm://p1/s%3Aother", "a character"},
      {"gcp-sm://p1/s?location=evil.test%2F", "a character"},
      {"gcp-sm://projects/p1/locations/a/secrets/s?location=b", "two locations"},
  };
  for (const auto& [reference, problem] : cases) {
    EXPECT_THAT(google_secret_name_in(*parse_reference(reference)), Says(problem)) << reference;
  }
}

}  // namespace
}  // namespace easypost_connect::internal
