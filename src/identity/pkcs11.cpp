// SPDX-License-Identifier: Apache-2.0
// OpenSSL 3 calls engines deprecated; the provider that replaces this one is not in the distributions yet.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "identity/pkcs11.hpp"

#include <unistd.h>
#include <openssl/engine.h>
#include <openssl/err.h>
#include <openssl/ui.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <iterator>
#include <memory>
#include <mutex>
#include <new>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "core/ascii.hpp"
#include "core/fork.hpp"
#include "core/slow_work.hpp"
#include "identity/material.hpp"
#include "identity/path_words.hpp"

namespace easypost_connect::internal {
namespace {

/// The engine, loaded when first needed and kept for good: the keys that come from it use its code. Null: there is
/// none.
ENGINE* pkcs11_engine() {
  static ENGINE* const engine = []() -> ENGINE* {
    ENGINE* found = ENGINE_by_id("pkcs11");
    if (found == nullptr) return nullptr;
    ENGINE_ctrl_cmd_string(found, "QUIET", nullptr, 0);  // it would write to stderr, the URI too
    if (ENGINE_init(found) == 1) return found;
    ENGINE_free(found);
    return nullptr;
  }();
  return engine;
}

/// Instead of the terminal: notes that the engine asks for a PIN, and has none to give.
int note_question(UI* ui, UI_STRING* question) noexcept {
  if (UI_get_string_type(question) == UIT_PROMPT) *static_cast<bool*>(UI_get0_user_data(ui)) = true;
  return 0;
}

UI_METHOD* silent_method() {
  static UI_METHOD* const method = [] {
    UI_METHOD* made = UI_create_method("easypost_connect PIN");
    UI_method_set_reader(made, note_question);
    return made;
  }();
  return method;
}

/// What an error of OpenSSL's queue says, and who says it.
struct Answer {
  std::string library;
  int reason;
  std::string words;
};

std::vector<Answer> take_answers() {
  std::vector<Answer> answers;
  for (unsigned long error = ERR_get_error(); error != 0; error = ERR_get_error()) {
    const char* const library = ERR_lib_error_string(error);
    const char* const words = ERR_reason_error_string(error);
    answers.push_back({library != nullptr ? library : "", ERR_GET_REASON(error),
                       words != nullptr ? words : "reason " + std::to_string(ERR_GET_REASON(error))});
  }
  return answers;
}

constexpr std::string_view kModule = "PKCS#11 module";  // its reasons are the return values of PKCS #11, section 6.1
constexpr std::string_view kEngine = "pkcs11 engine";
constexpr std::string_view kLoader = "libp11";
constexpr int kPinLocked = 0xa4;

struct Refusal {
  std::string_view library;
  int reason;
  std::string_view problem;
  std::string_view remedy;
};

constexpr std::string_view kRefusedPin = "is in a PKCS #11 token that refused the PIN";
constexpr std::string_view kCheckPin =
    "Check client_certificate.passphrase (EASYPOST_CONNECT_CLIENT_KEY_PASSPHRASE); a token locks itself after a few "
    "wrong PINs.";

constexpr Refusal kRefusals[] = {
    {kModule, 0xa0, kRefusedPin, kCheckPin},
    {kModule, 0xa1, kRefusedPin, kCheckPin},
    {kModule, 0xa2, kRefusedPin, kCheckPin},
    {kModule, 0xa3, "is in a PKCS #11 token whose PIN has expired",
     "Set a new PIN in the token, and client_certificate.passphrase (EASYPOST_CONNECT_CLIENT_KEY_PASSPHRASE) to it."},
    {kModule, kPinLocked, "is in a PKCS #11 token that has locked its PIN",
     "Have the token's security officer unlock it."},
    {kLoader, 0x401, "is a PKCS #11 URI, and the module of its token cannot be loaded",
     "Check the path in PKCS11_MODULE_PATH; without that variable, the module has to be known to p11-kit."},
    {kEngine, 0x64, "is a PKCS #11 URI that cannot be read",
     "Write it as RFC 7512 has it: pkcs11:token=...;object=...;type=private"},
    {kEngine, 0x65, "names no private key that a PKCS #11 token has",
     "Compare token and object of the URI with the list of \"p11tool --list-all\", and check that the token is in its "
     "place and its module known to p11-kit (or named by PKCS11_MODULE_PATH)."},
};

const Refusal* known_refusal(const std::vector<Answer>& answers) {
  const auto is_told = [&](const Refusal& each) {
    return std::any_of(answers.begin(), answers.end(), [&](const Answer& answer) {
      return answer.reason == each.reason && answer.library == each.library;
    });
  };
  const auto* const found = std::find_if(std::begin(kRefusals), std::end(kRefusals), is_told);
  return found != std::end(kRefusals) ? found : nullptr;
}

/// The module's own words, when there are any: it may have left others there while it started.
std::string gist_of(const std::vector<Answer>& answers) {
  const auto is_of_module = [](const Answer& each) { return each.library == kModule; };
  const auto found = std::find_if(answers.begin(), answers.end(), is_of_module);
  if (found != answers.end()) return found->words;
  return answers.empty() ? "no reason given" : answers.front().words;
}

Error unusable_token(const std::string& words) {
  return material_error(kPrivateKeyField, "is in a PKCS #11 token that cannot be used now (" + words + ")",
                        kTokenRemedy);
}

Error refusal(bool asked_for_pin) {
  const auto answers = take_answers();
  const Refusal* const known = known_refusal(answers);
  if (asked_for_pin && (known == nullptr || known->reason != kPinLocked)) {
    return material_error(kPrivateKeyField, "is in a PKCS #11 token that wants a PIN, and none was given",
                          "Set client_certificate.passphrase (EASYPOST_CONNECT_CLIENT_KEY_PASSPHRASE) to the PIN.");
  }
  if (known != nullptr) return material_error(kPrivateKeyField, known->problem, known->remedy);
  return unusable_token(gist_of(answers));
}

/// Of the token or the session, not of the key and what it may do: PKCS #11, section 6.1.
bool is_about_token(const Answer& answer) {
  constexpr std::array kReasons{0x03, 0x05, 0x30, 0x32, 0x60, 0x82, 0xb0, 0xb3, 0xe0, 0x101, 0x190};
  return answer.library == kModule && std::find(kReasons.begin(), kReasons.end(), answer.reason) != kReasons.end();
}

/// Why a key that the engine had in its memory cannot be used any more. Only a signature shows that. One that fails for
/// another reason, such as a mechanism that the token has not got, says nothing: TLS may use another.
std::optional<std::string> why_gone(EVP_PKEY* key) {
  const std::unique_ptr<EVP_MD_CTX, OpenSslFree<EVP_MD_CTX_free>> context(made(EVP_MD_CTX_new()));
  constexpr unsigned char kText[] = "easypost_connect";
  std::vector<unsigned char> signature(static_cast<std::size_t>(EVP_PKEY_get_size(key)));
  std::size_t size = signature.size();
  if (EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key) == 1 &&
      EVP_DigestSign(context.get(), signature.data(), &size, kText, sizeof kText) == 1) {
    return std::nullopt;
  }
  const auto answers = take_answers();
  const auto found = std::find_if(answers.begin(), answers.end(), is_about_token);
  return found != answers.end() ? std::optional(found->words) : std::nullopt;
}

/// libp11 would write to stderr, in spite of QUIET.
std::optional<Error> missing_module() {
  const char* const path = std::getenv("PKCS11_MODULE_PATH");
  if (path == nullptr || path[0] != '/' || ::access(path, R_OK) == 0) return std::nullopt;
  return material_error(kPrivateKeyField,
                        "is a PKCS #11 URI, and the module that PKCS11_MODULE_PATH names cannot be opened: " +
                            std::generic_category().message(errno),
                        "Check that path; without the variable, the module has to be known to p11-kit.");
}

Result<KeyPtr> load_from_engine(const std::string& uri, const Secret& pin) {
  static bool has_memory = false;  // from the first key on the engine may give what it found before
  if (!has_memory) {
    if (auto error = missing_module()) return *std::move(error);
  }
  const ClearErrorsOnExit clear_errors;
  ENGINE* const engine = pkcs11_engine();
  if (engine == nullptr) {
    return material_error(kPrivateKeyField, "is a PKCS #11 URI, and OpenSSL's \"pkcs11\" engine cannot be loaded",
                          "Install it: libengine-pkcs11-openssl on Debian and Ubuntu, openssl-pkcs11 on Fedora.");
  }
  // Set each time: the engine keeps the last PIN that fitted, and would try that one on every other token.
  if (!pin.empty()) ENGINE_ctrl_cmd_string(engine, "PIN", pin.expose().data(), 0);
  ERR_clear_error();
  bool asked_for_pin = false;
  KeyPtr key(ENGINE_load_private_key(engine, uri.c_str(), silent_method(), &asked_for_pin));
  if (!key) return refusal(asked_for_pin);
  if (has_memory) {
    if (const auto reason = why_gone(key.get())) return unusable_token(*reason);
  }
  has_memory = true;
  return key;
}

/// One load, on a thread that may be left behind.
struct Load {
  std::optional<Result<KeyPtr>> key;  ///< nothing: memory did not suffice
  std::atomic<bool> over{false};
};

void run(Load& load, const std::string& uri, const Secret& pin) {
  // One at a time: the engine is not made for two threads that log in at once.
  static std::mutex mutex;
  const std::lock_guard lock(mutex);
  load.key.emplace(load_from_engine(uri, pin));
  load.over = true;
}

/// A load that was given up. All others would wait for it, because it holds the mutex and the locks of the engine.
struct LeftBehind {
  unsigned process = 0;  ///< a child of fork() has not got its thread
  std::shared_ptr<const Load> load;
};

/// Guarded by fork_safe_mutex(). For ever: it may be used while a process ends.
LeftBehind& left_behind() {
  static auto* const left = new LeftBehind;
  return *left;
}

bool stalls_since_before() {
  const unsigned process = process_generation();
  const std::lock_guard lock(fork_safe_mutex());
  const LeftBehind& left = left_behind();
  return left.load && left.process == process && !left.load->over;
}

void leave_behind(std::shared_ptr<const Load> load) {
  LeftBehind left{process_generation(), std::move(load)};
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
