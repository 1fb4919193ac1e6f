// SPDX-License-Identifier: Apache-2.0
#include "credentials/rotation_watch.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/make_error.hpp"

namespace easypost_connect::tool {
namespace {

using Kind = WatchEvent::Kind;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kTime = "2026-11-27T00:00:00Z";

FoundCredentials credentials(const char* api_key, const char* version) {
  return {{},
          {{"api_key", "vault://a/b#api_key", version, Secret(api_key)}, {"client_id", "variable", "", Secret("me")}}};
}

class RotationWatchTest : public testing::Test {
 protected:
  RotationWatchTest() { first_ = watch_.found(credentials("canary-secret-1", "1")); }

  static Error away() {
    return internal::make_error(ErrorCode::kConnection, Factor::kCredentialSource, "nobody answers canary-secret-1.",
                                "Start the vault.");
  }

  RotationWatch watch_;
  std::vector<WatchEvent> first_;
};

TEST_F(RotationWatchTest, BeginsWithWhatIsThere) {
  ASSERT_EQ(first_.size(), 1U);
  EXPECT_EQ(to_text(first_[0], kTime), "2026-11-27T00:00:00Z  watching  api_key (version 1), client_id\n");
}

TEST_F(RotationWatchTest, TellsWhatHasChanged) {
  const auto events = watch_.found(credentials("canary-secret-2", "2"));
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(to_text(events[0], kTime), "2026-11-27T00:00:00Z  rotated   api_key (version 1 to 2)\n");
  EXPECT_EQ(to_json_line(events[0], kTime), R"({"timestamp":"2026-11-27T00:00:00Z","event":"rotated",)"
                                            R"("fields":[{"name":"api_key","old_version":"1","version":"2"}]})"
                                            "\n");
}

TEST_F(RotationWatchTest, IsSilentAboutAVersionOfTheSameContent) {
  EXPECT_TRUE(watch_.found(credentials("canary-secret-1", "2")).empty());
}

TEST_F(RotationWatchTest, TellsWhatIsGone) {
  const auto events = watch_.found({});
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(to_text(events[0], kTime), "2026-11-27T00:00:00Z  rotated   api_key (version 1, gone), client_id (gone)\n");
}

TEST_F(RotationWatchTest, TellsThatTheVaultIsAwayAndBack) {
  const WatchEvent away = watch_.missed(RotationWatchTest::away());
  EXPECT_THAT(to_text(away, kTime), AllOf(HasSubstr("  away      nobody answers"), HasSubstr("Start the vault."),
                                          Not(HasSubstr("canary-secret"))));
  EXPECT_THAT(to_json_line(away, kTime), HasSubstr(R"("error":{"factor":"credential_source")"));
  const auto events = watch_.found(credentials("canary-secret-2", "2"));
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(to_text(events[0], kTime), "2026-11-27T00:00:00Z  back\n");
  EXPECT_EQ(events[1].kind, Kind::kRotated);
  EXPECT_TRUE(watch_.found(credentials("canary-secret-2", "2")).empty());
}

}  // namespace
}  // namespace easypost_connect::tool
