import { BlockList, isIPv6 } from 'node:net';

/*
 * What is not the public internet. Sources: the special-purpose registries of IANA for IPv4 and IPv6 (RFC 6890), as far
 * as they are not globally reachable, and the forms of IPv6 that carry an IPv4 address.
 */
const PRIVATE_V4: readonly (readonly [string, number])[] = [
  ...([
    ['0.0.0.0', 8],
    ['10.0.0.0', 8],
    ['100.64.0.0', 10],
    ['127.0.0.0', 8],
    ['169.254.0.0', 16],
  ] as const),
  ...([
    ['172.16.0.0', 12],
    ['192.0.0.0', 24],
    ['192.0.2.0', 24],
    ['192.168.0.0', 16],
  ] as const),
  ...([
    ['198.18.0.0', 15],
    ['198.51.100.0', 24],
    ['203.0.113.0', 24],
    ['224.0.0.0', 4],
    ['240.0.0.0', 4],
  ] as const),
];
const PRIVATE_V6: readonly (readonly [string, number])[] = [
  ...([
    ['::', 96],
    ['::ffff:0:0', 96],
    ['64:ff9b::', 96],
    ['64:ff9b:1::', 48],
    ['100::', 64],
  ] as const),
  ...([
    ['2001::', 23],
    ['2001:db8::', 32],
    ['2002::', 16],
    ['fc00::', 7],
    ['fe80::', 10],
    ['ff00::', 8],
  ] as const),
];

/** Apart: one list for both would take every IPv4 address for one of `::ffff:0:0/96`. */
const V4 = new BlockList();
const V6 = new BlockList();
for (const [net, prefix] of PRIVATE_V4) V4.addSubnet(net, prefix, 'ipv4');
for (const [net, prefix] of PRIVATE_V6) V6.addSubnet(net, prefix, 'ipv6');

/** Whether an address (text, without brackets) leads somewhere that only this machine or its network reaches. */
export function isPrivateAddress(address: string): boolean {
  const [bare = ''] = address.split('%');
  return isIPv6(bare) ? V6.check(bare, 'ipv6') : V4.check(bare, 'ipv4');
}
