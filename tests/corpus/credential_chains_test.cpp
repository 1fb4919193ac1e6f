// SPDX-License-Identifier: Apache-2.0
// Bundles of certificates as people have them: each row says which are sent, and what warnings say of the others.
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <openssl/pkcs12.h>

#include "corpus/certificate_maker.hpp"
#include "corpus/credential_row.hpp"

namespace easypost_connect::corpus {
namespace {

using namespace internal;
using ::testing::ValuesIn;

/// The certificates that bundles are made of. Numbers tell those of one name apart.
struct Company {
  Certificate root = make(authority("root", "P-256:root"));
  Certificate old_root = make(authority("old root"));
  Certificate inter = make(during(authority("inter"), -2, 30), &root);
  Certificate renewed = make(during(authority("inter"), -1, 60, 2), &root);
  Certificate expired = make(during(authority("inter"), -60, -1, 3), &root);
  Certificate crossed = make(during(authority("inter"), -1, 90, 4), &old_root);
  Certificate crossed_expired = make(during(authority("inter"), -9, -1, 5), &old_root);
  Certificate crossed_root = make(during(authority("root", "P-256:root"), -1, 10, 6), &old_root);
  Certificate crossed_root_expired = make(during(authority("root", "P-256:root"), -9, -1, 7), &old_root);
  Certificate rekeyed = make(authority("inter", "P-256:another"), &root);
  Certificate client = make({}, &inter);
  Certificate expired_client = make(during({}, -60, -1, 2), &inter);
  Certificate longer_client = make(during({}, -1, 60, 3), &inter);
  Certificate client_of_other_key = make(changed({}, [](Recipe& r) { r.key = "P-256:other"; }), &inter);
  Certificate self_signed_client = make(during({}, -1, 99, 4));
  Certificate server = make(changed({},
                                    [](Recipe& r) {
                                      r.until_day = 99, r.extensions = {{"extendedKeyUsage", "serverAuth"}};
                                    }),
                            &inter);
  Certificate stranger = make(authority("Some Public Root"));
  Certificate weak_root = make(changed(authority("weak root", "RSA-1024:root"), [](Recipe& r) { r.digest = "SHA1"; }));
  Certificate weakly_issued = make({}, &weak_root);
};

const Company& company() {
  static const Company made;
  return made;
}

using Member = const Certificate Company::*;

ClientCertificate of(const std::vector<Member>& members) {
  std::string pem;
  for (const Member member : members) pem += (company().*member).pem();
  return bundle(pem, "P-256:client");
}

ClientCertificate with_strangers(int count) {
  std::string pem = company().client.pem();
  for (int i = 0; i < count; ++i) pem += make(authority("authority " + std::to_string(i), "P-256:world")).pem();
  return bundle(pem + company().inter.pem(), "P-256:client");
}

/// Two authorities, each certified by the other.
ClientCertificate of_a_circle() {
  const Certificate north = make(authority("north"));
  const Certificate south = make(authority("south"));
  const Certificate north_by_south = make(authority("north"), &south);
  const Certificate south_by_north = make(authority("south"), &north);
  return bundle(make({}, &north).pem() + north_by_south.pem() + south_by_north.pem(), "P-256:client");
}

/// Leaf and key first, then the others, as a PKCS #12 file.
ClientCertificate container_of(const std::vector<Member>& above) {
  const ChainPtr others(sk_X509_new_null());
  for (const Member member : above) sk_X509_push(others.get(), (company().*member).x509.get());
  const Pkcs12Ptr container(
      PKCS12_create("", nullptr, key("P-256:client"), company().client.x509.get(), others.get(), 0, 0, 1, 1, 0));
  const BioPtr bio = memory_bio();
  i2d_PKCS12_bio(bio.get(), container.get());
  return {TlsMaterial::in_memory(Secret(written_to(bio))), {}, {}};
}

/// Key, certificate and intermediate in one text, the key first.
ClientCertificate in_one_text() {
  ClientCertificate given;
  given.certificate =
      TlsMaterial::in_memory(Secret(key_pem("P-256:client") + company().client.pem() + company().inter.pem()));
  return given;
}

using C = Company;
constexpr const char* kOutOfOrder = "out of order";
constexpr const char* kIsUsed = "two certificates of one key: \"CN=inter\" by \"CN=root\" until";

const std::vector<Row> kBundles = {
    {"Alone", [] { return of({&C::client}); }, "client", ""},
    {"WithIntermediate",
     [] {
       return of({&C::client, &C::inter});
     },
     "client, inter", ""},
    {"WithRoot",
     [] {
       return of({&C::client, &C::inter, &C::root});
     },
     "client, inter", ""},
    {"WithRootOnly",
     [] {
       return of({&C::client, &C::root});
     },
     "client", "\"CN=inter\", is not there"},
    {"LeafAgainAtTheEnd",
     [] {
       return of({&C::client, &C::inter, &C::root, &C::client});
     },
     "client, inter", ""},
    {"RootFirst",
     [] {
       return of({&C::root, &C::inter, &C::client});
     },
     "client, inter", kOutOfOrder},
    {"RootInTheMiddle",
     [] {
       return of({&C::client, &C::root, &C::inter});
     },
     "client, inter", ""},
    {"IntermediateTwice",
     [] {
       return of({&C::client, &C::inter, &C::inter});
     },
     "client, inter", ""},
    {"Renewed",
     [] {
       return of({&C::client, &C::inter, &C::renewed});
     },
     "client, inter 2", kIsUsed},
    {"ExpiredAndRenewed",
     [] {
       return of({&C::client, &C::expired, &C::renewed});
     },
     "client, inter 2", "is left out"},
    {"ExpiredOnly",
     [] {
       return of({&C::client, &C::expired});
     },
     "client, inter 3", "expired on"},
    {"CrossSigned",
     [] {
       return of({&C::client, &C::inter, &C::crossed});
     },
     "client, inter", "\"CN=inter\" by \"CN=root\" until"},
    {"CrossSignedFirst",
     [] {
       return of({&C::client, &C::crossed, &C::inter});
     },
     "client, inter 4", "\"CN=inter\" by \"CN=old root\" until"},
    {"CrossSignedWithBothRoots",
     [] {
       return of({&C::client, &C::inter, &C::crossed, &C::root, &C::old_root});
     },
     "client, inter", "not sent: \"CN=old root\"."},
    {"CrossSignedExpired",
     [] {
       return of({&C::client, &C::crossed_expired, &C::inter});
     },
     "client, inter", "\"CN=inter\" by \"CN=root\" until"},
    {"CrossSignedRoot",
     [] {
       return of({&C::client, &C::inter, &C::crossed_root});
     },
     "client, inter, root 6", ""},
    {"CrossSignedRootAndRoot",
     [] {
       return of({&C::client, &C::inter, &C::root, &C::crossed_root});
     },
     "client, inter, root 6", ""},
    {"CrossSignedRootExpiredAndRoot",
     [] {
       return of({&C::client, &C::inter, &C::crossed_root_expired, &C::root});
     },
     "client, inter", "is left out"},
    {"CrossSignedRootExpiredAlone",
     [] {
       return of({&C::client, &C::inter, &C::crossed_root_expired});
     },
     "client, inter, root 7", "\"CN=root\" above the client's own expired on"},
    {"AnotherKeyOfTheIssuer",
     [] {
       return of({&C::client, &C::rekeyed});
     },
     "client", "The \"CN=inter\" there is not the one that issued \"CN=client\""},
    {"AnotherKeyOfTheIssuerAndIt",
     [] {
       return of({&C::client, &C::rekeyed, &C::inter});
     },
     "client, inter", "not sent: \"CN=inter\"."},
    {"ExpiredLeafFirst",
     [] {
       return of({&C::expired_client, &C::client, &C::inter});
     },
     "client, inter", "is left out"},
    {"ExpiredLeafAlone",
     [] {
       return of({&C::expired_client, &C::inter});
     },
     nullptr, "expired on"},
    {"TwoLeaves",
     [] {
       return of({&C::client, &C::longer_client, &C::inter});
     },
     "client 3, inter", "is left out"},
    {"LeafOfOldKeyFirst",
     [] {
       return of({&C::client_of_other_key, &C::client, &C::inter});
     },
     "client, inter", "not sent: \"CN=client\"."},
    {"LeafOfAnotherKeyOnly",
     [] {
       return of({&C::client_of_other_key, &C::inter});
     },
     nullptr, "does not belong to the certificate"},
    {"ServerOfTheSameKey",
     [] {
       return of({&C::server, &C::client, &C::inter});
     },
     "client, inter", "is left out"},
    {"SelfSignedOfTheSameKey",
     [] {
       return of({&C::self_signed_client, &C::client, &C::inter});
     },
     "client, inter", "\"CN=client\" by \"CN=client\" until"},
    {"SelfSignedAlone", [] { return of({&C::self_signed_client}); }, "client 4", ""},
    {"TrustedAuthorityBeside",
     [] {
       return of({&C::client, &C::inter, &C::stranger});
     },
     "client, inter", "not sent: \"CN=Some Public Root\""},
    {"NothingButAuthorities",
     [] {
       return of({&C::inter, &C::root});
     },
     nullptr, "does not belong to the certificate"},
    {"WeakRoot",
     [] {
       return of({&C::weakly_issued, &C::weak_root});
     },
     "client", ""},
    {"AuthoritiesOfTheWorld", [] { return with_strangers(140); }, "client, inter", "\"CN=authority 4\" and 135 more"},
    {"KeyFirst", [] { return in_one_text(); }, "client, inter", ""},
    {"ContainerWithRootFirst",
     [] {
       return container_of({&C::root, &C::inter});
     },
     "client, inter", ""},
    {"ContainerWithTrustedAuthority",
     [] {
       return container_of({&C::inter, &C::stranger});
     },
     "client, inter", "not sent: \"CN=Some Public Root\""},
    {"ContainerWithDeepChainReversed",
     [] {
       return container_of({&C::old_root, &C::crossed_root, &C::inter});
     },
     "client, inter, root 6", ""},
    {"EachOtherSigned", [] { return of_a_circle(); }, "client, north, south", ""},
};

class CredentialChain : public ::testing::TestWithParam<Row> {};

TEST_P(CredentialChain, IsJudgedBeforeAnythingIsSent) { expect_judgement(GetParam()); }

INSTANTIATE_TEST_SUITE_P(Bundles, CredentialChain, ValuesIn(kBundles), ::testing::PrintToStringParamName());

}  // namespace
}  // namespace easypost_connect::corpus
