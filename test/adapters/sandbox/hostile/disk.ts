import { ENDED, type End, type Program, perl, REFUSED, refused, sh, shWith } from './program.ts';

const TOO_MUCH: End = {
  kind: 'limit',
  detail: /^stopped by us: \d+ MiB of the disk went while it ran, at most 48 MiB may$/,
};
const TOO_MANY: End = {
  kind: 'limit',
  detail: /^stopped by us: \d+ files were made while it ran, at most 3000 may be$/,
};
const TOO_LARGE: End = {
  kind: 'limit',
  detail: /^a file too large: ended as by SIGXFSZ, a file may have 8 MiB$/,
};

export const DISK: readonly Program[] = [
  {
    name: 'fills the disk of its copy',
    argv: sh('n=0; while :; do n=$((n+1)); head -c 4000000 /dev/zero >$n; done'),
    ends: TOO_MUCH,
    fills: 'disk',
  },
  {
    name: 'fills the disk with files that have no name',
    argv: sh('while :; do exec {fd}>f; rm f; head -c 4000000 /dev/zero >&$fd; done 2>/dev/null; sleep 9'),
    ends: TOO_MUCH,
    fills: 'disk',
  },
  {
    name: 'makes files without end',
    argv: perl('for (1 .. 100000) { open(my $file, ">", $_) or last } sleep 9; esc("100000 files");'),
    ends: TOO_MANY,
    fills: 'files',
  },
  {
    name: 'writes one large file',
    argv: sh('exec head -c 20000000 /dev/zero >large'),
    ends: TOO_LARGE,
  },
  {
    name: 'makes a sparse file of a terabyte',
    argv: sh(
      'trap "" XFSZ; tries "a terabyte" truncate -s 1T sparse; [ "$(stat -c %s sparse 2>/dev/null || echo 0)" -lt 9000000 ] || esc sparse',
    ),
    ends: REFUSED,
  },
  {
    name: 'leaves names and paths that are too long',
    argv: sh(`name=$(printf %0255d 7); : >$name; for depth in {1..40}; do mkdir $name && cd $name || break; done
touch $'new\\nline' $'\\e[2Jclear' $'\\xff\\xfe' -- -rf`),
    ends: refused('removed with its copy'),
  },
  {
    name: 'leaves FIFOs, sockets, and folders closed to all',
    argv: perl(`use IO::Socket::UNIX; system("mkfifo", "fifo"); IO::Socket::UNIX->new(Local => "socket", Listen => 1);
mkdir "closed"; mkdir "closed/in"; chmod 0, "closed/in"; chmod 0, "closed"; chmod 0, ".";`),
    ends: refused('removed with its copy'),
  },
  {
    name: 'leaves symbolic links for the host to follow',
    argv: shWith(
      ({ canary }) => [canary],
      'ln -s "$1" canary; ln -s / root; ln -s "$(dirname "$1")" folder; mkdir deep; ln -s ../.. deep/up; ln -s self self',
    ),
    ends: refused('not followed, removed with its copy'),
  },
  {
    name: 'links files of the host to its copy',
    argv: shWith(
      ({ canary }) => [canary],
      'tries "a link to the canary" ln "$1" canary; tries "a link to a program" ln /usr/bin/env env; tries "a link to the passwords" ln /etc/passwd passwd',
    ),
    ends: REFUSED,
  },
  {
    name: 'removes its own directory',
    argv: sh('rm -rf "$PWD"/* "$PWD"; cd /; touch "$OLDPWD/again" 2>/dev/null; exit 3'),
    ends: ENDED,
  },
];
