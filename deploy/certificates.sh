#!/bin/sh
# Makes the certificates of a cluster: an authority of its own, and one certificate with its key for every node.
#
#   deploy/certificates.sh FOLDER NAME...         an existing authority is kept, existing certificates too
#   deploy/certificates.sh --renew FOLDER NAME... the named certificates are made anew
#   deploy/certificates.sh --role ROLE FOLDER NAME... certificates of clients: follow sees runs and fetches results, submit brings runs too,
#                                                 administer may do all that people do. None of them is a node's: that is the role node,
#                                                 which certificates have without --role
#
# A NAME is what other nodes reach the node by: a host name, an address, or several of them with commas (the first names the files).
# FOLDER gets ca.crt and ca.key (keep ca.key where no node is: whoever has it can make nodes), and NAME.crt and NAME.key for each node.
# A node needs its own two files and ca.crt. localhost and 127.0.0.1 are in every certificate.
# RNNACTORS_CERTIFICATE_DAYS: how long certificates are valid, 825 days by default; the authority ten years.
set -eu

renew=false
role=node
while :; do
  case ${1:-} in
    --renew) renew=true; shift ;;
    --role)
      role=${2:-}; shift; [ $# -eq 0 ] || shift
      case $role in
        node|follow|submit|administer) ;;
        *) echo "certificates.sh: '$role' is no role. Give node, follow, submit or administer." >&2; exit 2 ;;
      esac ;;
    *) break ;;
  esac
done
if [ $# -lt 2 ]; then sed -n '2,14s/^# \{0,1\}//p' "$0" >&2; exit 2; fi
command -v openssl > /dev/null || { echo "certificates.sh: openssl is not installed. Install it, or run this where it is." >&2; exit 2; }

folder=$1; shift
days=${RNNACTORS_CERTIFICATE_DAYS:-825}
umask 077
mkdir -p "$folder"
work=$(mktemp -d "$folder/.new.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

new_key() { openssl ecparam -name prime256v1 -genkey -noout | openssl pkcs8 -topk8 -nocrypt -out "$1"; }

# Both files are complete before either has its name; the key goes first, so that a certificate never lies there without its key.
publish() {
  chmod 0600 "$work/key"; chmod 0644 "$work/crt"
  mv -f "$work/key" "$folder/$1.key"; mv -f "$work/crt" "$folder/$1.crt"
}

if [ -e "$folder/ca.crt" ] && [ -e "$folder/ca.key" ]; then
  echo "kept $folder/ca.crt"
elif [ -e "$folder/ca.crt" ]; then
  echo "certificates.sh: $folder/ca.crt is there without ca.key, so that nothing can be signed. Put its key beside it, or use another folder." >&2
  exit 2
else
  new_key "$work/key"
  cat > "$work/conf" <<EOF
[req]
distinguished_name = name
prompt = no
x509_extensions = authority
[name]
CN = RnnActors cluster authority $(openssl rand -hex 4)
[authority]
basicConstraints = critical, CA:TRUE, pathlen:0
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
EOF
  openssl req -new -x509 -sha256 -days 3650 -config "$work/conf" -key "$work/key" -out "$work/crt"
  publish ca
  echo "made $folder/ca.crt"
fi

for names in "$@"; do
  name=${names%%,*}
  case $name in
    ''|ca|*/*|.*|-*) echo "certificates.sh: '$name' cannot name a node's files. Give a host name or an address." >&2; exit 2 ;;
  esac
  if ! $renew && [ -e "$folder/$name.crt" ]; then echo "kept $folder/$name.crt"; continue; fi

  alternatives=DNS:localhost,IP:127.0.0.1,URI:urn:rnnactors:role:$role
  usage=clientAuth
  if [ "$role" = node ]; then usage="serverAuth, clientAuth"; fi
  rest=$names,
  while [ -n "$rest" ]; do
    one=${rest%%,*}; rest=${rest#*,}
    case $one in
      ''|localhost|127.0.0.1) ;;
      *[!A-Za-z0-9.:_*-]*) echo "certificates.sh: '$one' is neither a host name nor an address." >&2; exit 2 ;;
      *:*) alternatives=$alternatives,IP:$one ;;
      *[!0-9.]*) alternatives=$alternatives,DNS:$one ;;
      *) alternatives=$alternatives,IP:$one ;;
    esac
  done

  new_key "$work/key"
  cat > "$work/conf" <<EOF
[req]
distinguished_name = name
prompt = no
[name]
CN = $(printf %.60s "$name")
[node]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = $usage
subjectAltName = $alternatives
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
EOF
  openssl req -new -sha256 -config "$work/conf" -key "$work/key" -out "$work/csr"
  openssl x509 -req -sha256 -days "$days" -in "$work/csr" -CA "$folder/ca.crt" -CAkey "$folder/ca.key" -set_serial "0x$(openssl rand -hex 15)" \
    -extfile "$work/conf" -extensions node -out "$work/crt" 2> "$work/log" || { cat "$work/log" >&2; exit 1; }
  publish "$name"
  echo "made $folder/$name.crt"
done
