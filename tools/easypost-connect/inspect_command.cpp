// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <iostream>
#include <memory>
#include <optional>

#include <easypost_connect/certificate_facts.hpp>

#include "certificate_text.hpp"
#include "commands.hpp"
#include "core/make_error.hpp"
#include "credential_flags.hpp"
#include "doctor/checklist.hpp"
#include "doctor/step_json.hpp"
#include "doctor/vault_steps.hpp"
#include "error_text.hpp"
#include "identity/material.hpp"
#include "identity/tls_identity.hpp"
#include "terminal.hpp"

namespace easypost_connect::tool {
namespace {

constexpr const char* kExamples = R"(Examples:
  easypost-connect inspect --cert client.crt --key client.key
  easypost-connect inspect client.crt --key client.key
  easypost-connect inspect client.crt)";

struct Arguments {
  CredentialFlags credentials;
  std::string file;  // read in place of the certificate of the credentials
  bool json = false;
};

using Now = std::chrono::system_clock::time_point;

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : ", ") + text;
  return all.empty() ? "any" : all;
}

void print(const Terminal& terminal, const char* label, const std::string& text) {
  std::cout << labelled(terminal, label, text);
}

void print(const Terminal& terminal, const CertificateFacts& facts, std::size_t number, Now now) {
  std::cout << terminal.paint(Colour::kBold, "certificate " + std::to_string(number)) << '\n';
  print(terminal, "subject", facts.subject);
  print(terminal, "issuer", facts.issuer);
  print(terminal, "serial", facts.serial_number);
  print(terminal, "valid", validity(facts, now));
  print(terminal, "key", to_text(facts.public_key));
  print(terminal, "purposes", joined(facts.purposes));
  print(terminal, "key usage", joined(facts.key_usages));
  print(terminal, "SHA-256", facts.sha256);
  print(terminal, "x5t#S256", facts.x5t_s256);
}

void print(const Terminal& terminal, const PrivateKeyFacts& key) {
  std::cout << terminal.paint(Colour::kBold, "private key") << '\n';
  print(terminal, "type", to_text(static_cast<const KeyFacts&>(key)));
  print(terminal, "kept", key.in_token ? "in a PKCS #11 token" : key.encrypted ? "encrypted" : "not encrypted");
  print(terminal, "belongs",
        key.certificate ? "to certificate " + std::to_string(*key.certificate + 1) : "to none of these certificates");
}

/// Tells what create() would make of them: what a server is shown, and what is not as it should be.
void print(const Terminal& terminal, const internal::TlsIdentity& identity) {
  std::cout << terminal.paint(Colour::kBold, "handshake") << '\n';
  for (const std::string& subject : identity.subjects()) print(terminal, "shows", subject);
  for (const auto& warning : identity.warnings()) {
    print(terminal, "warning", warning.message);
    print(terminal, "  do", warning.remedy);
  }
}

nlohmann::ordered_json to_json(const std::vector<internal::CredentialWarning>& warnings) {
  auto list = nlohmann::ordered_json::array();
  for (const auto& warning : warnings) list.push_back({{"message", warning.message}, {"remedy", warning.remedy}});
  return list;
}

struct Findings {
  std::vector<CertificateFacts> certificates;
  std::optional<PrivateKeyFacts> key;
  std::shared_ptr<const internal::TlsIdentity> identity;  // null: create() would refuse it, or there is no key
  std::vector<Step> vault;                                // has the steps of the vault, if one was asked
};

/// Prints the lines of a checklist. What is wrong and what to do about it goes to stderr.
void print(const Terminal& terminal, std::vector<Step> vault) {
  if (!vault.empty()) std::cout << terminal.paint(Colour::kBold, "vault") << '\n';
  for (Step& step : vault) {
    if (std::exchange(step.error, std::nullopt)) step.detail = "failed";
    std::cout << Checklist(terminal).line(step);
  }
}

void print(const Findings& found, bool json, Now now) {
  if (!json) {
    const Terminal terminal = Terminal::of(STDOUT_FILENO);
    print(terminal, found.vault);
    for (std::size_t i = 0; i < found.certificates.size(); ++i) print(terminal, found.certificates[i], i + 1, now);
    if (found.key) print(terminal, *found.key);
    if (found.identity) print(terminal, *found.identity);
    return;
  }
  nlohmann::ordered_json report;
  if (!found.vault.empty()) report["vault"] = tool::to_json(found.vault);
  report.update({{"certificates", nlohmann::ordered_json::array()}, {"private_key", nullptr}, {"shown", nullptr}});
  for (const CertificateFacts& facts : found.certificates) report["certificates"].push_back(tool::to_json(facts, now));
  if (found.key) report["private_key"] = tool::to_json(*found.key);
  if (found.identity) {
    report["shown"] = found.identity->subjects();
    report["warnings"] = to_json(found.identity->warnings());
  }
  std::cout << tool::to_text(report);
}

Error unusable(std::string message, std::string remedy) {
  return internal::make_error(ErrorCode::kInvalidCredential, Factor::kClientCertificate, std::move(message),
                              std::move(remedy));
}

/// No more can be said of a certificate without its key.
Error outside_its_time() {
  return unusable("The certificate is outside its time.",
                  "Make a new signing request (easypost-connect csr), or check the clock of this machine.");
}

/// Once each, because they may be pipes. The Error may be about the key alone.
Result<void> read_files(ClientCertificate& certificate) {
  TlsMaterial no_trust;
  internal::ReadingRules rules;
  rules.pipes = true;
  return internal::read_files(certificate, no_trust, rules);
}

/// Asks the vault, if one is named and no FILE is given. `vault` gets the steps of that.
Result<ClientCertificate> given_certificate(const Arguments& arguments, std::vector<Step>& vault) {
  if (!arguments.file.empty() || !arguments.credentials.names_vault())
    return arguments.credentials.certificate(arguments.file);
  auto [options, look] = arguments.credentials.find();
  if (look) vault = vault_steps(*look, options ? nullptr : &options.error());
  if (!options) return std::move(options).error();
  return std::move(options->credentials.client_certificate);
}

int run(const Arguments& arguments) {
  const Now now = std::chrono::system_clock::now();
  Findings found;
  auto given = given_certificate(arguments, found.vault);
  if (!given) {
    if (!found.vault.empty()) print(found, arguments.json, now);
    return fail(given.error());
  }
  if (given->certificate.empty()) {
    return fail(unusable("No certificate was given.", "Name its file, or set EASYPOST_CONNECT_CLIENT_CERT."));
  }
  const auto read = read_files(*given);
  if (!read && given->certificate.content().empty()) return fail(read.error());
  auto certificates = certificate_facts(*given);
  if (!certificates) return fail(certificates.error());
  found.certificates = *std::move(certificates);
  const auto key = read ? private_key_facts(*given) : read.error();
  if (!key) {
    print(found, arguments.json, now);
    // A certificate need not bring its key along.
    if (!given->private_key.empty()) return fail(key.error());
    return found.certificates.front().valid_at(now) ? kSuccess : fail(outside_its_time());
  }
  found.key = *key;
  const auto identity = internal::TlsIdentity::load(*given, {}, now);
  if (identity) found.identity = *identity;
  print(found, arguments.json, now);
  return identity ? kSuccess : fail(identity.error());
}

}  // namespace

void add_inspect(CLI::App& app, int& status) {
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand("inspect", "Say what a certificate and its key are, and whether they fit");
  command->add_option("FILE", arguments->file, "The same as --cert; the key is that of --key, or in FILE")
      ->type_name("");
  command->add_flag("--json", arguments->json, "Print JSON");
  arguments->credentials.add_certificate_flags(*command);
  command->footer(kExamples);
  command->callback([command, arguments, &status] {
    if (!arguments->file.empty() && command->count("--cert") > 0) throw CLI::ExcludesError("FILE", "--cert");
    status = run(*arguments);
  });
}

}  // namespace easypost_connect::tool
