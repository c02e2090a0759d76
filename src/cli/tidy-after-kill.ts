import { z } from 'zod';
import { tidyOutput } from '../files/index.js';

const outputSchema = z.object({ folder: z.string(), made: z.string().optional() });

/**
 * Removes what a killed process has left in its output folder, as far as that can be done.
 *
 * @param message  The folder as that process told of it.
 */
export async function tidyAfterKill(message: unknown): Promise<void> {
  const { data } = outputSchema.safeParse(message);
  if (data !== undefined) await tidyOutput(data).catch(() => {});
}
