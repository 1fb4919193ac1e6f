// SPDX-License-Identifier: Apache-2.0
#include "proxies/squid.hpp"

#include <pwd.h>
#include <unistd.h>
#include <openssl/evp.h>

#include <array>
#include <filesystem>
#include <stdexcept>

#include "core/encoding.hpp"

namespace easypost_connect::interop {
namespace {

/// Squid does not stay root, and its helpers have to read these files, too.
void give_to_squid(const std::string& folder) {
  if (::geteuid() != 0) return;
  const passwd* nobody = ::getpwnam("nobody");  // NOLINT(concurrency-mt-unsafe): before any thread
  if (nobody == nullptr) throw std::runtime_error("there is no user nobody");
  const auto give = [nobody](const std::string& path) {
    if (::chown(path.c_str(), nobody->pw_uid, nobody->pw_gid) != 0)
      throw std::runtime_error("cannot give away " + path);
  };
  give(folder);
  for (const auto& file : std::filesystem::directory_iterator(folder)) give(file.path());
}

/// Returns MD5 in hex: of the password for Basic, of user, realm and password for Digest (RFC 7616, section 3.4.2).
std::string hashed(const std::string& text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned size = 0;
  EVP_Digest(text.data(), text.size(), bytes.data(), &size, EVP_md5(), nullptr);
  return internal::to_hex({reinterpret_cast<const char*>(bytes.data()), size});
}

}  // namespace

Squid::Squid(const std::vector<Scheme>& schemes, const std::string& keytab) {
  give_to_squid(folder_.path());
  folder_.write("basic.users", "user:" + hashed(kPassword) + "\n");
  folder_.write("digest.users", "user:corp:" + hashed("user:corp:" + std::string(kPassword)) + "\n");
  folder_.write("refusing_ntlm.sh", read_file(INTEROP_SOURCE_DIR "/proxies/refusing_ntlm.sh"));
  std::string lines;
  for (const Scheme scheme : schemes) lines += settings(scheme, keytab);
  const std::string path = folder_.write(
      "squid.conf", filled_in(read_file(INTEROP_SOURCE_DIR "/proxies/squid.conf.in"),
                              {{"@SCHEMES@", lines}, {"@PORT@", std::to_string(port_)}, {"@FOLDER@", folder_.path()}}));
  const std::string log = folder_.path("start.log");
  const std::string name = "interop" + std::to_string(port_);  // names its shared memory
  process_.emplace(std::vector<std::string>{INTEROP_SQUID, "-N", "-n", name, "-f", path}, log);
  wait_until_it_listens(*process_, port_, log);
}

std::string Squid::settings(Scheme scheme, const std::string& keytab) const {
  const auto lines = [](const std::string& name, const std::string& program, const std::string& more) {
    return "auth_param " + name + " program " + program + "\nauth_param " + name + " children 1\n" + more;
  };
  const std::string helpers = INTEROP_SQUID_HELPERS;
  switch (scheme) {
    case Scheme::kBasic:
      return lines("basic", helpers + "/basic_ncsa_auth " + folder_.path("basic.users"),
                   "auth_param basic realm corp\n");
    case Scheme::kDigest:
      return lines("digest", helpers + "/digest_file_auth -c " + folder_.path("digest.users"),
                   "auth_param digest realm corp\n");
    case Scheme::kNtlm: return lines("ntlm", helpers + "/ntlm_fake_auth", "");
    case Scheme::kRefusedNtlm: return lines("ntlm", "/bin/sh " + folder_.path("refusing_ntlm.sh"), "");
    case Scheme::kNegotiate:
      give_to_squid(std::filesystem::path(keytab).parent_path());
      return lines("negotiate", helpers + "/negotiate_kerberos_auth -k " + keytab + " -s HTTP/localhost@PROXY.TEST",
                   "");
  }
  return {};
}

std::string Squid::url(const std::string& login) const {
  return "http://" + login + (login.empty() ? "" : "@") + "localhost:" + std::to_string(port_);
}

std::string Squid::access_log() const { return read_file(folder_.path("access.log")); }

}  // namespace easypost_connect::interop
