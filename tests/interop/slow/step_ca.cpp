// SPDX-License-Identifier: Apache-2.0
#include "step_ca.hpp"

#include <httplib.h>
#include <openssl/core_names.h>

#include <stdexcept>

#include <nlohmann/json.hpp>

#include <easypost_connect/signing_request.hpp>

#include "core/encoding.hpp"
#include "sandbox/pem.hpp"
#include "sandbox/secrets.hpp"
#include "vaults/jwt.hpp"

namespace easypost_connect::interop {
namespace {

using Json = nlohmann::json;

constexpr const char* kProvisioner = "partners";
constexpr const char* kClientTemplate =
    R"({"subject": {"commonName": {{ toJson .Subject.CommonName }}}, "sans": {{ toJson .SANs }},
        "keyUsage": ["digitalSignature"], "extKeyUsage": ["clientAuth"]})";

/// A number of an RSA key, as RFC 7518, section 6.3.1, writes it.
std::string number_of(const EVP_PKEY& key, const char* name) {
  BIGNUM* made = nullptr;
  sandbox::checked(EVP_PKEY_get_bn_param(&key, name, &made), "reading a key");
  const internal::NumberPtr number(made);
  std::string bytes(static_cast<std::size_t>(BN_num_bytes(made)), '\0');
  BN_bn2bin(made, reinterpret_cast<unsigned char*>(bytes.data()));
  return internal::base64url_encode(bytes);
}

Json public_jwk(const std::string& private_key) {
  const auto key = sandbox::read_private_key(private_key);
  return {{"kty", "RSA"},
          {"use", "sig"},
          {"alg", "RS256"},
          {"kid", kProvisioner},
          {"n", number_of(*key, OSSL_PKEY_PARAM_RSA_N)},
          {"e", number_of(*key, OSSL_PKEY_PARAM_RSA_E)}};
}

SigningRequest request_for(const std::string& common_name) {
  SigningRequestOptions options;
  options.common_name = common_name;
  options.key_type = KeyType::kP256;
  return make_signing_request(options).value();
}

}  // namespace

StepCa::StepCa() {
  const auto intermediate = root_.issue_authority("step-ca intermediate").to_pem_with_key();
  const auto key_at = intermediate.find("-----BEGIN PRIVATE KEY-----");
  folder_.write("root.pem", root_.certificate());
  folder_.write("intermediate.pem", intermediate.substr(0, key_at));
  folder_.write("intermediate.key", intermediate.substr(key_at));
  write_configuration();
  const std::string log = folder_.path("log");
  process_.emplace(std::vector<std::string>{INTEROP_STEP_CA, folder_.path("ca.json")}, log);
  wait_until_it_listens(*process_, port_, log);
}

void StepCa::write_configuration() const {
  const Json claims = {{"minTLSCertDuration", std::to_string(kShortestLife.count()) + "s"},
                       {"defaultTLSCertDuration", "1h"},
                       {"maxTLSCertDuration", "24h"}};
  const Json provisioner = {{"type", "JWK"},
                            {"name", kProvisioner},
                            {"key", public_jwk(provisioner_.private_key)},
                            {"claims", claims},
                            {"options", {{"x509", {{"template", kClientTemplate}}}}}};
  const Json configuration = {{"root", folder_.path("root.pem")},
                              {"crt", folder_.path("intermediate.pem")},
                              {"key", folder_.path("intermediate.key")},
                              {"address", "127.0.0.1:" + std::to_string(port_)},
                              {"dnsNames", {"localhost"}},
                              {"db", {{"type", "badgerv2"}, {"dataSource", folder_.path("database")}}},
                              {"authority", {{"provisioners", {provisioner}}}}};
  folder_.write("ca.json", configuration.dump());
}

Secret StepCa::one_time_token(const std::string& common_name) const {
  const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  const Json header = {{"alg", "RS256"}, {"typ", "JWT"}, {"kid", kProvisioner}};
  const Json claims = {{"iss", kProvisioner},   {"aud", url() + "/1.0/sign"},    {"sub", common_name},
                       {"sans", {common_name}}, {"jti", sandbox::random_uuid()}, {"iat", now},
                       {"exp", now + 60}};
  return internal::signed_jwt(header.dump(), claims.dump(), *internal::rsa_key_in(Secret(provisioner_.private_key)),
                              internal::JwtAlgorithm::kRs256)
      .value();
}

std::string StepCa::ask(const std::string& path, const std::string& body,
                        const sandbox::IssuedCertificate& shown) const {
  const std::string certificate = folder_.write("shown.pem", shown.certificate);
  const std::string key = folder_.write("shown.key", shown.private_key);
  const bool is_anonymous = shown.certificate.empty();
  httplib::SSLClient connection("localhost", port_, is_anonymous ? "" : certificate, is_anonymous ? "" : key);
  connection.set_ca_cert_path(folder_.path("root.pem").c_str());
  const auto answer = connection.Post(path, body, "application/json");
  if (!answer || answer->status != 201) {
    throw std::runtime_error("step-ca refuses " + path + ": " +
                             (answer ? answer->body : httplib::to_string(answer.error())));
  }
  const Json json = Json::parse(answer->body);
  return json.at("crt").get<std::string>() + json.at("ca").get<std::string>();
}

sandbox::IssuedCertificate StepCa::issue(const std::string& common_name, std::chrono::seconds life) {
  const SigningRequest request = request_for(common_name);
  const Json body = {{"csr", request.csr},
                     {"ott", one_time_token(common_name).expose()},
                     {"notAfter", std::to_string(life.count()) + "s"}};
  return {ask("/1.0/sign", body.dump(), {}), std::string(request.private_key.expose())};
}

sandbox::IssuedCertificate StepCa::renew(const sandbox::IssuedCertificate& current) {
  return {ask("/1.0/renew", "", current), current.private_key};
}

sandbox::IssuedCertificate StepCa::rekey(const sandbox::IssuedCertificate& current, const std::string& common_name) {
  const SigningRequest request = request_for(common_name);
  return {ask("/1.0/rekey", Json{{"csr", request.csr}}.dump(), current), std::string(request.private_key.expose())};
}

}  // namespace easypost_connect::interop
