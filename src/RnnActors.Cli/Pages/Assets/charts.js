"use strict";

/** Which curves a chart has: their names for people, their colours, and whether they have a band from lowest to highest. */
const chartCurves = {
  loss: [
    { key: "loss", name: "batches", colour: "--training", band: true, width: 1 },
    { key: "epoch_loss", name: "training", colour: "--training", width: 2 },
    { key: "validation_loss", name: "validation", colour: "--validation", dash: [8, 4], width: 2.4 },
  ],
};
const oneCurve = key => [{ key, name: "", colour: key === "gradient_norm" ? "--training" : key === "validation_accuracy" ? "--validation" : "--other", band: key !== "learning_rate", width: 2 }];

const shortNumber = value => {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  if (size >= 1e6 && size < 1e12) return size >= 1e9 ? `${trimmed(value / 1e9)}G` : `${trimmed(value / 1e6)}M`;
  if (size >= 10000) return Math.round(value).toLocaleString("en");
  if (size !== 0 && size < 1e-4 || size >= 1e12) return value.toExponential(2).replace(/\.?0+e/, "e");
  return trimmed(value);
};
/** Whether no pointer is on the chart. */
const isFar = index => index === null || index === undefined;
const trimmed = value => String(Number(value.toPrecision(4)));
const wholeNumber = value => value === null || value === undefined ? "–" : Math.round(value).toLocaleString("en");

/** A chart that grows, with a sentence and a table of the same figures for those who do not see it. */
class LiveChart {
  constructor(chart, parent) {
    this.chart = chart;
    this.figure = parent.appendChild(element("figure", chart.key === "loss" ? "wide" : ""));
    this.figure.append(element("h3", "", chart.title));
    this.caption = this.figure.appendChild(element("figcaption", "", chart.caption ?? ""));
    this.canvas = this.figure.appendChild(element("div", "canvas"));
    this.canvas.setAttribute("role", "img");
    this.details = this.figure.appendChild(element("details"));
    const summary = this.details.appendChild(element("summary", "", "Figures"));
    summary.append(element("span", "unseen", ` of ${chart.title}`));
    const scroll = this.details.appendChild(element("div", "scroll"));
    scroll.tabIndex = 0; // what scrolls is reached by the keyboard
    scroll.setAttribute("role", "region");
    scroll.setAttribute("aria-label", `Figures of ${chart.title}`);
    this.table = scroll.appendChild(element("table"));
    this.details.addEventListener("toggle", () => this.fillTable());
    this.observer = new ResizeObserver(() => this.plot?.setSize(this.size()));
    this.observer.observe(this.canvas);
  }

  size() { return { width: Math.max(220, this.canvas.clientWidth), height: 240 }; }

  /** Takes another scale or caption over. */
  change(chart) {
    const isSame = chart.isLogarithmic === this.chart.isLogarithmic && chart.hasZero === this.chart.hasZero;
    this.chart = chart;
    this.caption.textContent = chart.caption ?? "";
    if (!isSame) this.forget();
  }

  /** The next update draws it anew: by other colours, or other curves. */
  forget() { this.plot?.destroy(); this.plot = null; }

  remove() { this.forget(); this.observer.disconnect(); this.figure.remove(); }

  update(curves) {
    const shown = (chartCurves[this.chart.key] ?? oneCurve(this.chart.key)).filter(one => curves.get(one.key)?.at.length > 0);
    if (shown.length === 0) return;
    const tables = [], bands = [];
    const lastStep = Math.max(...shown.map(one => curves.get(one.key).at.at(-1)));
    const series = [{ label: "step", value: (_, v, __, i) => wholeNumber(isFar(i) ? this.lastStep : v) }];
    const style = getComputedStyle(document.documentElement), colour = name => style.getPropertyValue(name).trim();
    for (const one of shown) {
      const curve = curves.get(one.key), isEpochs = shown.some(other => other.key === "epoch_loss"), isFaint = one.key === "loss" && isEpochs;
      const table = [curve.at, curve.values];
      series.push({
        label: one.name || this.chart.yTitle, stroke: colour(one.colour) + (isFaint ? "a0" : ""), width: isFaint ? 1 : one.width, dash: one.dash, spanGaps: true,
        points: { show: curve.at.length < 40 && !isFaint, size: 5, fill: colour(one.colour) }, value: (_, v, __, i) => shortNumber(isFar(i) ? this.latest.get(one.key) : v),
      });
      if (one.band && curve.stride > 1) {
        table.push(curve.lowest, curve.highest);
        for (let i = 0; i < 2; i++) series.push({ label: "", class: "bounds", stroke: "transparent", width: 0, spanGaps: true, points: { show: false } });
        bands.push({ series: [series.length - 1, series.length - 2], fill: colour(one.colour) + "33" });
      }
      tables.push(table);
    }
    this.lastStep = lastStep;
    this.latest = new Map(shown.map(one => [one.key, curves.get(one.key).values.at(-1)]));
    this.shown = shown.map(one => ({ name: one.name || this.chart.yTitle, curve: curves.get(one.key) }));
    const data = tables.length === 1 ? tables[0] : uPlot.join(tables);
    const kind = JSON.stringify([series.map(one => [one.label, one.points?.show]), bands.length]);
    if (!this.plot || kind !== this.kind) {
      this.forget();
      this.kind = kind;
      this.plot = new uPlot(this.options(series, bands, colour), data, this.canvas);
    } else this.plot.setData(data);
    if (isFar(this.plot.cursor.idx)) this.plot.setLegend({ idx: null }); // the latest values, where no pointer asks for others
    this.tell();
    if (this.details.open) this.fillTable();
  }

  options(series, bands, colour) {
    // Lines at powers of ten alone: those between them crowd.
    const tens = { filter: (_, all) => all.map(v => v > 0 && Math.abs(Math.log10(v) - Math.round(Math.log10(v))) < 1e-9 ? v : null) };
    const axis = { stroke: colour("--quiet"), grid: { stroke: colour("--grid"), width: 1 }, ticks: { show: false }, font: "12.5px system-ui,sans-serif" };
    const counts = [1, 2, 5].flatMap(digit => [...Array(13).keys()].map(power => digit * 10 ** power)).sort((a, b) => a - b);
    const hasZero = this.chart.hasZero;
    const range = (_, low, high) => {
      if (!Number.isFinite(low) || !Number.isFinite(high) || low === null) return [0, 1];
      if (hasZero) return [0, high > 0 ? high * 1.08 : 1];
      const room = (high - low || Math.abs(high) || 1) * 0.07;
      return [low - room, high + room];
    };
    // Its ticks need a range that begins at a whole multiple of a power of ten: from another they never end.
    const y = this.chart.isLogarithmic ? { distr: 3, range: (_, low, high) => low > 0 && Number.isFinite(high) ? uPlot.rangeLog(low, high, 10, false) : [0.1, 1] } : { range };
    return {
      ...this.size(), series, bands, scales: { x: { time: false }, y }, padding: [10, 36, 0, 0],
      axes: [
        { ...axis, incrs: counts, space: 64, size: 30, values: (_, all) => all.map(wholeNumber) },
        { ...axis, grid: this.chart.isLogarithmic ? { ...axis.grid, ...tens } : axis.grid, size: 58, space: 32, values: (_, all) => all.map(v => v === null ? "" : shortNumber(v)) },
      ],
      cursor: { drag: { x: false, y: false }, y: false, points: { size: 7 } }, legend: { live: true, isolate: false },
    };
  }

  /** The picture as a sentence. */
  tell() {
    const parts = this.shown.map(({ name, curve }) => {
      const low = (curve.lowest ?? curve.values).reduce((a, b) => Math.min(a, b)), high = (curve.highest ?? curve.values).reduce((a, b) => Math.max(a, b));
      return `${name} ${shortNumber(curve.values.at(-1))} after step ${wholeNumber(curve.at.at(-1))}, between ${shortNumber(low)} and ${shortNumber(high)} so far`;
    });
    this.canvas.setAttribute("aria-label", `${this.chart.title} by step: ${parts.join("; ")}.`);
  }

  fillTable() {
    if (!this.details.open || !this.shown) return;
    const rows = 12, head = element("thead"), body = element("tbody");
    const line = head.appendChild(element("tr"));
    for (const text of ["curve", "step", "value", "lowest", "highest"]) {
      const cell = line.appendChild(element("th", text === "curve" ? "text" : "", text));
      cell.scope = "col";
    }
    for (const { name, curve } of this.shown) {
      const count = curve.at.length, chosen = new Set(Array.from({ length: Math.min(rows, count) }, (_, i) => Math.round(i * (count - 1) / Math.max(1, Math.min(rows, count) - 1))));
      for (const i of [...chosen].reverse()) {
        const row = body.appendChild(element("tr")), first = row.appendChild(element("th", "text", name));
        first.scope = "row";
        row.append(element("td", "", wholeNumber(curve.at[i])), ...[curve.values, curve.lowest ?? curve.values, curve.highest ?? curve.values].map(all => element("td", "", shortNumber(all[i]))));
      }
    }
    this.table.replaceChildren(head, body);
  }
}

/** An element with a text; a text is never read as markup. */
function element(name, className = "", text = "") {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}
