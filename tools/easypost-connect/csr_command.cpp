// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>
#include <unistd.h>

#include <iostream>
#include <memory>

#include <easypost_connect/signing_request.hpp>

#include "commands.hpp"
#include "core/make_error.hpp"
#include "core/staged_file.hpp"
#include "credential_flags.hpp"

namespace easypost_connect::tool {
namespace {

constexpr const char* kExamples = R"(Examples:
  easypost-connect csr --common-name my-company
  easypost-connect csr --common-name my-company --passphrase-file passphrase.txt
Then paste client.csr into the Portal, and save the certificate it returns as client.crt.)";

constexpr mode_t kReadableByAll = S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH;

struct Arguments {
  SigningRequestOptions request;
  SigningRequestFiles files{"client.key", "client.csr", false};
  std::string key_type = "rsa2048";
  std::string passphrase_file;
};

/// Writes the key to stdout, for a vault that reads it there, and then the request, which is of no use without the key.
int print_key(const SigningRequest& made, const SigningRequestFiles& files) {
  if (::isatty(STDOUT_FILENO) == 1) {
    return fail(internal::make_error(ErrorCode::kInvalidOption, Factor::kRequest,
                                     "--out-key -: a private key is not shown on a terminal.",
                                     "Pipe it into the command that stores it (docs/vaults.md)."));
  }
  auto csr = internal::StagedFile::write("signing_request", files.signing_request, made.csr, kReadableByAll);
  if (!csr) return fail(csr.error());
  if (auto published = csr->publish(files.replace); !published) return fail(published.error());
  std::cout << made.private_key.expose() << std::flush;
  if (!std::cout) {
    csr->withdraw();
    return fail(internal::make_error(ErrorCode::kInvalidOption, Factor::kRequest,
                                     "--out-key -: the key cannot be written to stdout.",
                                     "Look why the command that reads it ended."));
  }
  std::cerr << "The key is with the command that read it. Paste the request (" << files.signing_request
            << ") into the Portal.\n";
  return kSuccess;
}

int run(Arguments& arguments) {
  auto passphrase = read_secret_file(arguments.passphrase_file, "--passphrase-file");
  if (!passphrase) return fail(passphrase.error());
  if (!arguments.passphrase_file.empty() && passphrase->empty()) {
    return fail(
        internal::make_error(ErrorCode::kInvalidOption, Factor::kRequest, "--passphrase-file: the file is empty.",
                             "Write the passphrase into it, or leave the flag out for a key that is not encrypted."));
  }
  arguments.request.key_type = arguments.key_type == "p256" ? KeyType::kP256 : KeyType::kRsa2048;
  arguments.request.passphrase = *std::move(passphrase);
  const auto made = make_signing_request(arguments.request);
  if (!made) return fail(made.error());
  if (arguments.files.private_key == "-") return print_key(*made, arguments.files);
  if (auto written = write_signing_request(*made, arguments.files); !written) return fail(written.error());
  std::cout << arguments.files.private_key << '\n' << arguments.files.signing_request << '\n';
  std::cerr << "Keep the key (" << arguments.files.private_key << "), and paste the request ("
            << arguments.files.signing_request << ") into the Portal.\n";
  return kSuccess;
}

}  // namespace

void add_csr(CLI::App& app, int& status) {
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand("csr", "Make a private key and a certificate signing request");
  SigningRequestOptions& request = arguments->request;
  command->add_option("--common-name", request.common_name, "Name in the certificate; free to choose")->required();
  command->add_option("--organization", request.organization, "Name of the organization");
  command->add_option("--organizational-unit", request.organizational_unit, "Part of the organization");
  command->add_option("--locality", request.locality, "City");
  command->add_option("--state", request.state, "State or province");
  command->add_option("--country", request.country, "Country, two letters");
  command->add_option("--key-type", arguments->key_type, "rsa2048 (as the EasyPost guide says) or p256")
      ->transform(CLI::IsMember({"rsa2048", "p256"}, CLI::ignore_case).description(""))
      ->type_name("TYPE")
      ->capture_default_str();
  command->add_option("--out-key", arguments->files.private_key, "Where the key goes; mode 0600. -: stdout")
      ->type_name("FILE")
      ->capture_default_str();
  command->add_option("--out-csr", arguments->files.signing_request, "Where the request goes")
      ->type_name("FILE")
      ->capture_default_str();
  command->add_option("--passphrase-file", arguments->passphrase_file, "Encrypt the key with this passphrase (AES-256)")
      ->type_name("FILE");
  command->add_flag("--force", arguments->files.replace, "Replace files that are there; an old key is gone for good");
  command->footer(kExamples);
  command->callback([arguments, &status] { status = run(*arguments); });
}

}  // namespace easypost_connect::tool
