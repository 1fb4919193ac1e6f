#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A helper of Squid that asks back as NTLM has it (a type 2 message with a challenge that is always the same), and refuses
# whatever comes then.
while read -r request _; do
  case $request in
    YR) echo "TT TlRMTVNTUAACAAAAAAAAADAAAAABggAAMTIzNDU2NzgAAAAAAAAAAAAAAAAAAAAA" ;;
    *) echo "NA refused" ;;
  esac
done
