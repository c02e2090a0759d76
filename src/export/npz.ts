import type { DType as NumpyType } from 'npyjs';
import type { DType } from '../core/index.js';
import { expandTensor } from '../pack/index.js';
import type { Exporter } from './exporter.js';

/** NumPy's type for each dtype; it has none for byte strings of varying length. */
const NUMPY_TYPES: Readonly<Partial<Record<DType, NumpyType>>> = {
  float32: 'f4',
  int32: 'i4',
  bool: 'b1',
  complex64: 'c8',
};

/** Fixed date, the first that zip can hold, so that the same model gives the same bytes. */
const NO_DATE = new Date(1980, 0, 1);

/**
 * Names that unzip would write elsewhere than in its folder, or not at all, and such as turn the text of a listing; some
 * readers take a mark of the byte order off the front.
 */
const NO_FILE =
  /^$|(^|[\\/])\.\.($|[\\/])|^[\\/]|^[a-z]:|[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Bidi_Control}\ufeff]|^.{1000}/iu;

/** The name of a weight, changed where it can't be that of a file in a folder. */
function memberName(name: string, isTaken: (name: string) => boolean): string {
  if (!NO_FILE.test(name)) return name;
  const plain = (name || '_')
    .slice(0, 200)
    .replace(/[^\w.-]+/g, '_')
    .replace(/^\.+/, '_');
  let member = plain;
  for (let number = 2; isTaken(member); number++) member = `${plain}_${number}`;
  return member;
}

/** One array per weight, under the weight's name; `numpy.load` reads it. */
export const npz: Exporter = {
  name: 'npz',
  describe: 'weights.npz, float32 arrays by weight name for NumPy',
  weights: ['auto', 'float32'],
  export: async ({ tensors }) => {
    // Loaded here, since the help of every command imports the exporters.
    const [{ zipSync }, { dump }] = await Promise.all([import('fflate'), import('npyjs')]);
    const members = new Map<string, Uint8Array>();
    const given = new Set(tensors.map(({ name }) => name));
    const notes: string[] = [];
    for (const tensor of tensors) {
      const { name, shape, dtype, values } = expandTensor(tensor);
      const type = NUMPY_TYPES[dtype];
      if (type === undefined) notes.push(`left out: ${name}, which holds strings`);
      else {
        const member = memberName(name, (taken) => given.has(taken) || members.has(`${taken}.npy`));
        if (member !== name) notes.push(`${member}: the name of a weight that can't be a file's was changed`);
        members.set(`${member}.npy`, new Uint8Array(dump(values, [...shape], { dtype: type })));
      }
    }
    const bytes = zipSync(Object.fromEntries(members), { mtime: NO_DATE });
    return { files: [{ path: 'weights.npz', bytes }], notes };
  },
};
