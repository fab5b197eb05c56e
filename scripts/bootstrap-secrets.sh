#!/bin/sh
# Makes the passwords of the stores for docker-compose.yml: random, never shown, and never in the place of one that is there.
set -eu

usage() {
  cat <<'END'
Usage: scripts/bootstrap-secrets.sh [FOLDER]

Makes the secrets that docker-compose.yml mounts, in FOLDER, or in `secrets` of the checkout. A file that is there is kept: to
change a secret, move its file away and run this again. docs/production.md tells what has to follow.
END
}

fail() {
  printf 'bootstrap-secrets.sh: %s\n' "$1" >&2
  exit 1
}

# As many random bytes, in hexadecimal: nothing of it needs an escape in a URL.
random() {
  drawn=$(head -c "$1" /dev/urandom | od -An -v -tx1 | tr -d ' \n')
  [ "${#drawn}" -eq $(($1 * 2)) ] || fail "/dev/urandom gave too few bytes"
  printf %s "$drawn"
}

# Standard input under a name: only what is whole gets it, and ln refuses where mv would replace.
put() {
  made=$(mktemp "$folder/.unfinished-XXXXXX")
  cat >"$made"
  chmod 0444 "$made"
  ln "$made" "$folder/$1" 2>/dev/null || taken=yes
  rm -f "$made"
  [ "${taken-no}" = no ] || fail "$folder/$1 was made by somebody else meanwhile"
  printf 'made %s\n' "$folder/$1" >&2
}

is_missing() {
  [ -e "$folder/$1" ] || return 0
  printf 'kept %s\n' "$folder/$1" >&2
  return 1
}

case "${1-}" in
  -h | --help)
    usage
    exit 0
    ;;
  -*) set -- too many ;;
esac
if [ "$#" -gt 1 ]; then
  usage >&2
  exit 2
fi

folder=${1:-$(dirname "$0")/../secrets}
umask 077
mkdir -p "$folder"
# The folder keeps the other users of this machine out. Its files are mounted one by one into containers, whose users have other
# numbers than their owner here, and have to be readable for those.
chmod 0700 "$folder"

if is_missing redis-url; then
  is_missing redis-users || fail "redis-url holds the password that redis-users knows: move both away, or none"
  password=$(random 32)
  digest=$(printf %s "$password" | sha256sum | cut -d ' ' -f 1)
  printf 'user default on sanitize-payload #%s ~* &* +@all\n' "$digest" | put redis-users
  printf 'redis://:%s@redis:6379\n' "$password" | put redis-url
elif is_missing redis-users; then
  fail "redis-users knows the password that redis-url holds: move both away, or none"
fi

if is_missing ledger-url; then
  password=$(random 32)
  printf 'mongodb://ghost:%s@mongo:27017/ghost?replicaSet=ghost\n' "$password" | put ledger-url
fi

if is_missing mongo-root-password; then
  password=$(random 32)
  printf %s "$password" | put mongo-root-password
fi

# How the members of a replica set know each other; one of a single member needs it too, to ask clients for passwords.
if is_missing mongo-key; then
  key=$(random 256)
  printf %s "$key" | put mongo-key
fi
