import fc from 'fast-check';
import { isTypeId, typeId } from '../../domain/ids.js';

const uuids = fc.uint8Array({ minLength: 16, maxLength: 16 });

test('The examples of the TypeID specification come out', () => {
  const bytes = (hex: string) => Buffer.from(hex.replaceAll('-', ''), 'hex');
  expect(typeId('ctr', bytes('00000000-0000-0000-0000-000000000000'))).toBe('ctr_00000000000000000000000000');
  expect(typeId('ctr', bytes('00000000-0000-0000-0000-00000000000a'))).toBe('ctr_0000000000000000000000000a');
  expect(typeId('ctr', bytes('00000000-0000-0000-0000-000000000020'))).toBe('ctr_00000000000000000000000010');
  expect(typeId('ctr', bytes('ffffffff-ffff-ffff-ffff-ffffffffffff'))).toBe('ctr_7zzzzzzzzzzzzzzzzzzzzzzzzz');
  expect(typeId('ctr', bytes('01890a5d-ac96-774b-bcce-b302099a8057'))).toBe('ctr_01h455vb4pex5vsknk084sn02q');
});

test('Ids sort like their UUIDs, and are ids of their prefix only', () => {
  fc.assert(
    fc.property(uuids, uuids, (a, b) => {
      const [first, second] = [typeId('evt', a), typeId('evt', b)];
      expect(Math.sign(Buffer.compare(a, b))).toBe(first < second ? -1 : first > second ? 1 : 0);
      expect([isTypeId('evt', first), isTypeId('ctr', first)]).toEqual([true, false]);
    }),
  );
});
