// SPDX-License-Identifier: Apache-2.0
// Poco: one session for each thread, its request made once.
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/HTTPSClientSession.h>
#include <Poco/StreamCopier.h>
#include <Poco/URI.h>

#include <algorithm>
#include <istream>
#include <ostream>
#include <vector>

#include "comparison/client.hpp"
#include "service.hpp"

namespace easypost_connect::benchmark {
namespace {

using Poco::Net::Context;
using Poco::Net::HTTPRequest;
using Poco::Net::HTTPResponse;
using Poco::Net::HTTPSClientSession;

constexpr std::size_t kBlock = 64 * 1024;

Context::Ptr make_context(const Service& service, const std::string& certificate, const std::string& key) {
  const bool system_trust = service.authority.empty();
  return new Context(Context::TLS_CLIENT_USE, key, certificate, service.authority, Context::VERIFY_RELAXED, 9,
                     system_trust);
}

std::istream& answer_to(HTTPSClientSession& session) {
  HTTPResponse response;
  std::istream& body = session.receiveResponse(response);
  if (response.getStatus() != HTTPResponse::HTTP_OK) throw std::runtime_error(response.getReason());
  return body;
}

std::string fetch_token(const Service& service) {
  const Poco::URI url(service.token_url);
  HTTPSClientSession session(url.getHost(), url.getPort(), make_context(service, "", ""));
  HTTPRequest request(HTTPRequest::HTTP_POST, url.getPath(), HTTPRequest::HTTP_1_1);
  const std::string form = service.token_form();
  request.setContentType("application/x-www-form-urlencoded");
  request.setContentLength64(static_cast<Poco::Int64>(form.size()));
  session.sendRequest(request) << form;
  std::string answer;
  Poco::StreamCopier::copyToString(answer_to(session), answer);
  return access_token_in(answer);
}

/// A session and a request with the credentials.
class Conversation {
 public:
  Conversation(const Service& service, const Context::Ptr& context, const std::string& token, const std::string& method,
               const std::string& path)
      : url_(service.api_url),
        session_(url_.getHost(), url_.getPort(), context),
        request_(method, path, HTTPRequest::HTTP_1_1) {
    session_.setKeepAlive(true);
    request_.set("x-api-key", service.api_key);
    request_.set("Authorization", "Bearer " + token);
  }

  HTTPRequest& request() { return request_; }
  std::ostream& send() { return session_.sendRequest(request_); }
  std::istream& answer() { return answer_to(session_); }

 private:
  Poco::URI url_;
  HTTPSClientSession session_;
  HTTPRequest request_;
};

class PocoCaller final : public Caller {
 public:
  PocoCaller(const Service& service, const Context::Ptr& context, const std::string& token, const std::string& path)
      : conversation_(service, context, token, HTTPRequest::HTTP_GET, path) {}

  const std::string& get() override {
    conversation_.send();
    body_.clear();
    Poco::StreamCopier::copyToString(conversation_.answer(), body_);
    return body_;
  }

 private:
  Conversation conversation_;
  std::string body_;
};

class PocoClient final : public Client {
 public:
  std::unique_ptr<Caller> caller(const std::string& path) override {
    return std::make_unique<PocoCaller>(service_, context_, token_, path);
  }

  std::uint64_t download(const std::string& path) override {
    Conversation conversation(service_, context_, token_, HTTPRequest::HTTP_GET, path);
    conversation.send();
    std::istream& body = conversation.answer();
    std::vector<char> block(kBlock);
    std::uint64_t total = 0;
    do {
      body.read(block.data(), static_cast<std::streamsize>(block.size()));
      total += static_cast<std::uint64_t>(body.gcount());
    } while (body);
    return total;
  }

  std::string upload(const std::string& path, std::uint64_t size) override {
    Conversation conversation(service_, context_, token_, HTTPRequest::HTTP_PUT, path);
    conversation.request().setContentLength64(static_cast<Poco::Int64>(size));
    std::ostream& body = conversation.send();
    std::vector<char> block(kBlock);
    for (std::uint64_t left = size; left > 0;) {
      const auto now = std::min<std::uint64_t>(left, block.size());
      std::fill_n(block.begin(), now, 'x');
      body.write(block.data(), static_cast<std::streamsize>(now));
      left -= now;
    }
    std::string answer;
    Poco::StreamCopier::copyToString(conversation.answer(), answer);
    return answer;
  }

 private:
  Service service_ = Service::from_environment();
  Context::Ptr context_ = make_context(service_, service_.certificate, service_.private_key);
  std::string token_ = fetch_token(service_);
};

}  // namespace

std::unique_ptr<Client> make_client() { return std::make_unique<PocoClient>(); }

}  // namespace easypost_connect::benchmark
