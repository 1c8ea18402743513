import { expect, test } from 'vitest';
import { detect } from '../index.ts';

const none = 0xffffffff;
type Entry = { name: string; child?: number; right?: number; left?: number };

/** A compound file of 512-byte sectors whose directory begins at `directorySector` of `sectors`. */
function compoundFile(
  entries: readonly Entry[],
  { sectors = 20, directorySector = 1, first = [] as number[], table = true, next = none } = {},
): Uint8Array {
  const bytes = new Uint8Array(512 * (sectors + 1));
  const view = new DataView(bytes.buffer);
  bytes.set([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]);
  view.setUint16(30, 9, true);
  view.setUint32(48, directorySector, true);
  // The allocation table lies in the last sector, or nowhere.
  const tableAt = 512 * sectors;
  for (let at = 76; at < 512; at += 4) view.setUint32(at, table ? sectors - 1 : none, true);
  bytes.set(first, 512);
  for (const [at, { name, child = none, left = none, right = none }] of entries.entries()) {
    const entry = 512 * (directorySector + 1) + 128 * at;
    for (let i = 0; i < name.length; i++) view.setUint16(entry + 2 * i, name.charCodeAt(i), true);
    view.setUint16(entry + 64, 2 * name.length + 2, true);
    view.setUint8(entry + 66, at === 0 ? 5 : 2);
    view.setUint32(entry + 68, left, true);
    view.setUint32(entry + 72, right, true);
    view.setUint32(entry + 76, child, true);
  }
  if (table) {
    const last = directorySector + Math.ceil(entries.length / 4) - 1;
    for (let sector = directorySector; sector <= last; sector++) {
      view.setUint32(tableAt + 4 * (sector % 128), sector === last ? next : sector + 1, true);
    }
  }
  return bytes;
}

const root = { name: 'Root Entry', child: 1 };
const embeddedSheet = [
  root,
  { name: 'ObjectPool', child: 4 },
  { name: 'WordDocument' },
  { name: '1Table', left: 1, right: 2 },
  { name: 'Workbook' },
].map((entry, at) => (at === 0 ? { ...entry, child: 3 } : entry));
const embeddedText = [root, { name: 'MBD0001', child: 3, right: 2 }, { name: 'Workbook' }, { name: 'WordDocument' }];
const notSeen = { sectors: 800, directorySector: 400 };

test.each([
  ['Word', compoundFile([root, { name: 'WordDocument' }]), 'doc', 0.95],
  ['Excel', compoundFile([root, { name: 'Workbook' }]), 'xls', 0.95],
  ['Excel 95', compoundFile([root, { name: 'Book' }]), 'xls', 0.95],
  ['PowerPoint', compoundFile([root, { name: 'PowerPoint Document' }]), 'ppt', 0.95],
  ['Outlook', compoundFile([root, { name: '__properties_version1.0' }]), 'msg', 0.95],
  ['under a password', compoundFile([root, { name: 'EncryptedPackage' }]), 'encrypted_office', 0.95],
  ['something else', compoundFile([root, { name: 'Contents' }]), 'cfb', 0.95],
  ['Word with a sheet inside', compoundFile(embeddedSheet), 'doc', 0.95],
  ['Excel with a text inside', compoundFile(embeddedText), 'xls', 0.95],
  ['a directory at the end', compoundFile(embeddedSheet, { sectors: 800, directorySector: 797 }), 'doc', 0.95],
  ['no table', compoundFile(embeddedSheet, { sectors: 800, directorySector: 797, table: false }), 'doc', 0.95],
  ['a directory in a circle', compoundFile([root, { name: 'Contents', right: 1 }], { next: 1 }), 'cfb', 0.95],
  ['a hidden directory of Word', compoundFile([root], { ...notSeen, first: [0xec, 0xa5] }), 'doc', 0.95],
  ['a hidden directory of Excel', compoundFile([root], { ...notSeen, first: [9, 8, 0x10, 0] }), 'xls', 0.95],
  ['a hidden directory', compoundFile([root], notSeen), 'cfb', 0.75],
  ['a cut header', compoundFile([root]).subarray(0, 100), 'cfb', 0.75],
])('%s', async (_, bytes, format, confidence) => {
  expect(await detect(bytes)).toMatchObject({ format, confidence });
});

test('the name decides only what the content leaves open', async () => {
  expect(await detect(compoundFile([root], notSeen), { name: 'a.xls' })).toMatchObject({
    format: 'xls',
    confidence: 0.95,
  });
  expect(await detect(compoundFile([root, { name: 'Workbook' }]), { name: 'a.doc' })).toMatchObject({
    format: 'xls',
    confidence: 0.855,
  });
});
