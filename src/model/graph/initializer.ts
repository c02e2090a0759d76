import { z } from 'zod';

const initializerSchema = z.object({ node: z.array(z.object({ name: z.string() })) });

/** The nodes of the graph that fills hash tables, whose constants lie among the weights; none without one. */
export function initializerNames({ modelInitializer }: Readonly<Record<string, unknown>>): string[] {
  return initializerSchema.safeParse(modelInitializer).data?.node.map(({ name }) => name) ?? [];
}
