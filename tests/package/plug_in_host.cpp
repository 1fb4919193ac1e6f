// SPDX-License-Identifier: Apache-2.0
// Loads two plug-ins, uses both at once, unloads the first and goes on with the other. When that is unloaded as well,
// the host uses OpenSSL, which still has objects that the library gave it.
#include <dlfcn.h>

#include <iostream>
#include <thread>

#include <openssl/ssl.h>

namespace {

struct PlugIn {
  explicit PlugIn(const char* file) : handle(dlopen(file, RTLD_NOW | RTLD_LOCAL)) {
    if (handle == nullptr) std::cerr << dlerror() << "\n";
  }

  [[nodiscard]] bool works() const {
    const auto use = handle == nullptr ? nullptr : reinterpret_cast<int (*)()>(dlsym(handle, "use"));
    return use != nullptr && use() == 0;
  }

  void* handle;
};

}  // namespace

int main(int /*count*/, char** arguments) {
  SSL_CTX* const before = SSL_CTX_new(TLS_client_method());
  const PlugIn first(arguments[1]);
  const PlugIn second(arguments[2]);
  bool first_works = false;
  std::thread at_once([&] { first_works = first.works(); });
  const bool second_works = second.works();
  at_once.join();
  if (!first_works || !second_works || dlclose(first.handle) != 0) return 1;
  if (!second.works() || dlclose(second.handle) != 0) return 1;
  SSL_CTX_free(before);
  SSL_CTX_free(SSL_CTX_new(TLS_client_method()));
  return 0;
}
