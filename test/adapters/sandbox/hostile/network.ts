import { type Program, perl, REFUSED, sh, shWith } from './program.ts';

const OPEN = 'the network of this machine';

export const NETWORK: readonly Program[] = [
  {
    name: 'connects to a server on this machine',
    argv: shWith(({ tcpPort }) => [tcpPort], '(exec 9<>/dev/tcp/127.0.0.1/$1) 2>/dev/null && esc TCP'),
    ends: REFUSED,
    gets: { 1: OPEN },
  },
  {
    name: 'sends datagrams, to this machine and out',
    argv: shWith(
      ({ udpPort }) => [udpPort],
      `perl -MIO::Socket::INET -e '$s = IO::Socket::INET->new(Proto => "udp", PeerAddr => "192.0.2.1:9"); exit !$s' && esc "a way out"
(echo hello >/dev/udp/127.0.0.1/$1) 2>/dev/null`,
    ),
    ends: REFUSED,
    gets: { 1: OPEN },
  },
  {
    name: 'asks for names',
    argv: sh(
      'tries "a name" timeout 1 getent ahosts example.org; [ -s /etc/resolv.conf ] && esc "the servers of names"',
    ),
    ends: REFUSED,
    gets: { 1: 'the servers of names' },
  },
  {
    name: 'connects to abstract sockets of the host',
    argv: (host) => [
      ...perl(
        `use Socket; socket(my $s, AF_UNIX, SOCK_STREAM, 0); connect($s, pack_sockaddr_un("\\0$ARGV[0]")) and esc("an abstract socket");`,
      )(),
      host.abstractName,
    ],
    ends: REFUSED,
    gets: { 1: 'abstract sockets, which have no owner' },
  },
  {
    name: 'connects to sockets in the files of the host',
    argv: (host) => [
      ...perl(
        `use Socket; socket(my $s, AF_UNIX, SOCK_STREAM, 0); connect($s, pack_sockaddr_un($ARGV[0])) and esc("a socket");`,
      )(),
      host.socketPath,
    ],
    ends: REFUSED,
    gets: { 1: 'sockets that all users may write to' },
  },
  {
    name: 'opens raw, packet, virtual-machine and crypto sockets',
    argv: perl(`use Socket; for ([2, 3, 1], [2, 3, 255], [10, 3, 58], [17, 3, 768]) { esc("raw @$_") if socket(my $s, $$_[0], $$_[1], $$_[2]) }
for ([38, 5], [40, 1], [44, 3], [31, 3], [21, 5]) { esc("family @$_") if socket(my $s, $$_[0], $$_[1], 0) }`),
    ends: REFUSED,
    gets: { 1: 'families of sockets that the kernel gives to plain users' },
  },
];
