// SPDX-License-Identifier: Apache-2.0
#include "plain_post.hpp"

#include <stdexcept>

#include <easypost_connect/https_transport.hpp>

namespace easypost_connect::interop {

void post_plainly(int port, const std::string& path, const std::string& content_type, const std::string& body) {
  HttpsTransportOptions options;
  options.plain_http_hosts.push_back("127.0.0.1:" + std::to_string(port));
  const auto transport = make_https_transport(options);
  Request request;
  request.method = Method::kPost;
  request.body = Body::from_memory(body);
  CallContext context;
  context.url = "http://" + options.plain_http_hosts[0] + path;
  context.content_type = content_type;
  const auto answer = (*transport)->send(request, context);
  if (!answer || (answer->status != 200 && answer->status != 409))
    throw std::runtime_error("POST " + path + ": " + (answer ? answer->body : answer.error().describe()));
}

}  // namespace easypost_connect::interop
