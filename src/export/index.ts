import { c } from './c/c.js';
import type { Exporter } from './exporter.js';
import { keras } from './keras/keras.js';
import { npz } from './npz.js';
import { tfjs } from './tfjs/tfjs.js';

/** Every target of `qgt export --to`, in the order of the help. */
export const exporters: readonly Exporter[] = [tfjs, keras, npz, c];
export {
  type Exported,
  type ExportedFile,
  type Exporter,
  type ExportOptions,
  type WeightForm,
  weightForms,
} from './exporter.js';
