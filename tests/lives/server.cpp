// SPDX-License-Identifier: Apache-2.0
#include "server.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <unordered_map>

#include "sandbox/event_log.hpp"
#include "sandbox/listener.hpp"
#include "sandbox/server_tls.hpp"
#include "sanitizers.hpp"

#if defined(EASYPOST_CONNECT_THREAD_SANITIZER)
// The server's library is not compiled for this sanitizer, which does not see how its threads wait for each other.
extern "C" const char* __tsan_default_suppressions();
extern "C" const char* __tsan_default_suppressions() { return "called_from_lib:libcpp-httplib.so\n"; }
#endif

namespace easypost_connect::lives {
namespace {

using sandbox::ClientCertificates;
using sandbox::Listener;

constexpr std::size_t kPiece = std::size_t{16} * 1024;
constexpr const char* kTokenPath = "/oauth2/token";

class Pipe {
 public:
  Pipe() {
    if (::pipe2(ends_.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  }
  [[nodiscard]] int reading() const { return ends_[0]; }
  [[nodiscard]] int writing() const { return ends_[1]; }

 private:
  std::array<int, 2> ends_{};
};

/// Ends the connection without an answer.
void vanish(const httplib::Request& request) {
  ::shutdown(SSL_get_fd(static_cast<const SSL*>(request.ssl)), SHUT_RDWR);
}

void give_body(const Script& script, httplib::Response& response) {
  if (script.size == 0) return;
  const std::size_t half = script.size / 2;
  response.set_content_provider(script.size, "application/octet-stream",
                                [script, half](std::size_t offset, std::size_t length, httplib::DataSink& sink) {
                                  if (offset == half && script.manner == Manner::kBreaks) return false;
                                  if (offset == half && script.manner == Manner::kStalls) {
                                    std::this_thread::sleep_for(std::chrono::milliseconds(script.delay));
                                  }
                                  const std::size_t end = offset < half ? half : script.size;
                                  std::string piece(std::min({kPiece, length, end - offset}), '\0');
                                  for (std::size_t i = 0; i < piece.size(); ++i) piece[i] = pattern(offset + i);
                                  return sink.write(piece.data(), piece.size());
                                });
}

/// Answers requests in the server's process.
class Service {
 public:
  std::string answer(const httplib::Request& request, httplib::Response& response) {
    if (request.path == kTokenPath) return give_token(request.body, response);
    unsigned call = 0;
    int manner = 0;
    Script script;
    if (std::sscanf(request.path.c_str(), "/lives/%u/%d/%u/%u/%zu/%d", &call, &script.refusal, &script.refusals,
                    &script.delay, &script.size, &manner) != 6) {
      response.status = 404;
      return {};
    }
    script.manner = static_cast<Manner>(manner);
    play(script, call, request, response);
    return {};
  }

 private:
  void play(const Script& script, unsigned call, const httplib::Request& request, httplib::Response& response) {
    std::this_thread::sleep_for(std::chrono::milliseconds(script.delay));
    if (script.manner == Manner::kNever) return vanish(request);
    response.status = 200;
    if (times(call) > script.refusals) return give_body(script, response);
    response.status = script.refusal;
    response.set_header("Retry-After", "0");
  }

  std::string give_token(const std::string& form, httplib::Response& response) {
    const auto asks_for = [&form](const char* scope) { return form.find(scope) != std::string::npos; };
    const unsigned number = ++tokens_;
    if (asks_for("slow")) std::this_thread::sleep_for(std::chrono::milliseconds(40));
    response.status = asks_for("flaky") && number % 2 == 0 ? 503 : 200;
    std::ostringstream json;
    json << R"({"access_token":"canary-secret-token-)" << number << R"(","token_type":"Bearer","expires_in":)"
         << (asks_for("brief") ? 1 : 3600) << '}';
    response.set_content(json.str(), "application/json");
    return {};
  }

  unsigned times(unsigned call) {
    constexpr std::size_t kRemembered = 100'000;
    const std::lock_guard lock(mutex_);
    if (times_.size() > kRemembered) times_.clear();
    return ++times_[call];
  }

  std::mutex mutex_;
  std::unordered_map<unsigned, unsigned> times_;
  std::atomic<unsigned> tokens_{0};
};

[[noreturn]] void serve(const sandbox::CertificateAuthority& authority, const Pipe& urls, const Pipe& lifeline) {
  ::close(lifeline.writing());
  Service service;
  sandbox::EventLog event_log(nullptr);
  const auto handler = [&service](const httplib::Request& request, httplib::Response& response) {
    return service.answer(request, response);
  };
  const auto trusted = std::make_shared<sandbox::TrustedAuthorities>();
  trusted->trust({authority.certificate()});
  const Listener api(SandboxHost::kApi,
                     {authority.issue(sandbox::server_profile()), trusted, ClientCertificates::kRequired}, event_log,
                     handler);
  const Listener others(SandboxHost::kStorage,
                        {authority.issue(sandbox::server_profile()), {}, ClientCertificates::kUnasked}, event_log,
                        handler);
  const std::string text = api.url() + ' ' + others.url() + ' ';
  if (::write(urls.writing(), text.data(), text.size()) < 0) ::_exit(1);
  ::close(urls.writing());
  char nothing = 0;
  while (::read(lifeline.reading(), &nothing, 1) > 0) {
  }
  // Late answers would keep their threads, and the thread sanitizer would report at _exit() that no thread joins them.
  ::syscall(SYS_exit_group, 0);
  std::abort();
}

std::string read_all(int descriptor) {
  std::string text;
  std::array<char, 256> part{};
  for (;;) {
    const ssize_t size = ::read(descriptor, part.data(), part.size());
    if (size <= 0) return text;
    text.append(part.data(), static_cast<std::size_t>(size));
  }
}

}  // namespace

std::string Script::path(unsigned call) const {
  std::ostringstream text;
  text << "/lives/" << call << '/' << refusal << '/' << refusals << '/' << delay << '/' << size << '/'
       << static_cast<int>(manner);
  return text.str();
}

std::string pattern_of(std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < size; ++i) bytes[i] = pattern(i);
  return bytes;
}

bool is_pattern(const char* bytes, std::size_t size, std::size_t position) noexcept {
  for (std::size_t i = 0; i < size; ++i) {
    if (bytes[i] != pattern(position + i)) return false;
  }
  return true;
}

Server::Server() : partners_{authority_.issue(), authority_.issue()} {
  const Pipe urls;
  const Pipe lifeline;
  id_ = ::fork();
  if (id_ == 0) serve(authority_, urls, lifeline);
  ::close(urls.writing());
  ::close(lifeline.reading());
  lifeline_ = lifeline.writing();
  std::istringstream text(read_all(urls.reading()));
  ::close(urls.reading());
  if (!(text >> api_url_ >> storage_url_)) throw std::runtime_error("the server did not start");
}

Server::~Server() {
  ::close(lifeline_);
  ::waitpid(id_, nullptr, 0);
}

ClientOptions Server::client_options(std::size_t partner) const {
  ClientOptions options;
  options.environment = Environment::custom(api_url_, storage_url_ + kTokenPath);
  options.server_ca = TlsMaterial::in_memory(Secret(authority_.certificate()));
  const auto& certificate = partners_.at(partner);
  options.credentials.client_certificate.certificate = TlsMaterial::in_memory(Secret(certificate.certificate));
  options.credentials.client_certificate.private_key = TlsMaterial::in_memory(Secret(certificate.private_key));
  options.credentials.api_key = Secret("canary-secret-key");
  options.credentials.oauth_client.id = "partner-1";
  options.credentials.oauth_client.secret = Secret("canary-secret-client");
  return options;
}

std::vector<std::string> Server::environment() const {
  const std::string prefix = "EASYPOST_CONNECT_";
  return {prefix + "API_URL=" + api_url_,
          prefix + "TOKEN_URL=" + storage_url_ + kTokenPath,
          prefix + "CA_FILE=" + authority_.certificate(),
          prefix + "CLIENT_CERT=" + partners_[0].certificate,
          prefix + "CLIENT_KEY=" + partners_[0].private_key,
          prefix + "API_KEY=canary-secret-key",
          prefix + "CLIENT_ID=partner-1",
          prefix + "CLIENT_SECRET=canary-secret-client"};
}

const std::array<const char*, 4>& Server::token_manners() noexcept {
  static constexpr std::array<const char*, 4> kManners = {"steady", "brief", "slow", "flaky"};
  return kManners;
}

}  // namespace easypost_connect::lives
