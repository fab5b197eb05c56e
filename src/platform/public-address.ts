import { BlockList, isIPv4 } from 'node:net';

/** Everything that the IANA registries of special-purpose addresses do not call globally reachable, and multicast. */
const NOT_PUBLIC: readonly (readonly [string, number])[] = [
  ...([
    ['0.0.0.0', 8],
    ['10.0.0.0', 8],
    ['100.64.0.0', 10],
    ['127.0.0.0', 8],
    ['169.254.0.0', 16],
    ['172.16.0.0', 12],
    ['192.0.0.0', 24],
    ['192.0.2.0', 24],
    ['192.88.99.0', 24],
    ['192.168.0.0', 16],
    ['198.18.0.0', 15],
    ['198.51.100.0', 24],
    ['203.0.113.0', 24],
    ['224.0.0.0', 3],
  ] as const),
  ...([
    ['::', 96],
    ['::ffff:0:0', 96],
    ['64:ff9b::', 32],
    ['100::', 64],
    ['2001::', 23],
    ['2001:db8::', 32],
    ['2002::', 16],
    ['3fff::', 20],
    ['5f00::', 16],
    ['fc00::', 7],
    ['fe80::', 9],
    ['ff00::', 8],
  ] as const),
];

/** Apart: Node takes an address of IPv4 for one of `::ffff:0:0/96` as well. */
const blocked = { ipv4: new BlockList(), ipv6: new BlockList() };
for (const [net, bits] of NOT_PUBLIC) {
  const family = net.includes(':') ? 'ipv6' : 'ipv4';
  blocked[family].addSubnet(net, bits, family);
}

/** All that has been given out so far of IPv6 is in here. */
const GLOBAL_UNICAST = new BlockList();
GLOBAL_UNICAST.addSubnet('2000::', 3, 'ipv6');

/** Whether an address is one of the open Internet. An IPv4 address inside one of IPv6 is none: it is not needed. */
export function isPublicAddress(address: string): boolean {
  if (address.includes('%')) return false;
  if (isIPv4(address)) return !blocked.ipv4.check(address, 'ipv4');
  return GLOBAL_UNICAST.check(address, 'ipv6') && !blocked.ipv6.check(address, 'ipv6');
}
