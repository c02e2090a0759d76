/** Names of a model's file that say nothing: its folder names it then. */
const COMMON = /^(model|model_?quantized|index|report)$/i;

/**
 * The name that people know a model by: `person` for `models/person/model.json`.
 *
 * @param path  Absolute where its folder is to be known.
 */
export function modelName(path: string): string {
  const parts = path.split(/[\\/]+/).filter((part) => !['', '.', '..'].includes(part));
  const file = (parts.at(-1) ?? '').replace(/\.(json|qgt)$/i, '');
  return (COMMON.test(file) ? parts.at(-2) : undefined) ?? (file === '' ? 'model' : file);
}
