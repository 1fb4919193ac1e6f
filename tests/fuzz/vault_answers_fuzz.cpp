// SPDX-License-Identifier: Apache-2.0
// Input: one byte that chooses a way to log in and read, then answers of three lines each: one that begins with the
// status, one that is a header field, the body. A "$" in the body stands for what was sent, as in an answer that
// echoes. Behind the last answer nobody answers. For the last way all of it is a file of Google's credentials.
#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>

#include <easypost_connect/transport.hpp>
#include <easypost_connect/vaults.hpp>

#include "fuzz_support.hpp"

namespace easypost_connect::fuzz {
namespace {

constexpr std::string_view kSecret = "canary-secret-5a71";
constexpr const char* kContainer = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
constexpr const char* kGoogleFederation =
    R"({"type":"external_account","audience":"//iam.googleapis.com/pool","subject_token_type":"jwt",)"
    R"("service_account_impersonation_url":"https://iamcredentials.googleapis.com/v1/a:generateAccessToken",)"
    R"("token_url":"https://sts.googleapis.com/v1/token","credential_source":{"url":"http://127.0.0.1/",)"
    R"("headers":{"authorization":"canary-secret-5a71"},"format":{"type":"json","subject_token_field_name":"t"}}})";

bool sends_secret(const Request& request, const CallContext& context) {
  const auto holds = [](std::string_view text) { return text.find(kSecret) != std::string_view::npos; };
  return holds(request.body.bytes()) ||
         std::any_of(context.credentials.begin(), context.credentials.end(),
                     [&](const SecretHeader& header) { return holds(header.value.expose()); });
}

/// Gives one answer of the input to each request.
class FuzzTransport final : public Transport {
 public:
  explicit FuzzTransport(Input& input) : input_(input) {}

  Result<Response> send(const Request& request, const CallContext& context) override {
    if (input_.empty()) return Error();
    Response response;
    const std::string_view status = input_.line();
    std::from_chars(status.data(), status.data() + status.size(), response.status);
    const std::string_view field = input_.line();
    const auto colon = std::min(field.find(':'), field.size());
    response.headers.add(field.substr(0, colon), field.substr(std::min(colon + 1, field.size())));
    for (const char c : input_.line()) {
      if (c == '$') {
        response.body.append(sends_secret(request, context) ? kSecret : "-");
      } else if (c == '^' && !context.credentials.empty()) {
        response.body.append(context.credentials.front().value.expose());
      } else {
        response.body += c;
      }
    }
    return response;
  }

 private:
  Input& input_;
};

const char* choose(unsigned way, vaults::VaultOptions& options) {
  const Secret secret(kSecret);
  ::clearenv();                         // NOLINT(concurrency-mt-unsafe): there is one thread
  ::setenv("HOME", "/nonexistent", 1);  // NOLINT(concurrency-mt-unsafe)
  switch (way % 11) {
    case 0: options.hashicorp.login = vaults::VaultToken{secret}; return "vault://kv/ep?kv=1";
    case 1: options.hashicorp.login = vaults::AppRoleLogin{"role", secret, true, "approle"}; return "vault://kv/ep";
    case 2: options.hashicorp.login = vaults::AppRoleLogin{"role", secret, false, "approle"}; return "vault://a/b?kv=2";
    case 3: options.aws.keys = vaults::AwsKeys{"AKIA1", secret, secret}; return "aws-sm://ep";
    case 4: ::setenv(kContainer, "/role", 1); return "aws-sm://ep";  // NOLINT(concurrency-mt-unsafe)
    case 5: return "aws-sm://ep";
    case 6: options.azure.login = vaults::AzureSecretLogin{secret}; return "azure-kv://my-vault/ep";
    case 7: options.azure.login = vaults::AzureManagedIdentityLogin{}; return "azure-kv://my-vault/ep";
    case 8: return "gcp-sm://p1/ep";
    default: return "gcp-sm://p1/ep#api_key";
  }
}

void check(const Error& error) {
  const std::string text = error.describe();
  always(text.find(kSecret) == std::string::npos, "an Error holds no secret");
  always(std::all_of(text.begin(), text.end(), [](char c) { return (c >= ' ' && c <= '~') || c == '\n'; }),
         "an Error is plain text");
  always(error.factor == Factor::kCredentialSource, "a source blames itself");
}

void look(const char* reference, const vaults::VaultOptions& options) {
  const auto source = vaults::from_uri(reference, options);
  if (!source) return check(source.error());
  for (int i = 0; i < 2; ++i) {
    const auto found = (*source)();
    if (!found.credentials) check(found.credentials.error());
    if (found.look_again_after) always(found.look_again_after->count() > 0, "a source is not asked again at once");
  }
}

}  // namespace
}  // namespace easypost_connect::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace easypost_connect;
  const std::string_view whole(reinterpret_cast<const char*>(data), size);
  if (whole.find(fuzz::kSecret) != std::string_view::npos) return 0;  // the secret comes from requests only
  fuzz::Input input(data, size);
  vaults::VaultOptions options;
  options.hashicorp.address = "https://vault.test";
  options.aws.region = "eu-west-1";
  options.azure.tenant_id = options.azure.client_id = "id";
  const unsigned way = input.number();
  const char* const reference = fuzz::choose(way, options);
  if (way % 11 == 9) options.google.credentials = Secret(fuzz::kGoogleFederation);
  if (way % 11 == 10) options.google.credentials = Secret(input.rest());
  options.transport = std::make_shared<fuzz::FuzzTransport>(input);
  fuzz::look(reference, options);
  return 0;
}
