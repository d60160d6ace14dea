import { scaleBand, scaleLinear } from 'd3-scale';
import type { Result, Results } from './results.ts';

/** Sizes in pixels. */
const WIDTH = 760;
const LABELS = 330;
const VALUES = 60;
const BAR = 22;
const HEAD = 34;
const FOOT = 34;

/** Each with an axis of its own, which begins at 0: seconds that differ tenfold cannot share one. */
const panels = [
  {
    title: 'Append: seconds',
    shows: ['raw-copy', 'append-file', 'append-lanes', 'append-lanes-once', 'append-gzip', 'append-slow-s3'],
  },
  {
    title: 'Upsert and replace: seconds',
    shows: [
      'textbook-upsert-empty',
      'upsert-empty',
      'textbook-upsert-unchanged',
      'upsert-unchanged',
      'textbook-upsert-changed',
      'upsert-changed',
      'replace',
    ],
  },
  {
    title: 'Other ways to append: seconds',
    shows: ['raw-copy', 'append-file', 'pgloader', 'csv-parse-drizzle'],
  },
];

/** Colours by class, so that the plot can be read on a dark page too. */
const style = `
text { font: 13px system-ui, sans-serif; fill: #1f2328; }
.title { font-weight: 600; }
.tick { fill: #59636e; font-size: 11px; }
line { stroke: #d1d9e0; }
.ours { fill: #0969da; }
.other { fill: #9198a1; }
@media (prefers-color-scheme: dark) {
  text { fill: #f0f6fc; }
  .tick { fill: #9198a1; }
  line { stroke: #3d444d; }
  .ours { fill: #4493f8; }
  .other { fill: #656c76; }
}`;

/** The first run's seconds as bars, in SVG; ours in another colour. */
export function drawPlot({ runs, machine }: Results): string {
  const run = runs[0]!;
  let top = 0;
  const drawn: string[] = [];
  for (const { title, shows } of panels) {
    const results = shows.flatMap((name) => run.results.find((result) => result.name === name) ?? []);
    if (!results.some(({ ours }) => ours)) continue;
    drawn.push(`<g transform="translate(0 ${top})">`, ...drawPanel(title, results), '</g>');
    top += HEAD + results.length * BAR + FOOT;
  }
  const label = `${run.file.name} file of ${run.file.rows} rows on ${machine.cpu}: seconds`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${top}" width="${WIDTH}" height="${top}" role="img">`,
    `<title>${escapeXml(label)}</title>`,
    `<style>${style}</style>`,
    ...drawn,
    '</svg>\n',
  ].join('\n');
}

function drawPanel(title: string, results: readonly Result[]): string[] {
  const bottom = HEAD + results.length * BAR;
  const x = scaleLinear()
    .domain([0, Math.max(...results.map(({ secondsForAll }) => secondsForAll))])
    .range([LABELS, WIDTH - VALUES])
    .nice(5);
  const y = scaleBand<Result>().domain(results).range([HEAD, bottom]).paddingInner(0.25).paddingOuter(0.15);
  const middle = (result: Result) => round(y(result)! + y.bandwidth() / 2);
  return [
    `<text class="title" x="0" y="20">${escapeXml(title)}</text>`,
    ...x.ticks(5).flatMap((tick) => {
      const at = round(x(tick));
      return [
        `<line x1="${at}" x2="${at}" y1="${HEAD}" y2="${bottom}"/>`,
        `<text class="tick" x="${at}" y="${bottom + 14}" text-anchor="middle">${tick}</text>`,
      ];
    }),
    ...results.flatMap((result) => {
      const { title: name, ours, secondsForAll } = result;
      const end = round(x(secondsForAll));
      const at = middle(result);
      return [
        `<text x="${LABELS - 8}" y="${at}" dy=".35em" text-anchor="end">${escapeXml(name)}</text>`,
        `<rect class="${ours ? 'ours' : 'other'}" x="${LABELS}" y="${round(y(result)!)}" width="${round(end - LABELS)}" height="${round(y.bandwidth())}"/>`,
        `<text x="${end + 6}" y="${at}" dy=".35em">${secondsForAll.toFixed(1)}</text>`,
      ];
    }),
  ];
}

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
