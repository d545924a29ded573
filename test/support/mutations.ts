/** A small generator of numbers with a seed (mulberry32), so that a finding can be repeated. */
export function createRandom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

type Mutate = (file: Buffer, random: (below: number) => number) => Buffer;

const replaceAt = (file: Buffer, at: number, length: number, by: Uint8Array): Buffer =>
  Buffer.concat([file.subarray(0, at), by, file.subarray(at + length)]);

/** A place in the file: half of the time near something that carries meaning. */
function place(file: Buffer, random: (below: number) => number): number {
  if (random(2) === 0) return random(file.length);
  const words = [
    '/ByteRange',
    '/Contents',
    'startxref',
    '/Prev',
    '/Root',
    'obj',
    'trailer',
    '/Kids',
    '/V ',
    'xref',
  ];
  const from = random(file.length);
  const found = file.indexOf(words[random(words.length)] as string, from);
  return Math.min(file.length - 1, (found < 0 ? from : found) + random(24));
}

const MUTATIONS: readonly Mutate[] = [
  (file, random) => {
    const at = place(file, random);
    return replaceAt(file, at, 1, Buffer.from([(file[at] as number) ^ (1 << random(8))]));
  },
  (file, random) => replaceAt(file, place(file, random), 1, Buffer.from([random(256)])),
  (file, random) => replaceAt(file, place(file, random), 1 + random(40), Buffer.alloc(0)),
  (file, random) =>
    replaceAt(
      file,
      place(file, random),
      0,
      Buffer.from(Array.from({ length: 1 + random(40) }, () => random(256))),
    ),
  (file, random) => file.subarray(0, random(file.length)),
  (file, random) => {
    const from = place(file, random);
    return replaceAt(file, place(file, random), 0, file.subarray(from, from + random(2_000)));
  },
  (file, random) => {
    const [from, length] = [place(file, random), random(500)];
    return replaceAt(file, place(file, random), length, file.subarray(from, from + length));
  },
  (file, random) => {
    const at = place(file, random);
    const digit = file.subarray(at).findIndex((byte) => byte >= 48 && byte <= 57);
    return replaceAt(file, at + Math.max(0, digit), 1, Buffer.from(String(random(10))));
  },
  (file, random) => Buffer.concat([file, file.subarray(place(file, random))]),
];

/** The file with one to three faults, as chance or an attacker would put them in; never the same bytes. */
export function mutate(file: Buffer, random: (below: number) => number): Buffer {
  let changed = file;
  do {
    for (let i = 1 + random(3); i > 0; i--) {
      changed = (MUTATIONS[random(MUTATIONS.length)] as Mutate)(changed.length > 0 ? changed : file, random);
    }
  } while (changed.equals(file));
  return changed;
}
