// SPDX-License-Identifier: Apache-2.0
fn main() {
    openssl_src::Build::new().build();
}
