# SPDX-License-Identifier: Apache-2.0
# Stands for packages of the public index: each wraps what the system has, with the name, options, components and CMake
# names that the index gives it (docs/packages.md). `conan export . --name libcurl`, and so on; never published.
import os
import re
import subprocess

from conan import ConanFile
from conan.tools.files import copy, load

PKG_CONFIG_FILES = {
    "libcurl": "libcurl",
    "openssl": "openssl",
    "libnghttp2": "libnghttp2",
    "llhttp": "libllhttp",
    "nlohmann_json": "nlohmann_json",
    "cpp-httplib": "cpp-httplib",
    "cli11": "CLI11",
}
# Debian 12 has the sources of llhttp only.
LLHTTP_SOURCES, LLHTTP_HEADERS = "/usr/share/llhttp", "/usr/share/include/llhttp"


class SystemPackage(ConanFile):
    license = "as the system's package"
    settings = "os", "arch", "compiler", "build_type"
    options = {"with_ssl": ["openssl"], "with_openssl": [True]}
    default_options = {"with_ssl": "openssl", "with_openssl": True}

    def _system_has(self, question):
        return subprocess.run(["pkg-config", question, PKG_CONFIG_FILES[self.name]], check=False, capture_output=True,
                              text=True).stdout.split()

    @property
    def _made_here(self):
        return self.name == "llhttp" and not self._system_has("--libs")

    def set_version(self):
        if self._made_here:
            header = load(self, os.path.join(LLHTTP_HEADERS, "llhttp.h"))
            self.version = ".".join(re.findall(r"#define LLHTTP_VERSION_\w+ (\d+)", header))
        else:
            self.version = self._system_has("--modversion")[0]

    def requirements(self):
        if self.name in ("libcurl", "cpp-httplib"):
            self.requires("openssl/[>=1.1 <4]")

    def build(self):
        if self._made_here:
            self.run(f"cc -c -O2 -fPIC -DLLHTTP_STRICT_MODE=1 -I{LLHTTP_HEADERS} {LLHTTP_SOURCES}/*.c")
            self.run("ar rcs libllhttp.a *.o")

    def package(self):
        if self._made_here:
            copy(self, "libllhttp.a", self.build_folder, os.path.join(self.package_folder, "lib"))
            copy(self, "llhttp.h", LLHTTP_HEADERS, os.path.join(self.package_folder, "include"))

    def _is_the_systems(self, info, *libraries):
        info.includedirs, info.libdirs, info.bindirs = [], [], []
        info.system_libs = libraries

    def package_info(self):
        info = self.cpp_info
        if self._made_here:
            info.libs = ["llhttp"]
        elif self.name == "openssl":
            info.set_property("cmake_file_name", "OpenSSL")
            info.set_property("cmake_find_mode", "both")
            for component, target in (("crypto", "OpenSSL::Crypto"), ("ssl", "OpenSSL::SSL")):
                info.components[component].set_property("cmake_target_name", target)
                self._is_the_systems(info.components[component], component)
            info.components["ssl"].requires = ["crypto"]
        elif self.name == "libcurl":
            info.set_property("cmake_file_name", "CURL")
            info.set_property("cmake_find_mode", "both")
            info.components["curl"].set_property("cmake_target_name", "CURL::libcurl")
            info.components["curl"].requires = ["openssl::openssl"]
            self._is_the_systems(info.components["curl"], "curl")
        elif self.name == "libnghttp2":
            self._is_the_systems(info.components["nghttp2"], "nghttp2")
        elif self.name == "cpp-httplib":
            info.set_property("cmake_file_name", "httplib")
            info.set_property("cmake_target_name", "httplib::httplib")
            info.requires = ["openssl::openssl"]
            info.defines = [flag[2:] for flag in self._system_has("--cflags-only-other")]
            self._is_the_systems(info, "cpp-httplib", "pthread")
        else:  # header-only ones, and a library that the system has
            info.set_property("cmake_file_name", {"cli11": "CLI11"}.get(self.name, self.name))
            info.set_property("cmake_target_name", {"cli11": "CLI11::CLI11"}.get(self.name, f"{self.name}::{self.name}"))
            self._is_the_systems(info, *[flag[2:] for flag in self._system_has("--libs-only-l")])
