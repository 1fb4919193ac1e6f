// SPDX-License-Identifier: Apache-2.0
#include "gateways.hpp"

#include <unistd.h>

#include "json_web_token.hpp"
#include "loopback.hpp"

namespace easypost_connect::interop {
namespace {

constexpr Tls kBoth[] = {Tls::kTls12, Tls::kTls13};

std::string version(Tls tls) { return tls == Tls::kTls12 ? "TLSv1.2" : "TLSv1.3"; }

std::string listening_on(int port) { return "127.0.0.1:" + std::to_string(port); }

/// A server certificate at fault: the name of the host that shows it, and the certificate's file.
struct ServerFault {
  const char* host;
  const char* file;
};
constexpr ServerFault kServerFaults[] = {
    {" expired", "expired"}, {" of another host", "another-host"}, {" of a stranger", "stranger"}};

std::string configuration(const std::string& name) {
  return read_file(INTEROP_SOURCE_DIR "/diagnosis/" + name + ".conf.in");
}

}  // namespace

Gateways::Gateways(const Certificates& certificates, const ApiCredentials& api) : free_ports_(free_ports(52)) {
  write_certificates(certificates);
  write_nginx_configuration(api);
  write_haproxy_configuration();
  write_apache_configuration();
  write_envoy_configuration(api);
  start(nginx_, "nginx", {INTEROP_NGINX, "-p", path(""), "-c", path("nginx.conf"), "-e", path("nginx.log")});
  start(haproxy_, "haproxy", {INTEROP_HAPROXY, "-db", "-f", path("haproxy.conf")});
  start(apache_, "apache", {INTEROP_APACHE, "-DFOREGROUND", "-f", path("apache.conf")});
  start(envoy_, "envoy",
        {INTEROP_ENVOY, "-c", path("envoy.yaml"), "--concurrency", "1", "--use-dynamic-base-id", "-l", "warning"});
  const auto with_ports = [this](const std::string& host, std::vector<std::string> command) {
    command.push_back(path(""));
    for (const Tls tls : kBoth) command.push_back(std::to_string(open(host, tls)));
    return command;
  };
  start(node_, "node", with_ports("node", {"node", INTEROP_SOURCE_DIR "/diagnosis/node_gateway.mjs"}));
  start(netty_, "netty",
        with_ports("netty", {"java", "-cp", INTEROP_NETTY "/*", INTEROP_SOURCE_DIR "/diagnosis/NettyGateway.java"}));
  for (const auto& [host, server] : {std::pair("nginx", &nginx_),
                                     {"haproxy", &haproxy_},
                                     {"apache", &apache_},
                                     {"node", &node_},
                                     {"envoy", &envoy_},
                                     {"netty", &netty_}}) {
    for (const Tls tls : kBoth)
      wait_until_it_listens(**server, ports_.at({host, tls}), path(host + std::string(".log")));
  }
}

void Gateways::start(std::optional<ChildProcess>& server, const std::string& host, std::vector<std::string> command) {
  server.emplace(std::move(command), path(host + ".log"));
}

std::string Gateways::url(const std::string& host, Tls tls) const {
  return "https://localhost:" + std::to_string(ports_.at({host, tls}));
}

int Gateways::proxy_port(bool wants_user) const { return wants_user ? port_with_user_ : port_without_user_; }

int Gateways::open(const std::string& host, Tls tls) {
  const int port = free_ports_.back();
  free_ports_.pop_back();
  ports_[{host, tls}] = port;
  return port;
}

void Gateways::write_certificates(const Certificates& certificates) const {
  const auto write = [this](const std::string& name, const sandbox::IssuedCertificate& issued) {
    folder_.write(name + ".pem", issued.certificate + issued.private_key);
  };
  write("server", certificates.server);
  write("expired", certificates.expired_server);
  write("another-host", certificates.server_of_another_host);
  write("stranger", certificates.server_of_a_stranger);
  folder_.write("clients.pem", certificates.client_authority.certificate());
  folder_.write("revoked.pem", certificates.revocation_lists);
}

std::string Gateways::nginx_host(const std::string& host, const std::string& certificate, const std::string& rules) {
  std::string text;
  for (const Tls tls : kBoth) {
    text += "  server {\n    listen " + listening_on(open(host, tls)) + " ssl http2;\n    ssl_protocols " +
            version(tls) + ";\n    ssl_certificate " + path(certificate + ".pem") + ";\n    ssl_certificate_key " +
            path(certificate + ".pem") + ";\n    " + rules + "\n  }\n";
  }
  return text;
}

void Gateways::write_nginx_configuration(const ApiCredentials& api) {
  const std::string required = "ssl_verify_client on; ssl_crl " + path("revoked.pem") + "; include answers.conf;";
  std::string servers = nginx_host("nginx", "server", required);
  servers += nginx_host("nginx 403", "server",
                        "ssl_verify_client optional; ssl_crl " + path("revoked.pem") + "; include answers_403.conf;");
  servers += nginx_host("nginx optional_no_ca", "server", "ssl_verify_client optional_no_ca; include answers.conf;");
  servers += nginx_host("aws", "server", "ssl_verify_client optional_no_ca; include answers_of_aws.conf;");
  for (const auto& [host, file] : kServerFaults) {
    servers += nginx_host("nginx" + std::string(host), file, required);
  }
  for (const char* part : {"answers", "answers_403", "answers_of_aws"}) {
    folder_.write(part + std::string(".conf"), configuration(part));
  }
  folder_.write("nginx.conf", filled_in(configuration("nginx"), {{"@USER@", ::geteuid() == 0 ? "user root;" : ""},
                                                                 {"@FOLDER@", path("")},
                                                                 {"@API_KEY@", api.api_key},
                                                                 {"@TOKEN@", api.token},
                                                                 {"@EXPIRED@", api.expired_token},
                                                                 {"@AUDIENCE@", api.token_for_another_api},
                                                                 {"@SERVERS@", servers}}));
}

std::string Gateways::haproxy_binds(const std::string& host, const std::string& certificate,
                                    const std::string& verify) {
  std::string text;
  for (const Tls tls : kBoth) {
    text += "  bind " + listening_on(open(host, tls)) + " ssl crt " + path(certificate + ".pem") + " ca-file " +
            path("clients.pem") + " crl-file " + path("revoked.pem") + " verify " + verify + " ssl-min-ver " +
            version(tls) + " ssl-max-ver " + version(tls) + " alpn h2,http/1.1\n";
  }
  return text;
}

void Gateways::write_haproxy_configuration() {
  std::string required = haproxy_binds("haproxy", "server", "required");
  for (const auto& [host, file] : kServerFaults) {
    required += haproxy_binds("haproxy" + std::string(host), file, "required");
  }
  const std::string by_rule = haproxy_binds("haproxy 403", "server", "optional crt-ignore-err all ca-ignore-err all");
  folder_.write("haproxy.conf",
                filled_in(configuration("haproxy"), {{"@REQUIRED@", required}, {"@BY_RULE@", by_rule}}));
}

std::string Gateways::apache_host(const std::string& host, const std::string& certificate, const std::string& rules) {
  std::string text;
  for (const Tls tls : kBoth) {
    const std::string address = listening_on(open(host, tls));
    text += "Listen " + address + "\n<VirtualHost " + address + ">\n  SSLEngine on\n  SSLProtocol -all +" +
            version(tls) + "\n  SSLCertificateFile " + path(certificate + ".pem") + "\n  Include " +
            path(rules + ".conf") + "\n</VirtualHost>\n";
  }
  return text;
}

void Gateways::write_apache_configuration() {
  std::string hosts = apache_host("apache", "server", "apache_host");
  hosts += apache_host("apache location", "server", "apache_location");
  hosts += apache_host("proxy of a stranger", "stranger", "apache_proxy");
  for (const auto& [host, file] : kServerFaults)
    hosts += apache_host("apache" + std::string(host), file, "apache_host");
  port_with_user_ = open("proxy for users", Tls::kTls13);
  port_without_user_ = open("proxy", Tls::kTls13);
  for (const char* part : {"apache_host", "apache_location", "apache_proxy"}) {
    folder_.write(part + std::string(".conf"), filled_in(configuration(part), {{"@FOLDER@", path("")}}));
  }
  folder_.write("apache.conf", filled_in(configuration("apache"), {{"@FOLDER@", path("")},
                                                                   {"@MODULES@", INTEROP_APACHE_MODULES},
                                                                   {"@PROXY@", listening_on(port_without_user_)},
                                                                   {"@PROXY_FOR_USERS@", listening_on(port_with_user_)},
                                                                   {"@HOSTS@", hosts}}));
}

void Gateways::write_envoy_configuration(const ApiCredentials& api) {
  std::string listeners;
  for (const Tls tls : kBoth) {
    listeners += filled_in(configuration("envoy_listener"), {{"@PORT@", std::to_string(open("envoy", tls))},
                                                             {"@VERSION@", tls == Tls::kTls12 ? "TLSv1_2" : "TLSv1_3"},
                                                             {"@FOLDER@", path("")},
                                                             {"@API_KEY@", api.api_key},
                                                             {"@TOKEN_KEY@", base64url(api.token_key)}});
  }
  folder_.write("envoy.yaml", filled_in(configuration("envoy"), {{"@LISTENERS@", listeners}}));
}

}  // namespace easypost_connect::interop
