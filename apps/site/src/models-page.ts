// The page of models × regions × traits × prices: plain HTML with everything in it, that a person can search.
import {
  type Ability,
  abilities,
  type CatalogModel,
  type CatalogSnapshot,
  isAble,
  type Price,
} from '@outcrop/model-catalog';
import { script, style } from './models-page-assets.ts';

/** The whole page. */
export function modelsPage({ models, sources }: CatalogSnapshot): string {
  const regions = [...new Set(models.flatMap((model) => [...originsOf(model).keys()]))].sort();
  const dates = Object.values(sources).map(({ date }) => date);
  const ordered = [...models].sort((a, b) => compare(a.provider, b.provider) || compare(a.name, b.name));
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Models on Amazon Bedrock | Outcrop</title>
<meta name="description" content="${models.length} models on Amazon Bedrock: ids, inference profiles, regions, abilities, limits and prices.">
<style>${style}</style>
<header>
<nav><a href="index.html">Outcrop</a></nav>
<h1>Models on Amazon Bedrock</h1>
<p>${models.length} models and ${regions.length} regions, as <code>@outcrop/model-catalog</code> knows them; its newest source is of ${dates.sort().at(-1)}.
What is not said is not known. What is <i>slanted</i> is probable: its sources contradict each other, or it was concluded.</p>
</header>
<form role="search">
<input id="search" type="search" placeholder="Name, id, profile, maker …" aria-label="Search">
<select id="region" aria-label="Region"><option value="">every region</option>${regions.map((each) => `<option>${each}</option>`).join('')}</select>
<label><input id="retired" type="checkbox"> retired ones too</label>
<output id="count"></output>
<fieldset aria-label="What it can do">${abilities.map((each) => `<label><input type="checkbox" name="can" value="${each}"> ${words(each)}</label>`).join('')}</fieldset>
</form>
<main>
<div class="row head"><span>Model</span><span>Can</span><span class="number">Context</span><span class="number">Output</span><span class="number wrap">USD a million tokens, in · out</span></div>
${ordered.map((model) => row(model)).join('')}</main>
<footer><h2>Sources</h2><dl>${Object.entries(sources)
    .map(([name, { what, date }]) => `<dt>${words(name)}, ${date}</dt><dd>${html(what)}</dd>`)
    .join('')}</dl></footer>
<script>${script}</script>
</html>
`;
}

function row(model: CatalogModel): string {
  const { id, name, provider, traits, alsoCalled = [], profiles, prices, uncertain = [] } = model;
  const status = traits.lifecycle?.status;
  const can = abilities.filter((ability) => isAble(traits, ability));
  const searched = [name, id, provider, traits.family, ...alsoCalled, ...profiles.map((profile) => profile.id)].join(
    ' ',
  );
  const best = prices['in_region'] ?? prices['geo:us'] ?? prices['global'];
  const limit = (path: 'contextTokens' | 'maxOutputTokens') =>
    probable(uncertain.includes(`limits.${path}`), tokens(traits.limits?.[path]));
  return `<details class="model" data-search="${html(searched.toLowerCase())}" data-can="${can.join(' ')}" data-regions="${[...originsOf(model).keys()].join(' ')}" data-status="${status ?? ''}">
<summary class="row"><span><b>${html(name)}</b> <small>${html(provider)}</small>${badge(model)}<br><code>${html(id)}</code></span>
<span>${can
    .filter((each) => shownAbilities.has(each))
    .map((each) => `<span class="can">${words(each)}</span>`)
    .join(' ')}</span>
<span class="number">${limit('contextTokens')}</span><span class="number">${limit('maxOutputTokens')}</span>
<span class="number">${best?.input === undefined ? '' : `${usd(best.input)} · ${usd(best.output)}`}</span></summary>
${details(model)}</details>
`;
}

// Nearly every model has the others.
const shownAbilities = new Set<Ability>([
  'tools',
  'images',
  'documents',
  'video',
  'audio',
  'reasoning',
  'caching',
  'structured_output',
]);

function badge({ traits, aliveIn }: CatalogModel): string {
  const { status, endOfLife, successor } = traits.lifecycle ?? {};
  if (status !== 'legacy' && status !== 'retired') return '';
  const title = [
    endOfLife && `end of life ${endOfLife}`,
    aliveIn && `not in ${aliveIn.join(', ')}`,
    successor && `then ${successor}`,
  ];
  return ` <span class="badge ${status}" title="${html(title.filter(Boolean).join('; '))}">${status}</span>`;
}

function details(model: CatalogModel): string {
  return `<div class="more"><section><h3>Ways</h3>${ways(model)}</section>
<section><h3>Prices</h3>${priceTable(model.prices)}</section>
<section><h3>Traits</h3>${traitTable(model)}</section></div>`;
}

function ways(model: CatalogModel): string {
  const rows = [
    { id: model.id, from: model.regions, maybeFrom: model.maybeRegions, where: 'in the region' },
    ...model.profiles.map(({ geography, ...rest }) => ({ ...rest, where: geography })),
  ].filter(({ from = [], maybeFrom = [], where }) => where !== 'in the region' || from.length + maybeFrom.length > 0);
  if (rows.length === 0) return '<p>None is known.</p>';
  const cells = rows.map(({ id, from, maybeFrom = [], where }) => {
    const regions = [...(from ?? []), ...maybeFrom].sort();
    const list = regions.map((each) => probable(maybeFrom.includes(each), each)).join(', ');
    return `<tr><td><code>${html(id)}</code></td><td>${where === 'global' ? 'anywhere' : where}</td><td>${list || '<i>not known</i>'}</td></tr>`;
  });
  return `<table><tr><th>Sent as the model id</th><th>Data stays</th><th>Called from</th></tr>${cells.join('')}</table>`;
}

const rates = {
  input: 'in',
  output: 'out',
  cacheRead: 'cache read',
  cacheWrite5m: 'write, 5 min',
  cacheWrite1h: 'write, 1 h',
} as const;

function priceTable(prices: Record<string, Price>): string {
  if (Object.keys(prices).length === 0) return '<p>None is known.</p>';
  const names = Object.keys(rates) as (keyof typeof rates)[];
  const cells = Object.entries(prices).map(([way, price]) => {
    const more = [
      price.basis && `that of ${words(price.basis)}`,
      price.long && `above ${tokens(price.long.above)} tokens ${usd(price.long.input)} · ${usd(price.long.output)}`,
      price.batch && `in a batch ${usd(price.batch.input)} · ${usd(price.batch.output)}`,
      ...Object.entries(price.tiers ?? {}).map(([tier, times]) => `${tier} × ${times}`),
      ...Object.entries(price.other ?? {}).map(([unit, value]) => `${words(unit)} ${value}`),
    ];
    const numbers = names.map((name) => `<td class="number">${usd(price[name])}</td>`).join('');
    const note = more.filter((each) => typeof each === 'string').join('; ');
    return `<tr><td>${way.replaceAll(':', ' ').replaceAll('_', ' ')}</td>${numbers}<td>${note}</td><td>${words(price.source)}</td></tr>`;
  });
  const titles = Object.values(rates).map((title) => `<th class="number">${title}</th>`);
  return `<table><tr><th>USD a million tokens</th>${titles.join('')}<th></th><th>Source</th></tr>${cells.join('')}</table>`;
}

function traitTable({ traits, sources, uncertain = [] }: CatalogModel): string {
  const sourceOf = new Map(Object.entries(sources).flatMap(([source, paths]) => paths.map((path) => [path, source])));
  const cells = Object.entries(traits).flatMap(([group, value]) => {
    const isGroup = typeof value === 'object' && !Array.isArray(value);
    const pairs = isGroup ? Object.entries(value).map(([name, each]) => [`${group}.${name}`, each]) : [[group, value]];
    return pairs.map(([path, each]) => {
      const shown = Array.isArray(each) ? each.join(', ') : String(each);
      return `<tr><td>${path}</td><td>${probable(uncertain.includes(String(path)), html(shown))}</td><td>${words(sourceOf.get(String(path)) ?? '')}</td></tr>`;
    });
  });
  return `<table><tr><th>Trait</th><th></th><th>Source</th></tr>${cells.join('')}</table>`;
}

/** Every region that the model can be called from, and whether that is certain. */
function originsOf({ regions = [], maybeRegions = [], profiles }: CatalogModel): Map<string, boolean> {
  const maybe = [...maybeRegions, ...profiles.flatMap(({ maybeFrom = [] }) => maybeFrom)];
  const sure = [...regions, ...profiles.flatMap(({ from = [] }) => from)];
  return new Map([...maybe.map((each) => [each, false] as const), ...sure.map((each) => [each, true] as const)]);
}

function probable(isProbable: boolean, html: string): string {
  return isProbable && html !== '' ? `<i>${html}</i>` : html;
}

function tokens(count: number | undefined): string {
  return count?.toLocaleString('en') ?? '';
}

function usd(price: number | undefined): string {
  return price === undefined ? '' : String(price);
}

function words(name: string): string {
  return html(name.replaceAll('_', ' '));
}

function compare(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

function html(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
