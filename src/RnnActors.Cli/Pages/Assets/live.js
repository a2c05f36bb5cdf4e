"use strict";

const phases = {
  preparing: "Preparing", waiting: "Waiting", training: "Training", measuring: "Measuring the result", finished: "Finished", stopped: "Stopped",
  failed: "Failed", idle: "No run",
};
const mostEvents = 100, betweenSayings = 15000, manyNodes = 24, mostSquares = 128;
const at = id => document.getElementById(id);
const curves = new Map(), charts = new Map(), cards = new Map();
const known = { phase: "preparing", status: null, machines: new Map(), nodes: new Map(), coordinator: null, runs: [] };
let said = 0, source = null;

const duration = seconds => {
  if (seconds === null || seconds === undefined) return "–";
  const s = Math.round(seconds), h = Math.floor(s / 3600), m = Math.floor(s % 3600 / 60);
  return h >= 48 ? `${Math.floor(h / 24)} d ${h % 24} h` : h > 0 ? `${h} h ${m} min` : m > 0 ? `${m} min ${s % 60} s` : `${s} s`;
};
const isOver = () => ["finished", "stopped", "failed"].includes(known.phase);
const plural = (count, one) => `${wholeNumber(count)} ${one}${count === 1 ? "" : "s"}`;

function forget() {
  curves.clear();
  known.machines.clear();
  known.nodes.clear();
  known.status = null;
  [known.coordinator, known.runs] = [null, []];
  at("events").replaceChildren();
  at("end").hidden = true;
}

function take(frame) {
  if (frame.isWhole) forget();
  const changed = known.phase !== frame.phase;
  known.phase = frame.phase;
  at("phase").textContent = phases[frame.phase] ?? frame.phase;
  at("phase").className = `phase ${frame.phase}`;
  document.body.classList.toggle("idle", frame.phase === "idle");
  if (frame.phase === "idle" && (changed || frame.isWhole))
    showHead({ name: "Cluster", question: "It has no run at the moment. One that is brought to it is shown here.", facts: [], notes: [] });
  if (frame.head) showHead(frame.head);
  if (frame.status) showStatus(frame.status);
  if (frame.curves) for (const part of frame.curves) grow(part);
  if (frame.charts) chooseCharts(frame.charts);
  if (frame.curves || frame.charts) for (const chart of charts.values()) chart.update(curves);
  for (const one of frame.machines ?? []) known.machines.set(`${one.name} ${one.fromStep}`, one);
  if (frame.cluster) takeCluster(frame.cluster);
  if (frame.isWhole || changed || frame.machines || frame.cluster) showMachines();
  if (frame.events) showEvents(frame.events, frame.isWhole);
  if (frame.end) showEnd(frame.end);
  const warning = frame.isWhole ? null : frame.events?.findLast(one => one.isWarning);
  if (frame.end) say(`${phases[frame.phase]}. ${frame.end.headline}`);
  else if (warning) say(warning.text);
  else if (changed || Date.now() - said > betweenSayings) say(sentence());
}

/** Of a cluster comes what has changed. One without a coordinator says that none answers. */
function takeCluster(part) {
  if (part.isWhole) known.nodes.clear();
  for (const node of part.nodes) known.nodes.set(node.name, node);
  for (const name of part.gone) known.nodes.delete(name);
  if (part.runs) known.runs = part.runs;
  known.coordinator = part.coordinator;
  at("alone").hidden = part.coordinator !== "";
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
    ["Step", status.lastStep ? `${wholeNumber(status.step)} of ${wholeNumber(status.lastStep)}` : wholeNumber(status.step)],
    ["Epochs done", status.epochs ? `${status.epoch} of ${status.epochs}` : wholeNumber(status.epoch)], ["Time left", duration(status.secondsLeft)],
    ["Time", duration(status.seconds)], ["Loss", shortNumber(status.loss)], ["Validation loss", shortNumber(status.validation)],
    ["Tokens a second", wholeNumber(status.tokensPerSecond)], ["Learning rate", shortNumber(status.learningRate)],
    ["Gradient norm", shortNumber(status.gradientNorm)], ["Workers", wholeNumber(status.workers)],
  ].filter(([name]) => name !== "Time left" || !isOver()).filter(([name]) => known.coordinator === null || name !== "Time" || status.seconds !== undefined); // who only follows has no clock of it
  const list = at("tiles");
  if (list.children.length !== tiles.length) {
    list.replaceChildren(...tiles.map(([name]) => {
      const tile = element("div");
      tile.append(element("dt", "", name), element("dd"));
      return tile;
    }));
  }
  tiles.forEach(([name, text], i) => { [list.children[i].firstChild.textContent, list.children[i].lastChild.textContent] = [name, text]; });
  const progress = at("progress");
  progress.max = status.lastStep || 1;
  progress.value = status.step;
  document.title = status.lastStep ? `${Math.floor(100 * status.step / status.lastStep)} % ${at("name").textContent}` : at("name").textContent;
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

const isTroubled = node => node !== undefined && ["suspected", "silent", "unable", "refused", "shut out"].includes(node.state);
const named = names => names.length <= 5 ? names.join(", ") : `${names.slice(0, 5).join(", ")} and ${wholeNumber(names.length - 5)} more`;

/** Machines as the run's events tell of them, with what the coordinator says of each at the moment: those that need a look first, those that went last. */
function showMachines() {
  const machines = [...known.machines.values()], names = new Set(machines.map(one => one.name));
  const all = [...machines.map(one => [one, known.nodes.get(one.name)]), ...[...known.nodes.values()].filter(node => !names.has(node.name)).map(node => [null, node])];
  const order = ([one, node]) => isTroubled(node) ? 0 : one?.state === "takes part" || !one ? 1 : 2;
  all.sort((a, b) => order(a) - order(b));
  at("machines-sum").textContent = sumOf(machines);
  const list = at("machines"), kept = new Set();
  list.classList.toggle("many", all.length > manyNodes);
  all.forEach(([one, node], i) => {
    const name = one ? `${one.name} ${one.fromStep}` : node.name, text = JSON.stringify([one, node, isOver()]);
    kept.add(name);
    let card = cards.get(name);
    if (card?.text !== text) {
      const made = machineCard(one, node);
      if (card) card.element.replaceWith(made);
      cards.set(name, card = { element: made, text });
    }
    if (list.children[i] !== card.element) list.insertBefore(card.element, list.children[i] ?? null);
  });
  for (const [name, card] of cards) if (!kept.has(name)) { card.element.remove(); cards.delete(name); }
  at("queue").hidden = known.runs.length < 2;
  at("runs").replaceChildren(...known.runs.map(run => element("li", "", `${run.name}: ${run.state}${run.lastStep ? `, step ${wholeNumber(run.step)} of ${wholeNumber(run.lastStep)}` : ""}`)));
}

function sumOf(machines) {
  const present = machines.filter(one => one.state === "takes part"), workers = present.reduce((sum, one) => sum + one.workers, 0), lost = machines.filter(one => one.state === "lost").length;
  const nodes = [...known.nodes.values()], troubled = nodes.filter(isTroubled).map(node => `${node.name} (${node.state})`);
  return [
    nodes.length > 0 ? `The cluster has ${plural(nodes.length, "node")} with ${plural(nodes.reduce((sum, node) => sum + node.workers, 0), "worker")}; ${known.coordinator || "none"} coordinates.` : "",
    present.length > 0 ? `${plural(present.length, "machine")} with ${plural(workers, "worker")} ${isOver() ? "took" : present.length === 1 ? "takes" : "take"} part${lost ? `; ${wholeNumber(lost)} lost` : ""}.`
      : known.phase === "idle" ? "" : "None takes part yet.",
    troubled.length > 0 ? `To be looked at: ${named(troubled)}.` : "",
  ].filter(Boolean).join(" ");
}

/** @param one what events tell, or null; @param node what the coordinator tells, or undefined. */
function machineCard(one, node) {
  const takesPart = one?.state === "takes part" || !one && node.shards !== "", troubled = isTroubled(node);
  // What was lost may be a member again before it takes part again.
  const state = takesPart && node && (node.state !== "ready" || !one) ? node.state : takesPart && isOver() ? "took part" : one ? one.state : node.state;
  const card = element("li", takesPart ? troubled ? "troubled" : "takes" : one ? one.state : troubled ? "troubled" : "idle"), workers = one?.workers ?? node.workers;
  card.append(element("strong", "", one?.name ?? node.name), element("span", "state", state));
  card.append(document.createTextNode(`, ${workers ? plural(workers, "worker") : "no workers"}${node?.isCoordinator ? ", coordinator" : ""}`));
  const squares = card.appendChild(element("div", "cores"));
  squares.setAttribute("aria-hidden", "true");
  for (let i = 0; i < Math.min(workers, mostSquares); i++) squares.append(element("i"));
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
}

function showEnd(end) {
  if (end.isLast) {
    source?.close();
    source = null;
    at("connection").textContent = "";
  }
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
    at("connection").textContent = "No connection: trying again. What is shown is the last that came.";
    at("phase").className = "phase lost";
    if (source?.readyState === EventSource.CLOSED) setTimeout(connect, 5000);
  });
}

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { for (const chart of charts.values()) { chart.forget(); chart.update(curves); } });
connect();
