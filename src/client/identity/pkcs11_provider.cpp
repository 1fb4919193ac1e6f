// SPDX-License-Identifier: Apache-2.0
#include <openssl/err.h>
#include <openssl/opensslv.h>

#include "identity/pkcs11_ways.hpp"

#if !OPENSSL_VERSION_PREREQ(3, 2)  // the settings of a provider are in a file only; engines are there

namespace easypost_connect::internal {

Pkcs11Key load_by_provider(const std::string& /*uri*/, const Secret& /*pin*/) { return std::nullopt; }

}  // namespace easypost_connect::internal

#else

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <memory>
#include <vector>

#include <openssl/params.h>
#include <openssl/provider.h>
#include <openssl/store.h>
#include <openssl/ui.h>

namespace easypost_connect::internal {
namespace {

using ContextPtr = std::unique_ptr<OSSL_LIB_CTX, OpenSslFree<OSSL_LIB_CTX_free>>;
using StorePtr = std::unique_ptr<OSSL_STORE_CTX, OpenSslFree<OSSL_STORE_close>>;
using FoundPtr = std::unique_ptr<OSSL_STORE_INFO, OpenSslFree<OSSL_STORE_INFO_free>>;

constexpr Pkcs11Refusal kUnwillingToken{
    "is in a PKCS #11 token that did not give it out: the PIN is wrong, expired or locked, or there is no such key "
    "(OpenSSL's provider does not tell which)",
    "Check client_certificate.passphrase (EASYPOST_CONNECT_CLIENT_KEY_PASSPHRASE) first, because a token locks itself "
    "after a few wrong PINs; then compare token and object of the URI with the list of \"p11tool --list-all\"."};

OSSL_PARAM setting(const char* name, const char* value) {
  return OSSL_PARAM_construct_utf8_string(name, const_cast<char*>(value), 0);
}

/// Returns a context in which the provider serves, which is made when first needed and kept for good: the keys that
/// come from it use its code. Returns null when the provider is not installed. The host program's own context is left
/// alone, because OpenSSL would ask a token for everything that it can do, random numbers above all.
OSSL_LIB_CTX* token_context() {
  static OSSL_LIB_CTX* const context = []() -> OSSL_LIB_CTX* {
    ContextPtr made_context(made(OSSL_LIB_CTX_new()));
    // A token may end a session, and where the provider has not kept the PIN, it asks for it on the terminal.
    std::vector<OSSL_PARAM> settings{setting("pkcs11-module-cache-pins", "cache")};
    const char* const module = std::getenv("PKCS11_MODULE_PATH");
    if (module != nullptr) settings.push_back(setting("pkcs11-module-path", module));
    settings.push_back(OSSL_PARAM_construct_end());
    const bool loaded = OSSL_PROVIDER_load_ex(made_context.get(), "pkcs11", settings.data()) != nullptr &&
                        OSSL_PROVIDER_load(made_context.get(), "default") != nullptr;
    return loaded ? made_context.release() : nullptr;
  }();
  return context;
}

struct PinQuestion {
  const Secret& pin;
  bool asked = false;
};

/// Answers in the place of a terminal. An empty PIN is an answer, too: the provider would ask on the terminal itself.
int give_pin(UI* ui, UI_STRING* text) noexcept {
  if (UI_get_string_type(text) != UIT_PROMPT) return 1;
  auto& question = *static_cast<PinQuestion*>(UI_get0_user_data(ui));
  question.asked = true;
  return UI_set_result(ui, text, question.pin.expose().data()) == 0 ? 1 : 0;
}

UI_METHOD* pin_method() {
  static UI_METHOD* const method = [] {
    UI_METHOD* made_method = UI_create_method("easypost_connect PIN");
    UI_method_set_reader(made_method, give_pin);
    return made_method;
  }();
  return method;
}

KeyPtr first_key(OSSL_STORE_CTX* store) {
  OSSL_STORE_expect(store, OSSL_STORE_INFO_PKEY);
  while (OSSL_STORE_eof(store) == 0) {
    const FoundPtr found(OSSL_STORE_load(store));
    if (found) return KeyPtr(OSSL_STORE_INFO_get1_PKEY(found.get()));
    if (OSSL_STORE_error(store) != 0) break;
  }
  return nullptr;
}

/// A PIN that was not asked for may be one that the provider has kept, which the token does not take any more.
constexpr Pkcs11Refusal kNoKeyOrKeptPin{
    kNoKey.problem,
    "Compare token and object of the URI with the list of \"p11tool --list-all\", and check that the token is in its "
    "place and its module known to p11-kit (or named by PKCS11_MODULE_PATH). If its PIN was changed since this process "
    "began, start the process again: OpenSSL's provider keeps the PIN."};

Error refusal(const PinQuestion& question) {
  const auto answers = take_pkcs11_answers();
  if (question.asked && question.pin.empty()) return pkcs11_error(kNoPin);
  if (const Pkcs11Refusal* const known = known_refusal(answers)) return pkcs11_error(*known);
  if (question.asked) return pkcs11_error(kUnwillingToken);
  return pkcs11_error(question.pin.empty() ? kNoKey : kNoKeyOrKeptPin);
}

}  // namespace

Pkcs11Key load_by_provider(const std::string& uri, const Secret& pin) {
  OSSL_LIB_CTX* const context = token_context();
  if (context == nullptr) return std::nullopt;
  ERR_clear_error();
  PinQuestion question{pin};
  const StorePtr store(
      OSSL_STORE_open_ex(uri.c_str(), context, nullptr, pin_method(), &question, nullptr, nullptr, nullptr));
  if (!store) {
    const auto answers = take_pkcs11_answers();
    const bool provider_spoke = std::any_of(answers.begin(), answers.end(), std::mem_fn(&Pkcs11Answer::is_of_module));
    return pkcs11_error(provider_spoke ? kNoModule : kUnreadableUri);
  }
  KeyPtr key = first_key(store.get());
  if (!key) return refusal(question);
  return key;
}

}  // namespace easypost_connect::internal

#endif
