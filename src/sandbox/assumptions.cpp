// SPDX-License-Identifier: Apache-2.0
#include <easypost_connect/sandbox.hpp>

namespace easypost_connect {

// Everything that the sandbox had to choose because the public documentation does not say it. When EasyPost documents
// one of these, the line goes and the sandbox follows.
const std::vector<SandboxAssumption>& Sandbox::assumptions() {
  static const auto* const all = new std::vector<SandboxAssumption>{
      // never freed: no static with a destructor
      {"Order of the checks",
       "client certificate (in the handshake), then x-api-key, then bearer token, then the call"},
      {"No or wrong client certificate", "the TLS handshake fails with an alert; there is no HTTP answer"},
      {"No or wrong x-api-key", R"(403, {"message":"Forbidden"}, x-amzn-ErrorType: ForbiddenException (AWS style))"},
      {"No, wrong, expired or revoked token",
       R"(401, {"message":"Unauthorized"}, x-amzn-ErrorType: UnauthorizedException (AWS style))"},
      {"..., challenge",
       R"(WWW-Authenticate: Bearer realm="sandbox"; error="invalid_token" if a token came (RFC 6750, section 3.1))"},
      {"Request id",
       "every answer of the API carries x-amzn-RequestId, but for an injected one and those to broken HTTP"},
      {"Error body", R"({"message":"..."})"},
      {"HTTP version", "HTTP/1.1, and HTTP/2 with whoever offers it (ALPN); TLS 1.2 and 1.3"},
      {"Range", "ignored: every answer is whole; before a body, one that is not of bytes is 400"},
      {"GET with a body", "400; so is HEAD, and any other method but POST, PUT, PATCH and DELETE"},
      {"DELETE with a body in chunks", "411"},
      {"Token endpoint, mutual TLS", "no client certificate is asked for"},
      {"Token endpoint, Authorization: Basic", "accepted beside client_id and client_secret in the body"},
      {"Token endpoint, errors", "as RFC 6749, section 5.2"},
      {"Token endpoint, other methods and queries", "405; a query is ignored unless it holds a parameter of the grant"},
      {"Signing request",
       "signed for 90 days; RSA-2048 and more, P-256, P-384, P-521; only its subject and its key count"},
      {"Scopes", "jobs:read and jobs:write exist, and neither is needed; any other is invalid_scope"},
      {"GET /jobs, envelope", "a bare JSON array; a page that is empty or short is the last one"},
      {"GET /jobs, maxItems", "a query parameter that may lower the page size; it cannot raise it"},
      {"GET /jobs, unknown after", "400"},
      {"GET /jobs, filters", "none; unknown query parameters are ignored"},
      {"Job, fields", "id, jobName, workflowId, filename, status, startDate, managedCompanyId"},
      {"Job, format of id and startDate", "UUID; ISO 8601, UTC, with milliseconds"},
      {"Job, status after AWAITING_FOR_FILE",
       "PROCESSING, and it stays; the jobs that exist at the start are COMPLETED"},
      {"Job, visibility", "all jobs, whatever x-managed-company-id says"},
      {"GET /jobs/{id}, unknown id", "404"},
      {"POST /jobs/single-file, body", "workflowId, jobName, filename, as in payload-pdf; 400 names what is missing"},
      {"POST /jobs/single-file, content-type", "not checked; but multipart/form-data is 415"},
      {"POST /jobs/single-file, answer", "201, the job with its fileUploadUrl"},
      {"Job, workflow and file kind", "not checked"},
      {"x-managed-company-id", "accepted on POST /jobs/single-file, echoed as managedCompanyId, not checked"},
      {"Upload, presigned URL", "a host of its own, signature in the query, one PUT within the documented 2 hours"},
      {"Upload, answers", "200; 403 without a good signature; 400 when a credential comes along"},
      {"POST /jobs/payload-*", "not played: 404"},
      {"Rate limits, size limits", "none"},
  };
  return *all;
}

}  // namespace easypost_connect
