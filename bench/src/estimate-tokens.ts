// How far estimateTokens is from the public tokenizers of GPT-4o (o200k) and of Claude 2.
import { readFileSync } from 'node:fs';
import { countTokens } from '@anthropic-ai/tokenizer';
import { estimateTokens } from '@outcrop/model-catalog';
import { encode } from 'gpt-tokenizer/encoding/o200k_base';

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');

const samples: Record<string, string> = {
  'English, Markdown': read('AGENTS.md') + read('packages/converse/README.md'),
  'English, prose':
    'Granite is a coarse-grained igneous rock composed mostly of quartz, alkali feldspar, and plagioclase. It forms from magma with a high content of silica and alkali metal oxides that slowly cools and solidifies underground. It is common in the continental crust of Earth, where it is found in igneous intrusions. These range in size from dikes only a few centimeters across to batholiths exposed over hundreds of square kilometers. My grandmother used to say that a stone remembers every winter. She kept one on the sill and turned it in spring, so that both sides would know the sun. ',
  TypeScript: read('packages/converse/src/fold.ts') + read('scripts/check-layers.ts'),
  'JSON, indented': read('packages/model-catalog/data/models/xai.json'),
  'JSON, in one line': JSON.stringify(JSON.parse(read('packages/model-catalog/data/models/meta.json'))).slice(
    0,
    20_000,
  ),
  'CSV of numbers': Array.from(
    { length: 200 },
    (_, at) => `2026-${(at % 12) + 1}-17,${(at * 7919) % 100_000},${((at * 104_729) % 1_000_000) / 1000}`,
  ).join('\n'),
  German:
    'Granit ist ein massiges, relativ grobkristallines magmatisches Gestein, das reich an Quarz und Feldspat ist und in der Tiefe der Erdkruste langsam erstarrt. Seine Farbe hängt von der Zusammensetzung ab; sie reicht von hellgrau über rötlich bis bläulich. Wegen seiner Verwitterungsbeständigkeit wird er seit Jahrhunderten im Straßenbau und für Denkmäler verwendet. Die Großmutter legte ihn auf die Fensterbank und drehte ihn im Frühling um.',
  French:
    "Le granite est une roche plutonique à texture grenue, riche en quartz, qui comporte plus de feldspath alcalin que de plagioclase. Il se forme lorsque le magma refroidit lentement en profondeur, ce qui laisse aux cristaux le temps de grandir. Très résistant à l'érosion, il a été utilisé pendant des siècles pour la construction des maisons, des églises et des phares sur les côtes bretonnes.",
  Russian:
    'Гранит — кислая магматическая интрузивная горная порода. Состоит из кварца, плагиоклаза, калиевого полевого шпата и слюд. Граниты очень широко распространены в континентальной земной коре. Бабушка говорила, что камень помнит каждую зиму, и весной переворачивала его на подоконнике, чтобы обе стороны знали солнце.',
  Arabic:
    'الجرانيت صخر ناري جوفي خشن الحبيبات يتكون أساسا من الكوارتز والفلسبار والميكا. يتشكل عندما تبرد الصهارة ببطء في أعماق القشرة الأرضية، مما يسمح للبلورات بالنمو. يستخدم منذ آلاف السنين في البناء والنحت بسبب صلابته وجماله ومقاومته للعوامل الجوية.',
  Hindi:
    'ग्रेनाइट एक मोटे दाने वाली आग्नेय चट्टान है जो मुख्य रूप से क्वार्ट्ज और फेल्डस्पार से बनी होती है। यह तब बनती है जब मैग्मा पृथ्वी की सतह के नीचे धीरे धीरे ठंडा होता है। इसका उपयोग भवन निर्माण और मूर्तियों में किया जाता है।',
  Chinese:
    '花岗岩是一种岩浆在地表以下凝结形成的火成岩，主要成分是长石和石英。因为花岗岩是深成岩，常能形成发育良好、肉眼可辨的矿物颗粒，因而得名。花岗岩不易风化，颜色美观，外观色泽可保持百年以上，由于其硬度高、耐磨损，除了用作高级建筑装饰工程、大厅地面外，还是露天雕刻的首选之材。',
  Japanese:
    '花崗岩とは、火成岩の一種。流紋岩に対応する成分の深成岩である。石材としては御影石とも呼ばれ、墓石や建物の外壁などに広く使われている。マグマが地下の深いところでゆっくりと冷えて固まるため、結晶が大きく成長する。祖母は春になると窓辺の石を裏返していた。',
  Korean:
    '화강암은 마그마가 지하 깊은 곳에서 천천히 식어서 굳어진 심성암이다. 주로 석영과 장석, 운모로 이루어져 있으며 색이 밝고 결정이 크다. 단단하고 아름다워 건축 재료와 조각, 비석에 널리 쓰인다. 할머니는 봄이 되면 창가의 돌을 뒤집어 놓으셨다.',
  'Base64, which is hardest': Buffer.from(read('AGENTS.md').split('').reverse().join(''))
    .toString('base64')
    .slice(0, 6000),
};

const table = Object.entries(samples).map(([sample, text]) => {
  const { tokens, low, high } = estimateTokens({ messages: [{ role: 'user', content: [{ text }] }] });
  const [gpt, claude] = [encode(text).length, countTokens(text)];
  const within = [gpt, claude].every((count) => low <= count + 4 && count <= high);
  return [
    sample,
    {
      characters: text.length,
      estimate: tokens,
      'GPT-4o': percent(tokens, gpt),
      'Claude 2': percent(tokens, claude),
      'within low and high': within,
    },
  ];
});
console.log('by how much the estimate is more than what each tokenizer makes of a text');
console.table(Object.fromEntries(table));

function percent(estimate: number, real: number): string {
  const more = Math.round((estimate / real - 1) * 100);
  return `${more > 0 ? '+' : more < 0 ? '−' : ''}${Math.abs(more)} %`;
}
