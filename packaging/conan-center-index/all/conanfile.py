# SPDX-License-Identifier: Apache-2.0
# The recipe for the public index. How it differs from the one of the tree is kept in ../difference.
import os

from conan import ConanFile
from conan.errors import ConanInvalidConfiguration
from conan.tools.build import check_min_cppstd
from conan.tools.cmake import CMake, CMakeDeps, CMakeToolchain, cmake_layout
from conan.tools.files import copy, get, rmdir

required_conan_version = ">=2.4"


class EasypostConnectConan(ConanFile):
    name = "easypost_connect"
    description = "Client for the EasyPost Connect API: mutual TLS, API key and OAuth 2.0 in one object"
    license = "Apache-2.0"
    url = "https://github.com/conan-io/conan-center-index"
    homepage = "@HOMEPAGE@"
    topics = ("easypost", "mutual-tls", "oauth2", "api-client")
    package_type = "library"
    settings = "os", "arch", "compiler", "build_type"
    options = {
        "shared": [True, False],
        "fPIC": [True, False],
        "sandbox": [True, False],  # the stand-in for the service, and its program
        "tools": [True, False],  # the program easypost-connect
        "vaults": [True, False],  # credentials from vaults
    }
    default_options = {
        "shared": False,
        "fPIC": True,
        "sandbox": False,
        "tools": False,
        "vaults": False,
        "cpp-httplib/*:with_openssl": True,
    }
    implements = ["auto_shared_fpic"]

    def layout(self):
        cmake_layout(self)

    def requirements(self):
        self.requires("libcurl/[>=7.78 <9]")
        self.requires("openssl/[>=3 <4]")
        self.requires("libnghttp2/1.61.0")
        self.requires("llhttp/9.3.0")
        self.requires("nlohmann_json/3.12.0", transitive_headers=True)  # json.hpp
        if self.options.sandbox:
            self.requires("cpp-httplib/0.18.7")
        if self.options.sandbox or self.options.tools:
            self.requires("cli11/2.4.2", visible=False)  # inside the programs

    def build_requirements(self):
        self.tool_requires("cmake/[>=3.24 <4]")

    def validate(self):
        check_min_cppstd(self, 17)
        if self.settings.os != "Linux":
            raise ConanInvalidConfiguration(f"{self.ref} is for Linux")
        if self.dependencies["libcurl"].options.get_safe("with_ssl") != "openssl":
            raise ConanInvalidConfiguration(f"{self.ref} needs libcurl/*:with_ssl=openssl")

    def source(self):
        get(self, **self.conan_data["sources"][self.version], strip_root=True)

    def generate(self):
        toolchain = CMakeToolchain(self)
        toolchain.cache_variables["EASYPOST_CONNECT_BUILD_SANDBOX"] = bool(self.options.sandbox)
        toolchain.cache_variables["EASYPOST_CONNECT_BUILD_TOOLS"] = bool(self.options.tools)
        toolchain.cache_variables["EASYPOST_CONNECT_BUILD_VAULTS"] = bool(self.options.vaults)
        for part in ("TESTS", "EXAMPLES", "BENCHMARKS"):
            toolchain.cache_variables[f"EASYPOST_CONNECT_BUILD_{part}"] = False
        toolchain.generate()
        dependencies = CMakeDeps(self)
        # The index gives nghttp2 names of its own; the project asks for those of nghttp2's own CMake package.
        dependencies.set_property("libnghttp2", "cmake_file_name", "nghttp2")
        dependencies.set_property("libnghttp2::nghttp2", "cmake_target_name", "nghttp2::nghttp2")
        dependencies.generate()

    def build(self):
        cmake = CMake(self)
        cmake.configure()
        cmake.build()

    def package(self):
        copy(self, "LICENSE", self.source_folder, os.path.join(self.package_folder, "licenses"))
        CMake(self).install()
        # Conan writes CMake's and pkg-config's files for the user's own settings.
        for folder in ("lib/cmake", "lib/pkgconfig", "share"):
            rmdir(self, os.path.join(self.package_folder, folder))

    def package_info(self):
        self.cpp_info.set_property("cmake_file_name", "easypost_connect")

        client = self.cpp_info.components["easypost_connect"]
        client.set_property("cmake_target_name", "easypost_connect::easypost_connect")
        client.set_property("pkg_config_name", "easypost_connect")
        client.libs = ["easypost_connect"]
        client.requires = ["libcurl::libcurl", "openssl::ssl", "openssl::crypto", "libnghttp2::nghttp2", "llhttp::llhttp"]
        client.system_libs = ["pthread"]

        json = self.cpp_info.components["json"]  # json.hpp; all others do without it
        json.set_property("cmake_target_name", "easypost_connect::json")
        json.libdirs, json.bindirs = [], []
        json.requires = ["easypost_connect", "nlohmann_json::nlohmann_json"]

        if self.options.sandbox:
            sandbox = self.cpp_info.components["sandbox"]
            sandbox.set_property("cmake_target_name", "easypost_connect::sandbox")
            sandbox.libs = ["easypost_connect_sandbox"]
            sandbox.requires = ["easypost_connect", "cpp-httplib::cpp-httplib", "openssl::ssl", "libnghttp2::nghttp2"]

        if self.options.vaults:
            vaults = self.cpp_info.components["vaults"]
            vaults.set_property("cmake_target_name", "easypost_connect::vaults")
            vaults.libs = ["easypost_connect_vaults"]
            vaults.requires = ["easypost_connect", "openssl::crypto"]

        if not self.options.shared:
            client.defines = ["EASYPOST_CONNECT_STATIC_DEFINE"]
            if self.options.sandbox:
                sandbox.defines = ["EASYPOST_CONNECT_SANDBOX_STATIC_DEFINE"]
            if self.options.vaults:
                vaults.defines = ["EASYPOST_CONNECT_VAULTS_STATIC_DEFINE"]
