"use strict";

const phases = { preparing: "Preparing", training: "Training", measuring: "Measuring the result", finished: "Finished", stopped: "Stopped", failed: "Failed" };
const mostEvents = 100, betweenSayings = 15000;
const at = id => document.getElementById(id);
const curves = new Map(), charts = new Map(), known = { phase: "preparing", status: null, machines: [], cluster: { nodes: [], runs: [] } };
let said = 0, source = null;

const duration = seconds => {
  if (seconds === null || seconds === undefined) return "–";
  const s = Math.round(seconds), h = Math.floor(s / 3600), m = Math.floor(s % 3600 / 60);
  return h >= 48 ? `${Math.floor(h / 24)} d ${h % 24} h` : h > 0 ? `${h} h ${m} min` : m > 0 ? `${m} min ${s % 60} s` : `${s} s`;
};
const plural = (count, one) => `${wholeNumber(count)} ${one}${count === 1 ? "" : "s"}`;

function forget() {
  curves.clear();
  known.machines = [];
  known.cluster = { nodes: [], runs: [] };
  at("events").replaceChildren();
}

function take(frame) {
  if (frame.isWhole) forget();
  const changed = known.phase !== frame.phase;
  known.phase = frame.phase;
  at("phase").textContent = phases[frame.phase] ?? frame.phase;
  at("phase").className = `phase ${frame.phase}`;
  if (frame.head) showHead(frame.head);
  if (frame.status) showStatus(frame.status);
  if (frame.curves) for (const part of frame.curves) grow(part);
  if (frame.charts) chooseCharts(frame.charts);
  if (frame.curves || frame.charts) for (const chart of charts.values()) chart.update(curves);
  if (frame.machines) known.machines = frame.machines;
  if (frame.cluster) known.cluster = frame.cluster;
  if (frame.machines || frame.cluster) showMachines();
  if (frame.events) showEvents(frame.events, frame.isWhole);
  if (frame.end) showEnd(frame.end);
  const warning = frame.isWhole ? null : frame.events?.findLast(one => one.isWarning);
  if (frame.end) say(`${phases[frame.phase]}. ${frame.end.headline}`);
  else if (warning) say(warning.text);
  else if (changed || Date.now() - said > betweenSayings) say(sentence());
}

/** For screen readers: not at every step, or nobody could listen. */
function say(text) {
  said = Date.now();
  at("status").textContent = text;
}

function sentence() {
  const s = known.status;
  if (!s || s.step === 0) return phases[known.phase];
  const left = s.secondsLeft === undefined ? "" : `, ${duration(s.secondsLeft)} left`;
  return `${phases[known.phase]}: step ${wholeNumber(s.step)} of ${wholeNumber(s.lastStep)}, loss ${shortNumber(s.loss)}${left}.`;
}

function showHead(head) {
  document.title = head.name;
  at("name").textContent = head.name;
  at("question").textContent = head.question;
  at("facts").replaceChildren(...head.facts.flatMap(fact => [element("dt", "", fact.name), element("dd", "", fact.text)]));
  at("notes").replaceChildren(...head.notes.map(note => element("li", "", note)));
  at("notes").hidden = head.notes.length === 0;
}

function showStatus(status) {
  known.status = status;
  const tiles = [
    ["Step", status.lastStep ? `${wholeNumber(status.step)} of ${wholeNumber(status.lastStep)}` : wholeNumber(status.step)], ["Epochs done", status.epochs ? `${status.epoch} of ${status.epochs}` : wholeNumber(status.epoch)],
    ["Time left", duration(status.secondsLeft)], ["Time", duration(status.seconds)], ["Loss", shortNumber(status.loss)], ["Validation loss", shortNumber(status.validation)],
    ["Tokens a second", wholeNumber(status.tokensPerSecond)], ["Learning rate", shortNumber(status.learningRate)], ["Gradient norm", shortNumber(status.gradientNorm)],
    ["Workers", wholeNumber(status.workers)],
  ];
  const list = at("tiles");
  if (list.children.length !== tiles.length) {
    list.replaceChildren(...tiles.map(([name]) => {
      const tile = element("div");
      tile.append(element("dt", "", name), element("dd"));
      return tile;
    }));
  }
  tiles.forEach(([, text], i) => { list.children[i].lastChild.textContent = text; });
  const progress = at("progress");
  progress.max = status.lastStep || 1;
  progress.value = status.step;
  if (status.lastStep) document.title = `${Math.floor(100 * status.step / status.lastStep)} % ${at("name").textContent}`;
}

/** The end of a curve is replaced by what came. */
function grow(part) {
  const had = part.from === 0 ? null : curves.get(part.key);
  const joined = (old, added) => had ? [...old.slice(0, part.from), ...added] : added;
  curves.set(part.key, {
    stride: part.stride, at: joined(had?.at, part.at), values: joined(had?.values, part.values),
    lowest: part.lowest ? joined(had?.lowest, part.lowest) : null, highest: part.highest ? joined(had?.highest, part.highest) : null,
  });
}

function chooseCharts(wanted) {
  at("waiting").hidden = wanted.length > 0;
  for (const [key, chart] of charts) if (!wanted.some(one => one.key === key)) { chart.remove(); charts.delete(key); }
  for (const one of wanted) {
    if (charts.has(one.key)) charts.get(one.key).change(one);
    else charts.set(one.key, new LiveChart(one, at("charts")));
    const figure = charts.get(one.key).figure;
    figure.className = one.key === "loss" ? "wide" : wanted.length === 4 ? "third" : "";
    at("charts").append(figure);
  }
}

/** Machines as the run's events tell of them, with what the coordinator says of each at the moment. */
function showMachines() {
  const nodes = new Map(known.cluster.nodes.map(node => [node.name, node])), machines = known.machines;
  const others = known.cluster.nodes.filter(node => !machines.some(one => one.name === node.name));
  const present = machines.filter(one => one.state === "takes part"), workers = present.reduce((sum, one) => sum + one.workers, 0), lost = machines.filter(one => one.state === "lost").length;
  at("machines-sum").textContent = machines.length === 0 ? "None takes part yet."
    : `${plural(present.length, "machine")} with ${plural(workers, "worker")} ${present.length === 1 ? "takes" : "take"} part${lost ? `; ${wholeNumber(lost)} lost` : ""}.`;
  at("machines").replaceChildren(...machines.map(one => machineCard(one, nodes.get(one.name))), ...others.map(node => machineCard(null, node)));
  scrollable(at("machines"), "Machines");
  const runs = known.cluster.runs;
  at("queue").hidden = runs.length < 2;
  at("runs").replaceChildren(...runs.map(run => element("li", "", `${run.name}: ${run.state}${run.lastStep ? `, step ${wholeNumber(run.step)} of ${wholeNumber(run.lastStep)}` : ""}`)));
}

/** @param one what events tell, or null; @param node what the coordinator tells, or undefined. */
function machineCard(one, node) {
  const takesPart = one?.state === "takes part", isTroubled = node && ["suspected", "silent", "unable"].includes(node.state);
  // What was lost may be a member again before it takes part again.
  const state = takesPart && node && node.state !== "ready" ? node.state : one ? one.state : node.state;
  const card = element("li", takesPart ? isTroubled ? "troubled" : "takes" : one ? one.state : isTroubled ? "troubled" : "idle"), workers = one?.workers ?? node.workers;
  card.append(element("strong", "", one?.name ?? node.name), element("span", "state", state));
  card.append(document.createTextNode(`, ${workers ? plural(workers, "worker") : "no workers"}${node?.isCoordinator ? ", coordinator" : ""}`));
  const squares = card.appendChild(element("div", "cores"));
  squares.setAttribute("aria-hidden", "true");
  for (let i = 0; i < Math.min(workers, 128); i++) squares.append(element("i"));
  if (takesPart && node?.shards) card.append(element("div", "", `shards ${node.shards}${node.rowsPerSecond ? `, ${shortNumber(node.rowsPerSecond)} rows/s` : ""}`));
  const about = [node?.vectorBits ? `vectors of ${node.vectorBits} bits` : "", node?.memoryBytes ? `${shortNumber(node.memoryBytes / 2 ** 30)} GiB` : ""].filter(Boolean).join(", ");
  if (about) card.append(element("div", "quiet", about));
  if (one) {
    const until = one.untilStep === undefined ? "" : ` until step ${wholeNumber(one.untilStep)}`;
    card.append(element("div", "quiet", one.fromStep === 0 && !until ? "from the beginning" : `from step ${wholeNumber(one.fromStep)}${until}`));
    if (one.description) card.append(element("div", "quiet", one.description));
    if (one.losses) card.append(element("div", "", `lost ${one.losses === 1 ? "once" : `${wholeNumber(one.losses)} times`}`));
    if (one.shardsMoved) card.append(element("div", "", `${plural(one.shardsMoved, "shard")} given to others`));
  }
  return card;
}

function showEvents(events) {
  const list = at("events");
  for (const one of events) {
    // Checkpoints in a row are one line, or they drown the rest.
    const isCheckpoint = one.kind === "checkpoint", top = list.firstChild, count = isCheckpoint && top?.dataset.saved ? Number(top.dataset.saved) + 1 : 1;
    if (count > 1) top.remove();
    const item = element("li", one.isWarning ? "warning" : ""), when = element("time", "quiet", new Date(one.when).toLocaleTimeString("en-GB"));
    when.dateTime = one.when;
    item.append(when, document.createTextNode(` ${count > 1 ? `${wholeNumber(count)} checkpoints, the last: ` : ""}${one.text.trim()} `), element("span", "quiet", `step ${wholeNumber(one.step)}`));
    if (isCheckpoint) item.dataset.saved = count;
    list.prepend(item);
  }
  while (list.children.length > mostEvents) list.lastChild.remove();
  at("no-events").hidden = list.children.length > 0;
  scrollable(list, "Events");
}

/** What scrolls can be reached by the keyboard. */
function scrollable(list, name) {
  if (list.scrollHeight > list.clientHeight + 1) { list.tabIndex = 0; list.setAttribute("aria-label", name); } else list.removeAttribute("tabindex");
}

function showEnd(end) {
  source?.close();
  source = null;
  at("connection").textContent = "";
  at("end").hidden = false;
  const look = { better: "good", near: "near", worse: "bad" }[end.standing] ?? (known.phase === "failed" ? "bad" : "near");
  at("verdict").className = `verdict ${known.phase === "finished" && end.standing === "unknown" ? "good" : look}`;
  at("headline").textContent = end.headline;
  at("lines").replaceChildren(...end.lines.map(line => element("li", "", line)));
  if (end.reportPath) keepReport(end.reportPath);
}

/** The server ends with the run, so that the report is fetched while it is there. */
async function keepReport(path) {
  at("report").hidden = false;
  at("path").textContent = path;
  try {
    const answer = await fetch("report.html");
    if (!answer.ok) throw new Error(answer.statusText);
    at("save").href = URL.createObjectURL(await answer.blob());
  } catch {
    at("save").hidden = true;
    at("path").textContent = `The report is in ${path}`;
  }
}

function connect() {
  source = new EventSource("events");
  source.addEventListener("open", () => { at("connection").textContent = ""; });
  source.addEventListener("frame", happened => take(JSON.parse(happened.data)));
  source.addEventListener("error", () => {
    at("connection").textContent = "No connection to the run: trying again. What is shown is the last that came.";
    at("phase").className = "phase lost";
    if (source?.readyState === EventSource.CLOSED) setTimeout(connect, 5000);
  });
}

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { for (const chart of charts.values()) { chart.forget(); chart.update(curves); } });
connect();
