// SPDX-License-Identifier: Apache-2.0
// This is a module of its own, which OpenSSL's engine loads; scripted_token.hpp says what for.
#include <dlfcn.h>

#include <array>
#include <condition_variable>
#include <mutex>

namespace {

using Answer = unsigned long;  // CK_RV
using Handle = unsigned long;  // CK_SESSION_HANDLE, CK_SLOT_ID, CK_OBJECT_HANDLE
constexpr Answer kNone = ~Answer{0};
constexpr Answer kGeneralError = 5;

/// The CK_FUNCTION_LIST of PKCS #11 2.40.
struct Functions {
  unsigned char version[2];
  std::array<void*, 68> each;
};

struct Script {
  std::mutex mutex;
  std::condition_variable changed;
  std::array<Answer, 68> answers{};
};

/// Returns the script, which lives for ever, because the engine calls the module until the process ends.
Script& script() {
  static auto* const made = new Script;
  return *made;
}

Answer scripted(int function) {
  std::unique_lock lock(script().mutex);
  const Answer& answer = script().answers[static_cast<std::size_t>(function)];
  script().changed.wait(lock, [&] { return answer != kNone; });
  return answer;
}

Functions* softhsm() {
  static Functions* const found = []() -> Functions* {
    void* const module = dlopen("libsofthsm2.so", RTLD_NOW);
    void* const library = module != nullptr ? module : dlopen("/usr/lib/softhsm/libsofthsm2.so", RTLD_NOW);
    if (library == nullptr) return nullptr;
    Functions* functions = nullptr;
    const auto list = reinterpret_cast<Answer (*)(Functions**)>(dlsym(library, "C_GetFunctionList"));
    return list != nullptr && list(&functions) == 0 ? functions : nullptr;
  }();
  return found;
}

template <int kFunction, typename... Arguments>
Answer call(Arguments... arguments) {
  const Answer answer = scripted(kFunction);
  if (answer != 0) return answer;
  return reinterpret_cast<Answer (*)(Arguments...)>(softhsm()->each[kFunction])(arguments...);
}

}  // namespace

// No header declares these functions, because they are looked up by name.
extern "C" {
[[gnu::visibility("default")]] void set_token_answer(int function, Answer answer);
[[gnu::visibility("default")]] Answer C_GetFunctionList(Functions** list);

void set_token_answer(int function, Answer answer) {
  const std::lock_guard lock(script().mutex);
  script().answers[static_cast<std::size_t>(function)] = answer;
  script().changed.notify_all();
}

Answer C_GetFunctionList(Functions** list) {
  if (softhsm() == nullptr) return kGeneralError;
  static Functions functions = *softhsm();
  functions.each[12] = reinterpret_cast<void*>(&call<12, Handle, unsigned long, void*, void*, Handle*>);
  functions.each[18] = reinterpret_cast<void*>(&call<18, Handle, unsigned long, unsigned char*, unsigned long>);
  functions.each[42] = reinterpret_cast<void*>(&call<42, Handle, void*, Handle>);
  *list = &functions;
  return 0;
}
}
