// SPDX-License-Identifier: Apache-2.0
#include "identity/private_key.hpp"

#include <unistd.h>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <new>
#include <optional>
#include <system_error>
#include <utility>

#include "core/process.hpp"
#include "core/text.hpp"
#include "core/wait.hpp"
#include "identity/material.hpp"
#include "identity/pkcs11_ways.hpp"

namespace easypost_connect::internal {
namespace {

/// libp11 would write to stderr, in spite of QUIET.
Result<void> check_module() {
  const char* const path = std::getenv("PKCS11_MODULE_PATH");
  if (path == nullptr || path[0] != '/' || ::access(path, R_OK) == 0) return {};
  return material_error(kPrivateKeyField,
                        "is a PKCS #11 URI, and the module that PKCS11_MODULE_PATH names cannot be opened: " +
                            std::generic_category().message(errno),
                        "Check that path; without the variable, the module has to be known to p11-kit.");
}

/// The engine goes first, because it tells why a token gives no key out.
Result<KeyPtr> load_from_token(const std::string& uri, const Secret& pin) {
  static bool has_memory = false;  // once they found a key, engine and module may give what they found before
  if (!has_memory) {
    if (auto checked = check_module(); !checked) return std::move(checked).error();
  }
  const ClearErrorsOnExit clear_errors;
  Pkcs11Key key = load_by_engine(uri, pin);
  if (!key) key = load_by_provider(uri, pin);
  if (!key) {
    return material_error(
        kPrivateKeyField,
        "is a PKCS #11 URI, and OpenSSL has neither its \"pkcs11\" engine nor its \"pkcs11\" provider",
        "Install one: libengine-pkcs11-openssl or pkcs11-provider on Debian and Ubuntu, "
        "openssl-pkcs11 or pkcs11-provider on Fedora. OpenSSL 4 takes the provider only.");
  }
  if (*key && has_memory) {
    if (const auto reason = why_gone((*key)->get())) return unusable_token(*reason);
  }
  has_memory = has_memory || *key;
  return *std::move(key);
}

/// One load of a key, on a thread that may be left behind.
struct Load {
  std::optional<Result<KeyPtr>> key;  ///< nothing: memory did not suffice
  std::atomic<bool> over{false};
};

void run(Load& load, const std::string& uri, const Secret& pin) {
  // One thread loads at a time: neither engine nor provider is made for two that log in at once.
  static std::mutex mutex;
  const std::lock_guard lock(mutex);
  load.key.emplace(load_from_token(uri, pin));
  load.over = true;
}

/// A load that was given up. All others would wait for it, because it holds the mutex and the locks of the engine.
struct LeftBehind {
  unsigned process = 0;  ///< a child of fork() has not got its thread
  std::shared_ptr<const Load> load;
};

/// The load is guarded by fork_safe_mutex() and never destroyed, because it may be used while a process ends.
LeftBehind& left_behind() {
  static auto* const left = new LeftBehind;
  return *left;
}

bool stalls_since_before() {
  const unsigned process = fork_count();
  const std::lock_guard lock(fork_safe_mutex());
  const LeftBehind& left = left_behind();
  return left.load && left.process == process && !left.load->over;
}

void leave_behind(std::shared_ptr<const Load> load) {
  LeftBehind left{fork_count(), std::move(load)};
  const std::lock_guard lock(fork_safe_mutex());
  std::swap(left_behind(), left);
}

Error stalled(const std::string& how) {
  return material_error(kPrivateKeyField, "is in a PKCS #11 token that does not answer: " + how, kTokenRemedy);
}

/// PKCS #11 knows no limits of time, and the engine waits for ever for a token that opens no session (libp11 0.4.12).
Result<KeyPtr> load_in_time(const std::string& uri, const Secret& pin, std::chrono::milliseconds longest) {
  if (stalls_since_before()) return stalled("an earlier attempt has not come back");
  const auto load = std::make_shared<Load>();
  const auto end = std::chrono::steady_clock::now() + longest;
  try {
    if (!finish_slow_work([load, uri, pin] { run(*load, uri, pin); }, end, {})) {
      leave_behind(load);
      return stalled("nothing has come within " + std::to_string(longest.count()) + " ms");
    }
  } catch (const std::system_error&) {
    run(*load, uri, pin);  // there is no thread to have: better here than not at all
  }
  if (!load->key) throw std::bad_alloc();
  return *std::move(load->key);
}

}  // namespace

Result<KeyPtr> load_pkcs11_key(const std::string& uri, const Secret& pin, std::chrono::milliseconds longest) {
  for (const char* attribute : {"pin-value", "pin-source"}) {
    if (uri.find(attribute) == std::string::npos) continue;
    return material_error(kPrivateKeyField,
                          std::string("holds ") + attribute + " in its PKCS #11 URI, which ends in logs",
                          "Give the PIN as client_certificate.passphrase (EASYPOST_CONNECT_CLIENT_KEY_PASSPHRASE).");
  }
  if (const auto slip = slip_in_path(uri)) return material_error(kPrivateKeyField, slip->problem, slip->remedy);
  if (has_control_character(pin.expose())) {
    return material_error(kPrivateKeyField, "is in a PKCS #11 token, and the PIN for it holds a line end",
                          "Take that away from client_certificate.passphrase (EASYPOST_CONNECT_CLIENT_KEY_PASSPHRASE); "
                          "the token was not asked, because it counts wrong PINs.");
  }
  return load_in_time(uri, pin, longest);
}

}  // namespace easypost_connect::internal
