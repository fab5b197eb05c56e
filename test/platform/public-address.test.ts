import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isPublicAddress } from '../../src/platform/public-address.ts';

describe('a public address', () => {
  it("is none of a network of one's own, of this machine, of its neighbours, or of many", () => {
    const no =
      '0.0.0.0 10.1.2.3 100.64.0.1 127.0.0.1 127.255.0.9 169.254.169.254 172.16.0.1 172.31.9.9 192.168.1.1 198.19.0.1 224.0.0.1 255.255.255.255 :: ::1 ::ffff:10.0.0.1 ::127.0.0.1 64:ff9b::a00:1 fc00::1 fd12::1 fe80::1 fe80::1%eth0 fec0::1 ff02::1 2002:7f00:1::1 2001:db8::1 ::ffff:0:127.0.0.1 1::1 4000::1';
    for (const address of no.split(' ')) assert.equal(isPublicAddress(address), false, address);
    for (const address of '1.1.1.1 8.8.8.8 172.32.0.1 192.169.0.1 2606:4700:4700::1111 2a00:1450::1'.split(
      ' ',
    ))
      assert.equal(isPublicAddress(address), true, address);
  });
});
