// The style of the page, light and dark. It loads nothing.
export const style = `
:root { color-scheme: light dark; --paper: #fbfbfa; --card: #fff; --ink: #1c2128; --soft: #5c6672; --line: #e2e4e8;
  --bad: #c92a2a; --own0: #e8590c; --own1: #f7a168; --own2: #c2410c; --own3: #fdba74;
  --node0: #2b8a3e; --node1: #69b36f; --node2: #12796f; --node3: #9bbf4d; --bun: #c2459a; --deno: #1c7ed6; }
@media (prefers-color-scheme: dark) { :root { --paper: #14171b; --card: #1c2026; --ink: #e8eaed; --soft: #9aa4b1;
  --line: #30363f; --bad: #ff8787; --own0: #ff8a4c; --own1: #b8683b; --own2: #ffb088; --own3: #8f5330;
  --node0: #51cf66; --node1: #3b8f4a; --node2: #38b2a3; --node3: #a9c95c; --bun: #f080c8; --deno: #5aabf5; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1120px; padding: 32px 20px 64px; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
h1 { font-size: 30px; line-height: 1.2; margin: 0 0 4px; letter-spacing: -0.02em; }
h2 { font-size: 20px; margin: 44px 0 4px; letter-spacing: -0.01em; }
h3 { font-size: 15px; margin: 0; }
p { margin: 4px 0 14px; color: var(--soft); max-width: 76ch; }
.facts { display: flex; flex-wrap: wrap; gap: 4px 22px; color: var(--soft); font-size: 13px; margin: 10px 0; }
.facts b { color: var(--ink); font-weight: 600; }
.grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 340px), 1fr)); gap: 14px; }
.wide { grid-template-columns: repeat(auto-fill, minmax(min(100%, 500px), 1fr)); }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 14px 16px 10px; margin: 0; }
.card small { color: var(--soft); }
svg { display: block; width: 100%; height: auto; margin-top: 8px; overflow: visible; }
svg text { fill: var(--ink); font-size: 12px; }
svg .soft { fill: var(--soft); }
svg .strong { font-weight: 650; }
svg .small { font-size: 10.5px; fill: var(--soft); }
svg .grid-line { stroke: var(--line); stroke-width: 1; }
svg .axis { stroke: var(--soft); stroke-width: 1; }
svg .guide { stroke: var(--soft); stroke-width: 1; stroke-dasharray: 2 4; }
svg .whisker { stroke: var(--ink); stroke-width: 1.4; opacity: 0.65; }
svg .mark { stroke: var(--ink); stroke-width: 1.5; }
svg .bad { fill: var(--bad); }
svg .curve { fill: none; stroke-width: 1.5; stroke-linejoin: round; }
svg .curve.main { stroke-width: 3.2; }
svg .hump { fill-opacity: 0.45; stroke-width: 1.2; }
.legend { display: flex; flex-wrap: wrap; gap: 2px 16px; font-size: 12.5px; color: var(--soft); margin: 0 0 12px; }
.legend i { display: inline-block; width: 11px; height: 11px; border-radius: 3px; margin-right: 6px; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: 12px; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: 4px 8px; text-align: right; border-bottom: 1px solid var(--line); white-space: nowrap; }
th { color: var(--soft); font-weight: 600; }
th:first-child, td:first-child { text-align: left; position: sticky; left: 0; background: var(--card); }
td.ratio { font-weight: 650; }
td.worse { color: var(--bad); }
ul { color: var(--soft); padding-left: 20px; max-width: 90ch; }
${['own0', 'own1', 'own2', 'own3', 'node0', 'node1', 'node2', 'node3', 'bun', 'deno']
  .map(
    (name) =>
      `svg .${name} { fill: var(--${name}); } svg .curve.${name} { fill: none; } svg .curve.${name}, svg .hump.${name} { stroke: var(--${name}); } i.${name} { background: var(--${name}); }`,
  )
  .join('\n')}
`;
