// What the suite compresses and analyzes: every report is held against the schema that is published.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import * as qgt from '../src/index.js';

const published = new URL('../docs/report.schema.json', import.meta.url);
const validate = new Ajv2020({ strict: true }).compile(JSON.parse(readFileSync(published, 'utf8')));

/** Fails where a report, as JSON has it, is none by docs/report.schema.json. */
export function assertReport(text: string): void {
  assert.ok(validate(JSON.parse(text)), JSON.stringify(validate.errors, null, 2));
}

/** `compress`, whose report must be one: both what it returns and what it writes. */
export async function compress(...args: Parameters<typeof qgt.compress>): Promise<qgt.CompressResult> {
  const result = await qgt.compress(...args);
  assertReport(JSON.stringify(result.report));
  assertReport(readFileSync(`${result.output}/report.json`, 'utf8'));
  return result;
}

/** `analyze`, whose report must be one. */
export async function analyze(...args: Parameters<typeof qgt.analyze>): Promise<qgt.AnalyzeResult> {
  const result = await qgt.analyze(...args);
  assertReport(JSON.stringify(result.report));
  return result;
}
