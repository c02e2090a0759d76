import { declarations, type OptionName, optionOf } from './index.js';

/** An option that was given by a former name. */
export interface Renamed {
  readonly former: string;
  readonly name: OptionName;
}

/** Every option by the names it had before. */
export const formerNames: ReadonlyMap<string, OptionName> = new Map(
  (Object.keys(declarations) as OptionName[]).flatMap((name) =>
    (optionOf(name).formerly ?? []).map((former) => [former, name]),
  ),
);

/** Replaces former names of options; a value under the current name wins over one under a former name. */
export function withCurrentNames(options: Readonly<Record<string, unknown>>): {
  readonly options: Record<string, unknown>;
  readonly renamed: readonly Renamed[];
} {
  const renamed = Object.keys(options).flatMap((former): Renamed[] => {
    const name = formerNames.get(former);
    return name === undefined ? [] : [{ former, name }];
  });
  const kept = Object.entries(options).filter(([name]) => !formerNames.has(name));
  return {
    options: {
      ...Object.fromEntries(renamed.map(({ former, name }) => [name, options[former]])),
      ...Object.fromEntries(kept),
    },
    renamed,
  };
}
