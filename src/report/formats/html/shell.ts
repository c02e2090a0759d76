import { html, Markup } from './markup.js';
import { styles } from './styles.js';

/** Parts of a page. */
export interface Page {
  readonly title: string;
  /** A place that a keyboard can leap to, past everything before it. */
  readonly skip?: { readonly to: string; readonly text: string };
  readonly body: Markup;
}

/** Nothing is loaded from anywhere: the browser is told so too. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:";

/** Puts a page that needs no other file around its body. */
export function pageOf({ title, skip, body }: Page): string {
  return html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="qgt">
<link rel="icon" href="data:,">
<title>${title}</title>
<style>${new Markup(styles)}</style>
</head>
<body>
${skip === undefined ? null : html`<a class="skip" href="#${skip.to}">${skip.text}</a>\n`}${body}
</body>
</html>
`.text;
}
