import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

/** Where things are in a plot, in pixels: as wide as there is room, so that its words have the same size everywhere. */
export type Frame = {
  width: number;
  height: number;
  left: number;
  right: number;
  bottom: number;
  x: (share: number) => number;
  y: (value: number) => number;
};

const height = 190;
const margin = { left: 48, right: 8, top: 10, bottom: 26 };

type PlotProps = { title: string; says: string; top: number; children: (frame: Frame) => ComponentChildren };

/** A plot with its title, and in words what it shows. `top` is the value at the upper edge. */
export function Plot({ title, says, top, children }: PlotProps) {
  const figure = useRef<HTMLElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    if (figure.current) observer.observe(figure.current);
    return () => observer.disconnect();
  }, []);
  const right = width - margin.right;
  const bottom = height - margin.bottom;
  const frame: Frame = {
    ...{ width, height, left: margin.left, right, bottom },
    x: (share) => margin.left + share * (right - margin.left),
    y: (value) => margin.top + (bottom - margin.top) * (1 - value / top),
  };
  return (
    <figure class="plot" ref={figure}>
      <figcaption>
        {title} <small>{says}</small>
      </figcaption>
      <svg width={width} height={height} role="img" aria-label={`${title}. ${says}`}>
        {width > 0 && children(frame)}
      </svg>
    </figure>
  );
}

type YAxisProps = { frame: Frame; top: number; unit: (value: number) => string };

/** Three lines with their values. */
export function YAxis({ frame, top, unit }: YAxisProps) {
  return (
    <>
      {[0, top / 2, top].map((value) => (
        <g key={value}>
          <line class="grid" x1={frame.left} x2={frame.right} y1={frame.y(value)} y2={frame.y(value)} />
          <text x={frame.left - 6} y={frame.y(value) + 4} text-anchor="end">
            {unit(value)}
          </text>
        </g>
      ))}
    </>
  );
}

const places = { start: 0, middle: 0.5, end: 1 } as const;

/** The time below, from 0 on. */
export function TimeAxis({ frame, endMs }: { frame: Frame; endMs: number }) {
  return (
    <>
      {Object.entries(places).map(([anchor, share]) => (
        <text key={anchor} x={frame.x(share)} y={frame.height - 9} text-anchor={anchor as keyof typeof places}>
          {Math.round((share * endMs) / 1_000)} s
        </text>
      ))}
    </>
  );
}

/** The next number that reads well: 1, 2 or 5 with zeros. */
export function niceTop(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5].find((step) => step * power >= value) ?? 10) * power;
}
