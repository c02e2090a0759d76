/** Levels of a verdict that `--fail-on` accepts, the milder first. */
export const severities = ['watch', 'bottleneck'] as const;
export type Severity = (typeof severities)[number];
