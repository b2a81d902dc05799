#!/bin/sh
# Make a small authority, and a certificate for each node: certificates.sh OUT node-1=10.0.0.11 …
# Keep OUT/ca.key off every machine once the certificates are made.
set -eu
out=$1
shift
umask 077
mkdir -p "$out"
[ -e "$out/ca.key" ] || openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
    -days 3650 -subj "/CN=parley cluster" -keyout "$out/ca.key" -out "$out/ca.pem" 2>/dev/null
for node in "$@"; do
    name=${node%%=*} address=${node#*=}
    place=$out/$name
    mkdir -p "$place"
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$name" \
        -keyout "$place/node.key" -out "$place/node.csr" 2>/dev/null
    # Each node is a server to the others and a client of them.
    printf 'subjectAltName=DNS:%s,IP:%s\nextendedKeyUsage=serverAuth,clientAuth\n' \
        "$name" "$address" >"$place/extensions"
    openssl x509 -req -in "$place/node.csr" -CA "$out/ca.pem" -CAkey "$out/ca.key" \
        -CAcreateserial -days 1095 -extfile "$place/extensions" -out "$place/node.pem" 2>/dev/null
    cp "$out/ca.pem" "$place/ca.pem"
    rm "$place/node.csr" "$place/extensions"
done
