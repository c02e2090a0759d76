/** Task losses, as `--loss` takes them. */
export const lossNames = ['crossentropy', 'binary-crossentropy', 'mse', 'mae'] as const;

export type LossName = (typeof lossNames)[number];
