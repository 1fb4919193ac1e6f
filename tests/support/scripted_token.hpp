// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <dlfcn.h>

#include <stdexcept>

namespace easypost_connect::test_support {

/// A PKCS #11 module (scripted_token.cpp) that passes all calls on to SoftHSM, except where a test has it answer, as
/// a token that is pulled or a network HSM that is away would. OpenSSL's engine loads the same module into this
/// process.
class ScriptedToken {
 public:
  enum Function { kOpenSession = 12, kLogin = 18, kSignInit = 42 };  ///< places in CK_FUNCTION_LIST
  using Answer = unsigned long;                                      ///< CK_RV
  static constexpr Answer kAsItIs = 0;
  static constexpr Answer kNone = ~Answer{0};  ///< the function does not come back until another answer is set

  ScriptedToken() {
    void* const module = ::dlopen(EASYPOST_CONNECT_SCRIPTED_TOKEN, RTLD_NOW | RTLD_NODELETE);
    if (module != nullptr) set_ = reinterpret_cast<Set*>(::dlsym(module, "set_token_answer"));
    if (set_ == nullptr) throw std::runtime_error("the scripted token cannot be loaded");
  }
  ~ScriptedToken() {
    for (const Function each : {kOpenSession, kLogin, kSignInit}) answer(each, kAsItIs);
  }
  ScriptedToken(const ScriptedToken&) = delete;
  ScriptedToken& operator=(const ScriptedToken&) = delete;

  void answer(Function function, Answer answer) const { set_(function, answer); }

 private:
  using Set = void(int, Answer);
  Set* set_ = nullptr;
};

}  // namespace easypost_connect::test_support
