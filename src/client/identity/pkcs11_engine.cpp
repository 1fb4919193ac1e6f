// SPDX-License-Identifier: Apache-2.0
// OpenSSL 3 calls engines deprecated, and OpenSSL 4 has none.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/err.h>
#include <openssl/opensslconf.h>

#include "identity/pkcs11_ways.hpp"

#ifdef OPENSSL_NO_ENGINE

namespace easypost_connect::internal {

Pkcs11Key load_by_engine(const std::string& /*uri*/, const Secret& /*pin*/) { return std::nullopt; }

}  // namespace easypost_connect::internal

#else

#include <algorithm>

#include <openssl/engine.h>
#include <openssl/ui.h>

namespace easypost_connect::internal {
namespace {

/// Returns the engine, which is loaded when first needed and kept for good: the keys that come from it use its code.
/// Returns null when there is none.
ENGINE* pkcs11_engine() {
  static ENGINE* const engine = []() -> ENGINE* {
    ENGINE* found = ENGINE_by_id("pkcs11");
    if (found == nullptr) return nullptr;
    ENGINE_ctrl_cmd_string(found, "QUIET", nullptr, 0);  // otherwise the engine would write to stderr, the URI too
    if (ENGINE_init(found) == 1) return found;
    ENGINE_free(found);
    return nullptr;
  }();
  return engine;
}

/// Stands in for the terminal: notes that the engine asks for a PIN, and has none to give.
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

bool is_locked_pin(const Pkcs11Answer& answer) { return answer.is_of_module() && answer.reason == 0xa4; }

Error refusal(bool asked_for_pin) {
  const auto answers = take_pkcs11_answers();
  const Pkcs11Refusal* const known = known_refusal(answers);
  if (asked_for_pin && std::none_of(answers.begin(), answers.end(), is_locked_pin)) return pkcs11_error(kNoPin);
  return known != nullptr ? pkcs11_error(*known) : unusable_token(gist_of(answers));
}

}  // namespace

Pkcs11Key load_by_engine(const std::string& uri, const Secret& pin) {
  ENGINE* const engine = pkcs11_engine();
  if (engine == nullptr) return std::nullopt;
  // The PIN is set each time: the engine keeps the last PIN that fitted, and would try that one on every other token.
  if (!pin.empty()) ENGINE_ctrl_cmd_string(engine, "PIN", pin.expose().data(), 0);
  ERR_clear_error();
  bool asked_for_pin = false;
  KeyPtr key(ENGINE_load_private_key(engine, uri.c_str(), silent_method(), &asked_for_pin));
  if (!key) return refusal(asked_for_pin);
  return key;
}

}  // namespace easypost_connect::internal

#endif
