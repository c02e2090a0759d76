/** What a verdict may be failed on, the milder first. */
export const severities = ['watch', 'bottleneck'] as const;
export type Severity = (typeof severities)[number];
