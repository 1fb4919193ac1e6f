// SPDX-License-Identifier: Apache-2.0
#include "proxies/kerberos_realm.hpp"

#include <stdlib.h>

#include <chrono>
#include <filesystem>
#include <stdexcept>
#include <thread>

namespace easypost_connect::interop {
namespace {

constexpr const char* kRealm = "PROXY.TEST";

}  // namespace

KerberosRealm::KerberosRealm() {
  const int port = free_ports(1).front();
  const auto write = [&](const PrivateFolder& where, const std::string& name) {
    where.write(name, filled_in(read_file(INTEROP_SOURCE_DIR "/proxies/" + name + ".in"),
                                {{"@PORT@", std::to_string(port)}, {"@FOLDER@", folder_.path()}}));
  };
  write(folder_, "kdc.conf");
  write(proxy_folder_, "krb5.conf");
  // The process's own: libcurl's GSS-API reads them, and the programs below inherit them.
  ::setenv("KRB5_CONFIG", proxy_folder_.path("krb5.conf").c_str(), 1);
  ::setenv("KRB5_KDC_PROFILE", folder_.path("kdc.conf").c_str(), 1);
  ::setenv("KRB5CCNAME", ("FILE:" + folder_.path("tickets")).c_str(), 1);

  run({"/usr/sbin/kdb5_util", "create", "-s", "-r", kRealm, "-P", "master-of-this-run"});
  for (const auto& [principal, keytab] : {std::pair<std::string, std::string>{"user", folder_.path("user.keytab")},
                                          {"HTTP/localhost", keytab_of_proxy()}}) {
    run({"/usr/sbin/kadmin.local", "-r", kRealm, "-q", "addprinc -randkey " + principal});
    run({"/usr/sbin/kadmin.local", "-r", kRealm, "-q", "ktadd -k " + keytab + " " + principal});
    if (!std::filesystem::exists(keytab)) throw std::runtime_error("no keytab:\n" + read_file(folder_.path("log")));
  }
  kdc_.emplace(std::vector<std::string>{"/usr/sbin/krb5kdc", "-n", "-r", kRealm}, folder_.path("log"));
  wait_until_it_listens(*kdc_, port, folder_.path("log"));
}

KerberosRealm::~KerberosRealm() {
  for (const char* name : {"KRB5_CONFIG", "KRB5_KDC_PROFILE", "KRB5CCNAME"}) ::unsetenv(name);
}

void KerberosRealm::get_ticket() const {
  run({"kinit", "-k", "-t", folder_.path("user.keytab"), "user"});
  if (!std::filesystem::exists(folder_.path("tickets")))
    throw std::runtime_error("no ticket:\n" + read_file(folder_.path("log")));
}

void KerberosRealm::drop_ticket() const { std::filesystem::remove(folder_.path("tickets")); }

void KerberosRealm::run(const std::vector<std::string>& command) const {
  ChildProcess program(command, folder_.path("log"));
  while (program.running()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
}

}  // namespace easypost_connect::interop
