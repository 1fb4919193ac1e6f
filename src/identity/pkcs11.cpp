// SPDX-License-Identifier: Apache-2.0
// OpenSSL 3 calls engines deprecated; the provider that replaces this one is not in the distributions yet.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "identity/pkcs11.hpp"

#include <openssl/engine.h>
#include <openssl/err.h>
#include <openssl/ui.h>

#include <algorithm>
#include <mutex>
#include <vector>

#include "core/ascii.hpp"
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

/// PKCS #11 return values (the standard's section 6.1), which the engine passes on as reasons.
enum class TokenAnswer : int { kPinIncorrect = 0xa0, kPinInvalid = 0xa1, kPinLengthRange = 0xa2, kPinLocked = 0xa4 };

bool token_answered(TokenAnswer answer, const std::vector<int>& reasons) {
  return std::find(reasons.begin(), reasons.end(), static_cast<int>(answer)) != reasons.end();
}

std::vector<int> take_reasons() {
  std::vector<int> reasons;
  for (unsigned long error = ERR_get_error(); error != 0; error = ERR_get_error()) {
    reasons.push_back(ERR_GET_REASON(error));
  }
  return reasons;
}

Error refusal(bool asked_for_pin) {
  const auto reasons = take_reasons();
  if (token_answered(TokenAnswer::kPinLocked, reasons)) {
    return material_error(kPrivateKeyField, "is in a PKCS #11 token that has locked its PIN",
                          "Have the token's security officer unlock it.");
  }
  if (asked_for_pin) {
    return material_error(kPrivateKeyField, "is in a PKCS #11 token that wants a PIN, and none was given",
                          "Set client_certificate.passphrase (EASYPOST_CONNECT_CLIENT_KEY_PASSPHRASE) to the PIN.");
  }
  for (const auto wrong : {TokenAnswer::kPinIncorrect, TokenAnswer::kPinInvalid, TokenAnswer::kPinLengthRange}) {
    if (token_answered(wrong, reasons)) {
      return material_error(kPrivateKeyField, "is in a PKCS #11 token that refused the PIN",
                            "Check client_certificate.passphrase (EASYPOST_CONNECT_CLIENT_KEY_PASSPHRASE); a token "
                            "locks itself after a few wrong PINs.");
    }
  }
  return material_error(kPrivateKeyField, "names no private key that a PKCS #11 token has",
                        "Compare token and object of the URI with the list of \"p11tool --list-all\", and check that "
                        "the module of the token is known to p11-kit (or named by PKCS11_MODULE_PATH).");
}

}  // namespace

Result<KeyPtr> load_pkcs11_key(const std::string& uri, const Secret& pin) {
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
  const ClearErrorsOnExit clear_errors;
  // One at a time: the engine is not made for two threads that log in at once.
  static std::mutex mutex;
  const std::lock_guard lock(mutex);
  ENGINE* const engine = pkcs11_engine();
  if (engine == nullptr) {
    return material_error(kPrivateKeyField, "is a PKCS #11 URI, and OpenSSL's \"pkcs11\" engine cannot be loaded",
                          "Install it: libengine-pkcs11-openssl on Debian and Ubuntu, openssl-pkcs11 on Fedora.");
  }
  // Set each time: the engine keeps the last PIN that fitted, and would try that one on every other token.
  if (!pin.empty()) ENGINE_ctrl_cmd_string(engine, "PIN", pin.expose().data(), 0);
  bool asked_for_pin = false;
  KeyPtr key(ENGINE_load_private_key(engine, uri.c_str(), silent_method(), &asked_for_pin));
  if (!key) return refusal(asked_for_pin);
  return key;
}

}  // namespace easypost_connect::internal
