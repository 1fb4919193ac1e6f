#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What easypost-connect makes and says about keys, requests and certificates, judged by openssl itself.
#   csr_and_inspect.sh EASYPOST_CONNECT
set -euo pipefail
# shellcheck source=tests/integration/file_checks.sh
source "$(dirname "$0")/file_checks.sh"
program=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
unset "${!EASYPOST_CONNECT_@}"
command -v openssl >/dev/null || { echo "openssl is needed"; exit 1; }

for type in rsa2048 p256; do
  "$program" csr --common-name my-company --organization 'My Company' --country BE --key-type "$type" \
    --out-key "$type.key" --out-csr "$type.csr" >"$type.out" 2>&1
  check "openssl verifies the $type request" openssl req -verify -noout -in "$type.csr"
  check "the $type request holds the names" \
    same "$(openssl req -noout -subject -in "$type.csr")" "subject=C = BE, O = My Company, CN = my-company"
  check "the $type key is the request's" \
    same "$(openssl pkey -in "$type.key" -pubout)" "$(openssl req -noout -pubkey -in "$type.csr")"
  check "only the owner may read the $type key" same "$(stat -c %a "$type.key")" 600
  check "nothing of the $type key is printed" refused 1 grep -q 'PRIVATE KEY' "$type.out"
done
check "RSA has 2048 bits" grep -q '2048 bit' <(openssl pkey -in rsa2048.key -noout -text)
check "P-256 is the NIST curve" grep -q 'NIST CURVE: P-256' <(openssl pkey -in p256.key -noout -text)

"$program" csr --common-name piped --out-key - --out-csr piped.csr 2>piped.err | openssl pkey -pubout >piped.pub
check "a key can go to stdout alone" same "$(openssl req -noout -pubkey -in piped.csr)" "$(cat piped.pub)"
check "and then lies in no file" same "$(ls -- -* 2>/dev/null || true)" ""
full() { "$program" csr --common-name full --out-key - --out-csr full.csr >/dev/full; }
check "a key that nobody got has no request" refused 1 full
check "which is not left behind" refused 1 test -e full.csr

before=$(sha256sum rsa2048.key rsa2048.csr)
check "a key is not overwritten" \
  refused 16 "$program" csr --common-name other --out-key rsa2048.key --out-csr other.csr
check "a request is not overwritten" \
  refused 16 "$program" csr --common-name other --out-key other.key --out-csr rsa2048.csr
check "neither file has changed" same "$(sha256sum rsa2048.key rsa2048.csr)" "$before"
check "nothing half-made is left" same "$(ls ./*other* ./*.?????? 2>/dev/null || true)" ""
check "--force overwrites" "$program" csr --common-name other --out-key rsa2048.key --out-csr rsa2048.csr --force
check "and both belong together" \
  same "$(openssl pkey -in rsa2048.key -pubout)" "$(openssl req -noout -pubkey -in rsa2048.csr)"

printf 'canary-secret phrase\n' >passphrase.txt
"$program" csr --common-name sealed --passphrase-file passphrase.txt --out-key sealed.key --out-csr sealed.csr >/dev/null 2>&1
check "a passphrase encrypts the key" grep -q 'BEGIN ENCRYPTED PRIVATE KEY' sealed.key
check "with AES-256" grep -q 'aes-256-cbc' <(openssl asn1parse -in sealed.key)
check "openssl opens it with the first line of the file" openssl pkey -in sealed.key -noout -passin file:passphrase.txt
check "and not with another" refused 1 openssl pkey -in sealed.key -noout -passin pass:other

openssl x509 -req -in rsa2048.csr -signkey rsa2048.key -days 90 -out client.crt 2>/dev/null
"$program" inspect --cert client.crt --key rsa2048.key --json >inspect.json
field() { sed -n "s/^ *\"$1\": \"\{0,1\}\([^\",]*\)\"\{0,1\},\{0,1\}$/\1/p" inspect.json | head -n 1; }
digest=$(openssl x509 -in client.crt -outform DER | openssl dgst -sha256 -binary | openssl base64 -A)
check "SHA-256 is openssl's" same "$(field sha256)" \
  "$(openssl x509 -in client.crt -noout -fingerprint -sha256 | cut -d= -f2 | tr -d : | tr A-F a-f)"
check "x5t#S256 is its base64url" same "$(field 'x5t#S256')" "$(tr '+/' '-_' <<<"${digest%=}")"
check "the serial number is openssl's" same "$(field serial_number)" \
  "$(openssl x509 -in client.crt -noout -serial | cut -d= -f2 | tr A-F a-f)"
check "the end is openssl's" same "$(field not_after)" \
  "$(date -u -d "$(openssl x509 -in client.crt -noout -enddate | cut -d= -f2)" +%Y-%m-%dT%H:%M:%SZ)"
check "the days are counted" same "$(field days_left)" 89
check "the key belongs" same "$(field certificate)" 0
check "another key does not" refused 10 "$program" inspect --cert client.crt --key p256.key
openssl pkcs12 -export -in client.crt -inkey rsa2048.key -passout pass:canary-secret -out client.p12
check "PKCS #12 needs its passphrase" refused 10 "$program" inspect client.p12
printf canary-secret >pkcs12.txt
"$program" inspect client.p12 --passphrase-file pkcs12.txt >pkcs12.out || true
check "PKCS #12 is read" grep -q 'belongs *to certificate 1' pkcs12.out
printf 'extendedKeyUsage=clientAuth\nkeyUsage=digitalSignature\n' >usage.ext
openssl x509 -req -in p256.csr -CA client.crt -CAkey rsa2048.key -CAcreateserial -days 90 -extfile usage.ext -out p256.crt 2>/dev/null
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout stranger.key -subj /CN=stranger -out stranger.crt 2>/dev/null
cat p256.crt stranger.crt >bundle.crt
"$program" inspect --cert bundle.crt --key p256.key >bundle.out
check "the key usage is printed" grep -q 'key usage *digitalSignature$' bundle.out
check "what a server is shown is printed" same "$(grep -c '^  shows ' bundle.out)" 1
check "what is left out is named" grep -q 'warning .*"CN=stranger"' bundle.out
"$program" inspect --cert bundle.crt --key p256.key --json >bundle.json
check "JSON has the warning" grep -q '"remedy": ".*unknown_ca' bundle.json

check "a missing certificate is named" refused 10 "$program" inspect
check "the key needs its passphrase" refused 10 "$program" inspect --cert client.crt --key sealed.key

exit "$((failures > 0))"
