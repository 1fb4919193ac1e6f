# SPDX-License-Identifier: Apache-2.0
# All of them stay inside: no public header but json.hpp names one.
find_package(Threads REQUIRED)
find_package(CURL 7.76 REQUIRED)  # what Red Hat Enterprise Linux 9 has; the library looks again when it runs
find_package(OpenSSL 3.0 REQUIRED)
find_package(nlohmann_json 3.9 REQUIRED)
include(cmake/llhttp.cmake)
find_package(nghttp2 1.43 REQUIRED MODULE)

if(EASYPOST_CONNECT_BUILD_SANDBOX)
  find_package(httplib REQUIRED MODULE)
endif()
if(EASYPOST_CONNECT_BUILD_SANDBOX OR EASYPOST_CONNECT_BUILD_TOOLS)
  find_package(CLI11 2.1 REQUIRED)
endif()
if(EASYPOST_CONNECT_BUILD_TESTS)
  find_package(GTest 1.12 REQUIRED)
endif()
