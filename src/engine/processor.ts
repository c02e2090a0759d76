import { readFileSync } from 'node:fs';

/** Processor features that TensorFlow's kernels make use of, the least capable first. */
const PROCESSOR_FEATURES = ['avx2', 'avx512f', 'avx512_bf16', 'amx_bf16'] as const;

export type ProcessorFeature = (typeof PROCESSOR_FEATURES)[number];

/** Features of this processor; known on Linux only, whose kernel lists them. */
export function processorFeatures(): ProcessorFeature[] {
  try {
    const text = readFileSync('/proc/cpuinfo', 'utf8');
    const flags = new Set(/^flags\s*:(.*)$/m.exec(text)?.[1]?.trim().split(' '));
    return PROCESSOR_FEATURES.filter((feature) => flags.has(feature));
  } catch {
    return [];
  }
}
