// SPDX-License-Identifier: Apache-2.0
// Several certificates of one key, in every order: each row says which of them is sent.
#include <algorithm>
#include <numeric>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "corpus/certificate_maker.hpp"
#include "corpus/credential_row.hpp"

namespace easypost_connect::corpus {
namespace {

using ::testing::ValuesIn;

/// The certificates that bundles are made of. Numbers tell those of one name apart.
struct Twins {
  Certificate root = make(authority("root"));
  Certificate inter = make(during(authority("inter"), -2, 30, 1), &root);
  Certificate renewed = make(during(authority("inter"), -1, 60, 2), &root);
  Certificate expired = make(during(authority("inter"), -60, -1, 3), &root);
  Certificate weak_inter =
      make(changed(during(authority("inter"), -1, 90, 4), [](Recipe& r) { r.digest = "SHA1"; }), &root);
  Certificate no_authority = make(changed(during(authority("inter"), -1, 90, 5),
                                          [](Recipe& r) {
                                            r.extensions = {{"basicConstraints", "CA:FALSE"}};
                                          }),
                                  &root);
  Certificate rekeyed = make(authority("inter", "P-256:another"), &root);
  Certificate client = make(during({}, -1, 30, 1), &inter);
  Certificate weak_client = make(changed(during({}, -1, 60, 2), [](Recipe& r) { r.digest = "SHA1"; }), &inter);
};

const Twins& twins() {
  static const Twins made;
  return made;
}

using T = Twins;
using Member = const Certificate Twins::*;

struct Bundle {
  const char* name;
  std::vector<Member> members;
  const char* sent;
  const char* gist;
};

void PrintTo(const Bundle& row, std::ostream* out) { *out << row.name; }

const std::vector<Bundle> kBundles = {
    {"Renewed", {&T::client, &T::inter, &T::renewed}, "client 1, inter 2", "is left out"},
    {"CurrentOldAndNew",
     {&T::client, &T::renewed, &T::expired, &T::rekeyed},
     "client 1, inter 2",
     "not sent: \"CN=inter\"."},
    {"WeakClient",
     {&T::weak_client, &T::client, &T::inter},
     kRefusesWeakSignatures ? "client 1, inter 1" : "client 2, inter 1",
     "is left out"},
    {"WeakIntermediate",
     {&T::client, &T::inter, &T::weak_inter},
     kRefusesWeakSignatures ? "client 1, inter 1" : "client 1, inter 4",
     "is left out"},
    {"NoAuthority", {&T::client, &T::inter, &T::no_authority}, "client 1, inter 1", "is left out"},
    {"WeakOneAndNoAuthority",
     {&T::client, &T::weak_inter, &T::no_authority, &T::renewed},
     kRefusesWeakSignatures ? "client 1, inter 2" : "client 1, inter 4",
     "is left out"},
    {"ExpiredAndNoAuthority", {&T::client, &T::expired, &T::no_authority}, "client 1, inter 3", "is left out"},
    {"WeakOnesOnly",
     kRefusesWeakSignatures ? std::vector<Member>{&T::client, &T::weak_inter}
                            : std::vector<Member>{&T::client, &T::weak_inter, &T::no_authority},
     kRefusesWeakSignatures ? nullptr : "client 1, inter 4",
     kRefusesWeakSignatures ? "signed with SHA1" : "is left out"},
};

class CredentialTwins : public ::testing::TestWithParam<Bundle> {};

TEST_P(CredentialTwins, AreChosenFromInEveryOrder) {
  const Bundle& bundle_of = GetParam();
  std::vector<std::size_t> order(bundle_of.members.size());
  std::iota(order.begin(), order.end(), 0U);
  do {
    std::string pem;
    for (const std::size_t place : order) pem += (twins().*bundle_of.members[place]).pem();
    expect_judgement({bundle_of.name, [&] { return bundle(pem, "P-256:client"); }, bundle_of.sent, bundle_of.gist});
  } while (std::next_permutation(order.begin(), order.end()));
}

INSTANTIATE_TEST_SUITE_P(Bundles, CredentialTwins, ValuesIn(kBundles), ::testing::PrintToStringParamName());

}  // namespace
}  // namespace easypost_connect::corpus
