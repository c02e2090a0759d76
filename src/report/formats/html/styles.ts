/** Style sheet of the page: light and dark, from a phone to paper. */
export const styles = `
:root {
  color-scheme: light dark;
  --paper: #f6f8fa; --card: #ffffff; --ink: #1f2328; --muted: #57606a; --line: #d0d7de; --faint: #8c959f; --before: #d5dbe1; --shade: #1f232838; --grid: #b3261e;
  --link: #0550ae; --bad: #a40e26; --bad-card: #ffebe9; --watch: #7d4e00; --watch-card: #fff8c5; --good: #116329; --good-card: #dafbe1;
  --series-1: #b3377f; --series-2: #b54708; --series-3: #0b62b8; --series-4: #00795a;
  --series-5: #6639ba; --series-6: #57606a; --series-7: #0e7490; --series-8: #854d0e;
  --heat-1: #eef1f4; --heat-2: #fbe6c4; --heat-3: #f8c98a; --heat-4: #f0a060; --heat-5: #e2763f;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --paper: #0d1117; --card: #161b22; --ink: #e6edf3; --muted: #9ea7b3; --line: #30363d; --faint: #6e7681; --before: #3a424c; --shade: #000000b0; --grid: #ff9489;
    --link: #79b8ff; --bad: #ff9489; --bad-card: #3d1518; --watch: #f0c05a; --watch-card: #33270c; --good: #56d364; --good-card: #12291a;
    --series-1: #f472b6; --series-2: #fb923c; --series-3: #60a5fa; --series-4: #34d399;
    --series-5: #c4b5fd; --series-6: #9ca3af; --series-7: #22d3ee; --series-8: #facc15;
    --heat-1: #21262d; --heat-2: #453319; --heat-3: #684313; --heat-4: #8b4a10; --heat-5: #ad4c17;
  }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1360px; padding: 1.25rem 1rem 3rem; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
h1 { margin: 0; font-size: 1.5rem; line-height: 1.25; overflow-wrap: anywhere; }
h2 { margin: 2rem 0 .75rem; font-size: 1.2rem; }
h3 { margin: 0; font-size: 1rem; }
p { margin: .25rem 0 .5rem; }
a { color: var(--link); }
code { display: inline-block; max-width: 100%; padding: .1em .35em; border-radius: 4px; background: var(--paper); border: 1px solid var(--line); font-size: .9em; overflow-wrap: anywhere; }
header .verdict { font-size: 1.1rem; overflow-wrap: anywhere; }
section#first h2 { margin-top: .75rem; }
details > summary { cursor: pointer; font-weight: 600; }
details + details { margin-top: .75rem; }
details .figures { margin-top: .75rem; }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1rem; margin: .5rem 0 0; padding: 0; list-style: none; }
.skip { position: absolute; left: -999px; }
.skip:focus { left: 1rem; top: 1rem; padding: .5rem; background: var(--card); }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
.card, .tiles > div { background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
.card { margin: 0; padding: 1rem; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 160px), 1fr)); gap: .75rem; margin: 1rem 0; }
.tiles > div { padding: .6rem .9rem; }
.tiles dt { color: var(--muted); }
.tiles dd { margin: 0; }
.tiles strong { display: block; font-size: 1.4rem; line-height: 1.3; }
.tiles small { color: var(--muted); font-size: .85rem; overflow-wrap: anywhere; }
.limits { margin-top: .75rem; list-style: none; }
.badge.kept { color: var(--good); background: var(--good-card); }
.steps { margin: 0; padding-left: 1.25rem; }
.steps li, .causes li { margin: 0 0 .5rem; overflow-wrap: anywhere; }
.steps code { display: block; width: fit-content; user-select: all; }
.why { color: var(--muted); }
.more { margin: 0; }
.badge { display: inline-block; padding: 0 .5em; border-radius: 1em; font-size: .85em; white-space: nowrap; }
.badge.none { color: var(--muted); }
.badge.watch { color: var(--watch); background: var(--watch-card); }
.badge.bottleneck { color: var(--bad); background: var(--bad-card); }
.figures { columns: 3 360px; column-gap: .75rem; }
.figures.two, .figures:has(> .across) { columns: 2 360px; }
.figures.one { columns: 1; }
.figures > .across { column-span: all; margin-top: .75rem; }
details .figures .card { border: 0; padding: 0; }
.figures > .card { break-inside: avoid; margin-bottom: .75rem; }
figcaption p { color: var(--muted); font-size: .9rem; overflow-wrap: anywhere; }
.card > svg { display: block; width: 100%; max-width: 580px; height: auto; margin: 0 auto; }
.legend { display: flex; flex-wrap: wrap; gap: .15rem 1rem; margin: .25rem 0 .5rem; padding: 0; list-style: none; font-size: .85rem; overflow-wrap: anywhere; }
.formula { white-space: nowrap; }
.scroll { overflow: auto; max-height: 40rem; }
.pan { background:
  linear-gradient(to right, var(--card) 30%, transparent) left / 40px 100% no-repeat local,
  linear-gradient(to left, var(--card) 30%, transparent) right / 40px 100% no-repeat local,
  linear-gradient(to bottom, var(--card) 30%, transparent) top / 100% 40px no-repeat local,
  linear-gradient(to top, var(--card) 30%, transparent) bottom / 100% 40px no-repeat local,
  linear-gradient(to right, var(--shade), transparent) left / 14px 100% no-repeat scroll,
  linear-gradient(to left, var(--shade), transparent) right / 14px 100% no-repeat scroll,
  linear-gradient(to bottom, var(--shade), transparent) top / 100% 14px no-repeat scroll,
  linear-gradient(to top, var(--shade), transparent) bottom / 100% 14px no-repeat scroll; }
.pan > div { margin: 0 auto; }
.zoom { display: flex; flex-wrap: wrap; gap: .5rem; align-items: baseline; margin-bottom: .5rem; }
.zoom[hidden] { display: none; }
.zoom button { font: inherit; font-size: .85rem; color: inherit; background: var(--paper); border: 1px solid var(--faint); border-radius: 6px; padding: .15rem .6rem; cursor: pointer; }
.scroll svg { display: block; margin: 0 auto; width: 100%; height: auto; }
.scroll svg a:hover rect, .scroll svg a:focus-visible rect { stroke: var(--link); stroke-width: 2; }
tr:target > * { background: var(--watch-card); }
.histograms { display: grid; grid-template-columns: repeat(auto-fill, minmax(150px, 1fr)); gap: .75rem 1rem; }
.histograms figure { margin: 0; min-width: 0; }
.histograms figcaption { font-size: .85rem; line-height: 1.35; overflow-wrap: anywhere; }
.histograms figcaption span { color: var(--muted); display: block; }
.histograms svg { display: block; width: 100%; height: auto; }
.heat-0 rect { fill: var(--card); stroke: var(--line); }
.heat-1 rect { fill: var(--heat-1); stroke: var(--line); }
.heat-2 rect { fill: var(--heat-2); stroke: var(--line); }
.heat-3 rect { fill: var(--heat-3); stroke: var(--line); }
.heat-4 rect { fill: var(--heat-4); stroke: var(--line); }
.heat-5 rect { fill: var(--heat-5); stroke: var(--line); }
.worst rect { stroke: var(--bad); stroke-width: 2.5; }
.scroll svg text { text-anchor: middle; font-size: 11px; fill: var(--ink); }
.scroll svg .name { font-size: 12px; font-weight: 600; }
.plain rect { fill: none; stroke: var(--muted); stroke-dasharray: 3 3; }
.wide { max-height: 85vh; }
.filter { display: flex; flex-wrap: wrap; gap: .5rem 1.25rem; align-items: baseline; margin-bottom: .75rem; }
.filter[hidden] { display: none; }
input, select { font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--faint); border-radius: 6px; padding: .2rem .5rem; max-width: 100%; }
output { color: var(--muted); }
table { border-collapse: separate; border-spacing: 0; width: 100%; font-size: .85rem; }
caption { text-align: left; color: var(--muted); padding-bottom: .5rem; }
th, td { padding: .3rem .5rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
td { white-space: nowrap; }
td:last-child { white-space: normal; min-width: 13rem; }
thead th { position: sticky; top: 0; background: var(--card); vertical-align: bottom; white-space: nowrap; }
th small { display: block; font-weight: 400; color: var(--muted); }
tbody th { position: sticky; left: 0; background: var(--card); font-weight: 600; min-width: 11.5rem; max-width: 16rem; overflow-wrap: break-word; }
th button { font: inherit; font-weight: 600; color: inherit; background: none; border: 0; padding: 0; text-align: inherit; cursor: pointer; }
th button:hover { text-decoration: underline; }
th[aria-sort] button::after { content: ' ↓'; }
th[aria-sort=ascending] button::after { content: ' ↑'; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 300px), 1fr)); gap: .15rem 1.5rem; margin: .5rem 0; font-size: .9rem; }
.facts div { display: flex; gap: .75rem; }
.facts dt { flex: 0 0 7.5rem; color: var(--muted); overflow-wrap: anywhere; }
.facts dd { margin: 0; overflow-wrap: anywhere; }
footer h3 { margin-top: 1rem; }
@media (max-width: 600px) {
  tbody th { min-width: 8.5rem; }
  body { padding-top: .75rem; font-size: 14px; }
  header .verdict { font-size: 1rem; }
  h1 { font-size: 1.25rem; }
  .card { padding: .75rem; }
  .tiles { grid-template-columns: 1fr 1fr; gap: .5rem; margin: .5rem 0; }
  .tiles > div { padding: .5rem .6rem; }
  .tiles strong { font-size: 1.05rem; }
  .tiles small { font-size: .8rem; }
}
@media print {
  :root { color-scheme: light; --paper: #ffffff; }
  body { max-width: none; padding: 0; font-size: 10pt; }
  nav, .filter, .skip { display: none; }
  .figures, .figures.two { columns: 2; }
  .zoom { display: none; }
  details { display: block; }
  .tiles { grid-template-columns: repeat(4, 1fr); }
  .tiles strong { font-size: 1.1rem; }
  .histograms { grid-template-columns: repeat(5, 1fr); }
  .scroll, .wide { overflow: visible; max-height: none; }
  thead th, tbody th { position: static; min-width: 0; }
  .card, .histograms figure, tr { break-inside: avoid; }
  td, th { white-space: normal; padding: .15rem .3rem; }
  td:last-child { min-width: 0; }
  table { font-size: 7.5pt; }
}
`;
