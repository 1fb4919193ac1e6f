// SPDX-License-Identifier: Apache-2.0
// Testing code that uses the client, without a network: give it a Transport of one's own.
#include <cstdio>
#include <memory>

#include <easypost_connect/connect_client.hpp>
#include <easypost_connect/transport.hpp>

using namespace easypost_connect;

namespace {

// The code under test.
std::size_t size_of_job_list(ConnectClient& client) {
  const auto jobs = client.get("/jobs");
  return jobs ? jobs->body.size() : 0;
}

// Answers in place of the API and of its token endpoint.
class CannedAnswers : public Transport {
 public:
  Result<Response> send(const Request& request, const CallContext& context) override {
    if (context.url == "https://auth.test/oauth2/token")
      return Response{200, {}, R"({"access_token":"t","expires_in":60})"};
    const bool complete = context.credentials.size() == 2;  // x-api-key and authorization
    return request.path == "/jobs" && complete ? Response{200, {}, "[]"} : Response{404, {}, ""};
  }
};

}  // namespace

int main() {
  ClientOptions options;
  options.environment = Environment::custom("https://api.test", "https://auth.test/oauth2/token");
  options.credentials.api_key = Secret("any");
  options.credentials.oauth_client.id = "any";
  options.credentials.oauth_client.secret = Secret("any");
  options.transport = std::make_shared<CannedAnswers>();

  auto client = ConnectClient::create(options);
  if (!client) return std::fprintf(stderr, "%s\n", client.error().describe().c_str()), 1;
  const bool passed = size_of_job_list(*client) == 2;
  std::puts(passed ? "passed" : "failed");
  return passed ? 0 : 1;
}
