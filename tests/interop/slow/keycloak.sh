#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Unpacks Keycloak, whose sum is pinned, and sets what it takes at build time only: its database, in memory, and that it asks
# for client certificates.
#   keycloak.sh VERSION SHA256 FOLDER
set -euo pipefail
version=$1 sum=$2 folder=$3
archive=keycloak-quarkus-dist-$version.zip

rm -rf "$folder"
mkdir -p "$folder"
cd "$folder"
mvn --batch-mode --quiet org.apache.maven.plugins:maven-dependency-plugin:2.8:copy "-Dartifact=org.keycloak:keycloak-quarkus-dist:$version:zip" "-DoutputDirectory=$folder"
sha256sum --check --quiet <<<"$sum  $archive"
cmake -E tar xf "$archive"
rm "$archive"
mv "keycloak-$version" server
JAVA_OPTS_KC_HEAP=-Xmx384m server/bin/kc.sh build --db=dev-mem --https-client-auth=request
touch complete
