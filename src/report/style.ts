// The looks of the report: light and dark, 400 to 1400 pixels wide, screen and paper.

/** CSS for the page's one style element. */
export const style = `
:root {
  color-scheme: light dark;
  --paper: #f6f5f1; --card: #fffefb; --ink: #20241f; --muted: #5d645c; --rule: #d9d8d0; --leaf: #2c6e49; --wash: #edf3ec;
  --series-0: #667080; --series-1: #b9681a; --series-2: #2577b0; --series-3: #2c7a4b; --series-4: #8a4fa3; --series-5: #a8323e;
  --negative: #2166ac; --zero: #80868f; --cross: #5c626b; --positive: #b22a24;
  --serif: 'Iowan Old Style', 'Palatino Linotype', Palatino, 'URW Palladio L', P052, 'TeX Gyre Pagella', Georgia, serif;
  --sans: system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'Noto Sans', 'DejaVu Sans', sans-serif;
  --mono: ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #161917; --card: #1e2220; --ink: #e8e9e3; --muted: #a3aba2; --rule: #363c38; --leaf: #83c79b; --wash: #22302a;
    --series-0: #a3adbb; --series-1: #e5a25b; --series-2: #69b1e6; --series-3: #72c492; --series-4: #c493dc; --series-5: #ee8a90;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 var(--sans); font-variant-numeric: tabular-nums; }
header, main, footer { width: min(1240px, 100% - 2 * clamp(16px, 4vw, 56px)); margin-inline: auto; }
header { padding-top: clamp(20px, 4vw, 48px); }
h1, h2, h3 { font-family: var(--serif); font-weight: 600; line-height: 1.15; text-wrap: balance; margin: 0; }
h1 { font-size: clamp(34px, 5.4vw, 60px); letter-spacing: -0.015em; margin: 0.5em 0 0.35em; }
h2 { font-size: clamp(24px, 2.6vw, 32px); letter-spacing: -0.01em; }
h3 { font-size: 18px; }
p { margin: 0; }
small { font-size: 0.8125em; color: var(--muted); font-weight: 400; }
code { font: 0.9em var(--mono); overflow-wrap: anywhere; }
section { margin-top: clamp(40px, 5vw, 68px); }
section > h2 + * { margin-top: 16px; }
.intro { max-width: 68ch; color: var(--muted); text-wrap: pretty; }
.intro + * { margin-top: 16px; }
.brand { display: flex; align-items: center; gap: 10px; font: 600 17px var(--serif); color: var(--leaf); }
.brand time { margin-left: auto; font: 14px var(--sans); color: var(--muted); }
.mark { width: 36px; height: 30px; fill: none; }
.mark .wire { stroke: var(--rule); stroke-width: 1.5; }
.mark .tree { stroke: var(--leaf); stroke-width: 2.4; stroke-linecap: round; }
.summary { max-width: 74ch; font-size: clamp(16px, 1.35vw, 18px); color: var(--muted); text-wrap: pretty; }
.summary b { color: var(--ink); }
.headline { list-style: none; margin: 28px 0 0; padding: 0; display: grid; grid-template-columns: repeat(4, 1fr); border-block: 1px solid var(--rule); }
.headline li { padding: 18px 20px; border-left: 1px solid var(--rule); }
.headline li:first-child { padding-left: 0; border-left: 0; }
.headline strong { display: block; font: 600 clamp(30px, 3.4vw, 44px)/1.1 var(--serif); letter-spacing: -0.015em; color: var(--leaf); }
.headline span, .headline small { display: block; }
.card { background: var(--card); border: 1px solid var(--rule); border-radius: 10px; padding: clamp(14px, 2vw, 26px); }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 20px; align-items: stretch; }
figure { margin: 0; min-width: 0; }
figure.card { display: flex; flex-direction: column; }
figcaption h3 { margin-bottom: 8px; }
.chart { display: block; width: 100%; height: auto; margin-block: 8px; font-family: var(--sans); }
.chart.narrow { display: none; }
.note { font-size: 14px; color: var(--muted); text-wrap: pretty; }
table + .note { margin-top: 16px; max-width: 92ch; }
.key { list-style: none; margin: 0; padding: 0; display: flex; flex-wrap: wrap; gap: 4px 18px; font-size: 14px; }
.key li { display: inline-flex; align-items: center; gap: 7px; }
.key svg { width: 28px; height: 12px; fill: var(--series); stroke: none; }
.key .dash { stroke: var(--series); stroke-width: 2; fill: none; }
.swatch { display: inline-block; flex: none; width: 11px; height: 11px; border-radius: 3px; margin-right: 0.5em; background: var(--series); print-color-adjust: exact; -webkit-print-color-adjust: exact; }
.key .swatch { margin-right: 0; }
${[0, 1, 2, 3, 4, 5].map((i) => `.series-${i} { --series: var(--series-${i}); }`).join(' ')}
table { width: 100%; border-collapse: collapse; font-size: 15px; }
caption { text-align: left; font: 600 18px/1.2 var(--serif); padding-bottom: 12px; }
th, td { padding: 10px 10px; text-align: left; vertical-align: top; border-top: 1px solid var(--rule); }
th:first-child, td:first-child { padding-left: 0; }
th:last-child, td:last-child { padding-right: 0; }
thead th { font-size: 13px; font-weight: 500; color: var(--muted); border-top: 0; padding-block: 4px 8px; vertical-align: bottom; }
tbody th { font-weight: 600; }
td.figures, th.figures { text-align: right; white-space: nowrap; }
td small, tbody th small { display: block; }
tbody + tbody .group th { padding-top: 26px; }
.group th { font-family: var(--serif); font-size: 17px; }
.group small { display: inline; margin-left: 0.4em; font-family: var(--sans); font-size: 14px; }
.choices tbody tr:not(.group) > th { font: 14px/1.6 var(--mono); }
.choices tbody td { font-size: 14px; }
.choices td:nth-last-child(-n + 2) { width: 41%; }
.choices .why { color: var(--muted); }
.choices small { margin-top: 3px; font-size: 12.5px; }
.alternative, .picked { white-space: nowrap; }
.picked { color: var(--leaf); font-weight: 600; }
details { margin-top: 12px; }
summary { cursor: pointer; font-size: 14px; color: var(--leaf); }
summary:focus-visible, .scroll:focus-visible { outline: 2px solid var(--leaf); outline-offset: 2px; }
.scroll { overflow-x: auto; margin-top: 10px; }
.scroll table { font-size: 14px; width: auto; min-width: 60%; }
.scroll th, .scroll td { padding-block: 5px; }
.scroll caption { font-size: 14px; padding-bottom: 6px; }
.scale { margin-bottom: 18px; }
.weight { display: inline-block; width: 56px; height: 12px; border-radius: 2px; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
.weight.negative { background: linear-gradient(90deg, #deebf7, var(--negative)); }
.weight.positive { background: linear-gradient(90deg, #fde4da, var(--positive)); }
.weight.zero { width: 12px; background: linear-gradient(45deg, transparent 44%, var(--cross) 44% 56%, transparent 56%), linear-gradient(-45deg, transparent 44%, var(--cross) 44% 56%, transparent 56%), var(--zero); }
.sheets { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 250px), 1fr)); gap: 26px; }
.sheet figcaption { margin-bottom: 10px; }
.sheet small { display: block; }
.sheet img { display: block; width: 100%; max-width: 344px; height: auto; }
.masks { display: flex; flex-wrap: wrap; align-items: flex-start; gap: 26px; }
.masks small { display: block; }
.masks img { display: block; margin-top: 8px; max-width: 100%; height: auto; image-rendering: pixelated; border: 1px solid var(--rule); border-radius: 4px; }
.pictures { display: flex; flex-wrap: wrap; gap: 20px; margin-top: 12px; }
.pictures figure { width: min-content; max-width: 100%; }
.pictures img { display: block; image-rendering: pixelated; border-radius: 4px; border: 1px solid var(--rule); }
.pictures figcaption { margin-top: 4px; font-size: 14px; }
.pictures small { display: block; }
pre { margin: 12px 0 0; font: 14px/1.5 var(--mono); white-space: pre-wrap; overflow-wrap: anywhere; }
section > .card + .card, .card + .pair, .pair + .pair, .pair + .card { margin-top: 20px; }
.mistakes { list-style: none; margin: 14px 0 0; padding: 0; display: grid; grid-template-columns: repeat(auto-fill, minmax(92px, 1fr)); gap: 16px 12px; }
.mistakes img { display: block; width: 84px; height: 84px; image-rendering: pixelated; border-radius: 4px; border: 1px solid var(--rule); }
.mistakes span { display: block; margin-top: 4px; font-size: 14px; }
.mistakes b { color: var(--series-5); }
details .mistakes { margin-bottom: 22px; }
#mistakes details h3 { margin-top: 18px; }
dl { margin: 0; display: grid; grid-template-columns: repeat(2, 1fr); gap: 14px 36px; }
dl div { display: grid; grid-template-columns: 92px 1fr; gap: 12px; }
dt { color: var(--muted); font-size: 14px; }
dd { margin: 0; min-width: 0; overflow-wrap: anywhere; }
footer { padding-block: 40px 56px; color: var(--muted); font-size: 14px; }
@media (max-width: 1000px) {
  .pair, dl { grid-template-columns: 1fr; }
}
@media screen and (max-width: 860px) {
  .headline { grid-template-columns: 1fr 1fr; }
  .headline li { padding: 14px 16px; }
  .headline li:nth-child(odd) { padding-left: 0; border-left: 0; }
  .headline li:nth-child(n + 3) { border-top: 1px solid var(--rule); }
  .card > table, .card > table > tbody, .card > table > caption { display: block; }
  .card > table > thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .card > table > tbody > tr { display: block; padding-block: 12px; border-top: 1px solid var(--rule); }
  .card > table > tbody > tr > * { display: flex; justify-content: space-between; gap: 16px; border: 0; padding: 3px 0; white-space: normal; }
  .card > table > tbody > tr > th { display: block; padding-bottom: 6px; }
  .card > table > tbody > tr > td::before { content: attr(data-label); color: var(--muted); font-size: 14px; flex: none; }
  .card > table > tbody > tr > td > span { text-align: right; }
  .choices td:nth-last-child(-n + 2) { width: auto; display: block !important; padding-top: 8px !important; }
  .choices td:nth-last-child(-n + 2)::before { display: block; }
  .card.choices > table > tbody > tr > td:nth-last-child(-n + 2) > span { text-align: left; }
}
@media (max-width: 560px) {
  .chart.wide { display: none; }
  .chart.narrow { display: block; }
  dl div { grid-template-columns: 1fr; gap: 0; }
}
@media print {
  :root { --paper: #fff; --card: #fff; --ink: #000; --muted: #444; --rule: #bbb; --leaf: #1d5a38;
    --series-0: #667080; --series-1: #b9681a; --series-2: #2577b0; --series-3: #2c7a4b; --series-4: #8a4fa3; --series-5: #a8323e; }
  body { font-size: 11pt; }
  header, main, footer { width: 100%; }
  section { margin-top: 28px; }
  .headline li { padding: 10px 12px; }
  table { font-size: 8.5pt; }
  thead th { font-size: 8pt; }
  th, td { padding: 5px 4px; }
  thead th.figures { white-space: normal; }
  .card { border-color: #ccc; padding: 12px 14px; }
  figure, tr, .mistakes li, .headline { break-inside: avoid; }
  h2, caption, figcaption { break-after: avoid; }
  details:not([open]) { display: none; }
}
`;
