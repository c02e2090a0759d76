import { z } from 'zod';
import { reportSchema } from './report.js';

/**
 * The JSON Schema of report.json, which docs/report.schema.json publishes. It allows keys that it does not
 * know, since a later qgt may add some without a new version.
 *
 * @returns A JSON Schema of draft 2020-12.
 */
export function reportJsonSchema(): object {
  const { $schema, ...schema } = z.toJSONSchema(reportSchema, { target: 'draft-2020-12', io: 'input' });
  return {
    $schema,
    title: 'qgt report',
    description:
      'Report of `qgt compress` or `qgt analyze` on a model: report.json, and stdout under --json.',
    ...schema,
  };
}
