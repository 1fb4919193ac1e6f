// SPDX-License-Identifier: Apache-2.0
// Loads a plug-in, uses it, unloads it, and goes on with OpenSSL, which still has what the library gave it.
#include <dlfcn.h>

#include <iostream>

#include <openssl/ssl.h>

int main(int /*count*/, char** arguments) {
  SSL_CTX* const before = SSL_CTX_new(TLS_client_method());
  void* const plug_in = dlopen(arguments[1], RTLD_NOW | RTLD_LOCAL);
  if (plug_in == nullptr) {
    std::cerr << dlerror() << "\n";
    return 1;
  }
  const auto use = reinterpret_cast<int (*)()>(dlsym(plug_in, "use"));
  if (use == nullptr || use() != 0 || dlclose(plug_in) != 0) return 1;
  SSL_CTX_free(before);
  SSL_CTX_free(SSL_CTX_new(TLS_client_method()));
  return 0;
}
