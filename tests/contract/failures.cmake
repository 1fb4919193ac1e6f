# SPDX-License-Identifier: Apache-2.0
# A function that can fail returns a Result: a std::optional<Error> would be true on failure (ADR 0001).
# Run with -D SOURCE_DIR=<repository>.
cmake_minimum_required(VERSION 3.24)

file(GLOB_RECURSE files RELATIVE "${SOURCE_DIR}" "${SOURCE_DIR}/include/*.hpp" "${SOURCE_DIR}/src/*.[ch]pp")
foreach(file IN LISTS files)
  file(STRINGS "${SOURCE_DIR}/${file}" lines REGEX "optional<(internal::)?Error>[&*]* +[A-Za-z_:~]+\\(|-> *(const )?std::optional<Error>")
  foreach(line IN LISTS lines)
    message(SEND_ERROR "${file}: returns an optional Error: ${line}")
  endforeach()
endforeach()
