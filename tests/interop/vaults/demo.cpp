// SPDX-License-Identifier: Apache-2.0
// Starts a vault, or what comes nearest to it, and a sandbox of the API, stores the credentials in the vault, and lets
// easypost-connect find them there.
//   easypost_connect_vault_demo hashicorp|aws|azure|google
#include <exception>
#include <iostream>
#include <map>
#include <string>

#include "azure_stand_in.hpp"
#include "documented_page.hpp"
#include "google_services.hpp"
#include "moto.hpp"
#include "open_bao.hpp"
#include "portal.hpp"

namespace easypost_connect::interop {
namespace {

/// Where a client finds its secret, and the variables of the vendor by which it gets there and logs in.
struct Stored {
  std::string address;
  std::map<std::string, std::string> variables;
};

/// Runs the command as a customer would, in an environment that has only these variables, and shows both.
void show(const Portal& portal, DocumentedPage& shell, const Stored& stored) {
  shell.add_program("easypost-connect", EASYPOST_CONNECT_PROGRAM);
  for (const auto& [name, value] : portal.environment()) shell.set(name, value);
  std::cout << "# set:";
  for (const auto& [name, value] : stored.variables) {
    shell.set(name, value);
    std::cout << ' ' << name;
  }
  const std::string command = "easypost-connect doctor --credentials " + stored.address;
  std::cout << "\n$ " << command << '\n' << shell.execute(command + " 2>&1") << '\n';
}

void show_hashicorp() {
  const OpenBao bao;
  const Portal portal;
  DocumentedPage shell("vault-hashicorp.md");
  bao.run("kv put -mount=secret easypost/acc -", portal.secret());
  show(portal, shell, {"vault://secret/easypost/acc", {{"VAULT_ADDR", bao.url()}, {"VAULT_TOKEN", bao.root_token()}}});
}

std::map<std::string, std::string> aws_variables(const Moto& moto, const std::string& user) {
  return {{"AWS_REGION", "eu-west-1"},
          {"AWS_ENDPOINT_URL", moto.url()},
          {"AWS_ACCESS_KEY_ID", moto.known(user + "_ID")},
          {"AWS_SECRET_ACCESS_KEY", moto.known(user + "_SECRET")}};
}

void show_aws() {
  const Moto moto;
  const Portal portal;
  DocumentedPage shell("vault-aws.md");
  shell.add_program("aws", "env PYTHONPATH=" VAULT_AWS_CLI " python3 -m awscli --region eu-west-1");
  for (const auto& [name, value] : aws_variables(moto, "KEEPER")) shell.set(name, value);
  shell.execute("aws secretsmanager put-secret-value --secret-id easypost/acc --secret-string file:///dev/stdin",
                portal.secret());
  show(portal, shell, {"aws-sm://easypost/acc", aws_variables(moto, "READER")});
}

void show_azure() {
  AzureStandIn azure;
  const Portal portal;
  DocumentedPage shell("vault-azure.md");
  azure.set_secret("easypost", portal.secret());
  show(portal, shell,
       {"azure-kv://my-vault/easypost",
        {{"AZURE_TENANT_ID", AzureStandIn::kTenant},
         {"AZURE_CLIENT_ID", AzureStandIn::kClient},
         {"AZURE_CLIENT_SECRET", AzureStandIn::kClientSecret},
         {"SSL_CERT_FILE", azure.authority_file()},
         {"HTTPS_PROXY", azure.url()},
         {"NO_PROXY", "localhost"}}});
}

void show_google() {
  const GoogleServices google;
  const Portal portal;
  DocumentedPage shell("vault-google.md");
  google.store("projects/p1", "easypost-acc", portal.secret());
  show(portal, shell,
       {"gcp-sm://p1/easypost-acc",
        {{"GOOGLE_APPLICATION_CREDENTIALS", google.key_file()},
         {"SSL_CERT_FILE", shell.folder().write("google.pem", google.authority().certificate())},
         {"HTTPS_PROXY", google.proxy()},
         {"NO_PROXY", "localhost"}}});
}

int run(const std::string& vault) {
  const std::map<std::string, void (*)()> shows = {
      {"hashicorp", show_hashicorp}, {"aws", show_aws}, {"azure", show_azure}, {"google", show_google}};
  const auto found = shows.find(vault);
  if (found == shows.end()) {
    std::cerr << "usage: easypost_connect_vault_demo hashicorp|aws|azure|google\n";
    return 2;
  }
  found->second();
  return 0;
}

}  // namespace
}  // namespace easypost_connect::interop

int main(int argc, char** argv) {
  try {
    return easypost_connect::interop::run(argc == 2 ? argv[1] : "");
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
