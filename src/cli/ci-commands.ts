import type { OutputStream } from './io.js';

/**
 * Text without commands of CI systems: GitHub obeys a line that begins with `::`, Azure and older GitHub `##vso[` and
 * `##[` anywhere in one, TeamCity `##teamcity[`.
 *
 * @see https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
 * @see https://github.com/microsoft/azure-pipelines-agent/blob/master/src/Microsoft.VisualStudio.Services.Agent/Command.cs
 */
export function withoutCommands(text: string): string {
  return text.replace(/^([^\S\n]*:)(?=:)/gm, '$1 ').replace(/#(?=#\w*\[)/g, '# ');
}

/** A stream to which no command of a CI system gets, whatever a name in its output says. */
export function commandless(stream: OutputStream): OutputStream {
  const write = (chunk: string | Uint8Array) => stream.write(withoutCommands(String(chunk)));
  return Object.assign(Object.create(stream), { write });
}
