import { expect, test } from 'vitest';
import { isFailure } from '../../base/index.ts';
import { refusalOf } from './judge-address.ts';
import { pinHost } from './pin-host.ts';

const NONE = { allowPrivate: false, allowLoopback: false };
const PRIVATE = { allowPrivate: true, allowLoopback: false };

test('which addresses may be reached', () => {
  const check = (address: string, isPublic: boolean, isPrivate = isPublic) => {
    expect([address, refusalOf(address, NONE) === undefined]).toEqual([address, isPublic]);
    expect([address, refusalOf(address, PRIVATE) === undefined]).toEqual([address, isPrivate]);
  };
  check('93.184.215.14', true);
  check('2606:2800:21f:cb07:6820:80da:af6b:8b2c', true);
  check('10.1.2.3', false, true);
  check('172.16.0.1', false, true);
  check('192.168.0.1', false, true);
  check('100.64.0.1', false, true);
  check('fd12:3456::1', false, true);
  check('::ffff:10.0.0.1', false, true);
  check('127.0.0.1', false);
  check('127.9.9.9', false);
  check('::1', false);
  check('::ffff:127.0.0.1', false);
  check('0.0.0.0', false);
  check('::', false);
  check('169.254.169.254', false);
  check('::ffff:169.254.169.254', false);
  check('169.254.1.1', false);
  check('fe80::1', false);
  check('fe80::1%eth0', false);
  check('fd00:ec2::254', false);
  check('100.100.100.200', false);
  check('224.0.0.1', false);
  check('ff02::1', false);
  check('255.255.255.255', false);
  check('240.0.0.1', false);
  check('192.0.2.1', false);
  check('64:ff9b::a00:1', false);
  check('2002:a00:1::', false);
  check('2001:0:1::1', false);
  check('not an address', false);
});

test('loopback opens by its own switch alone', () => {
  const loopback = { allowPrivate: false, allowLoopback: true };
  expect(refusalOf('127.0.0.1', loopback)).toBeUndefined();
  expect(refusalOf('::1', loopback)).toBeUndefined();
  expect(refusalOf('10.0.0.1', loopback)).toBeDefined();
  expect(refusalOf('169.254.169.254', { allowPrivate: true, allowLoopback: true })).toBeDefined();
});

test('a name goes to the address that was judged, and to none when one of its addresses is refused', async () => {
  const pinned = await pinHost('hooks.example.com', NONE, () => Promise.resolve(['2606:2800:21f::1', '93.184.215.14']));
  expect(pinned).toEqual({ host: 'hooks.example.com', address: '93.184.215.14', family: 4 });
  const codeOf = (work: Promise<unknown>) => work.catch((error: unknown) => isFailure(error) && error.code);
  expect(await codeOf(pinHost('x.example', NONE, () => Promise.resolve(['93.184.215.14', '127.0.0.1'])))).toBe(
    'notify.address-refused',
  );
  expect(await codeOf(pinHost('x.example', NONE, () => Promise.resolve([])))).toBe('notify.host-unknown');
  expect(await codeOf(pinHost('x.example', NONE, () => Promise.reject(new Error('ENOTFOUND'))))).toBe(
    'notify.host-unknown',
  );
  expect(await codeOf(pinHost('[::1]', NONE, () => Promise.resolve([])))).toBe('notify.address-refused');
});
