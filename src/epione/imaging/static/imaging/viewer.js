/* The viewer: scrolls, windows, zooms, measures. Frames are drawn by the server; without this script links do the steps. */
(function () {
  "use strict";
  const viewer = document.getElementById("viewer");
  const data = (id) => { const node = document.getElementById(id); return node ? JSON.parse(node.textContent) : []; };
  if (!viewer || !viewer.querySelector(".vp img")) return;
  const SVG = "http://www.w3.org/2000/svg";
  const words = viewer.dataset;
  const token = document.body.getAttribute("hx-headers") ? JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"] : "";
  const language = document.documentElement.lang;
  /* A true minus sign: a hyphen before a figure reads as a dash. */
  const shown = (value, digits) => value.toLocaleString(language, { maximumFractionDigits: digits }).replace("-", "\u2212");
  const stacks = data("stacks");
  const kept = data("measures");
  const before = data("prior-measures");
  const slider = viewer.querySelector("[data-stack]");
  const preset = viewer.querySelector("[data-preset]");
  const list = document.getElementById("measured");
  let tool = "scroll";
  let drawing = null;
  let cine = 0;

  /* One viewport: a stack, where it stands, how it is windowed, zoomed and moved. */
  function Viewport(figure, stack, place) {
    const view = { figure, stack, place, window: null, invert: false, zoom: 1, x: 0, y: 0 };
    view.img = figure.querySelector("img");
    view.overlay = figure.querySelector("svg.ov");
    view.image = () => view.stack.images[view.place];
    return view;
  }
  const [chosen] = [new URLSearchParams(location.search).get("series")];
  const currentFigure = viewer.querySelector("[data-viewport=current]");
  const current = Viewport(currentFigure, stacks.find((one) => one.id === chosen) || stacks[0], Number(currentFigure.dataset.place) - 1);
  const priorFigure = viewer.querySelector("[data-viewport=prior]");
  const priorStacks = data("prior-stacks");
  const prior = priorFigure && priorStacks.length ? Viewport(priorFigure, priorStacks[0], 0) : null;
  const views = prior ? [current, prior] : [current];
  let active = current;

  function address(view, place) {
    const image = view.stack.images[place];
    const asked = new URLSearchParams();
    if (view.window) { asked.set("c", view.window[0]); asked.set("w", view.window[1]); }
    if (view.invert) asked.set("invert", "1");
    const text = asked.toString();
    return text ? image.url + "?" + text : image.url;
  }
  function ahead(view) {
    for (const step of [1, -1, 2, -2, 3]) {
      const place = view.place + step;
      if (place >= 0 && place < view.stack.images.length) new Image().src = address(view, place);
    }
  }
  function caption(view) {
    const image = view.image();
    const total = view.stack.images.length;
    const place = (view.place + 1) + " / " + total;
    const z = image.position === null ? "" : "\nz " + shown(image.position, 1) + " mm";
    view.figure.querySelector("[data-slice-of]").textContent = words.slice + " " + place + z;
    const window = view.window || image.window;
    const scale = image.spacing ? shown(image.spacing[0], 3) + " " + words.perpixel + (image.calibration === "detector" ? " (" + words.detector + ")" : "") : words.nospacing;
    view.figure.querySelector("[data-window]").textContent = (window ? words.center + " " + shown(window[0], 0) + "  " + words.width + " " + shown(window[1], 0) + "\n" : "") + scale;
    if (view !== current) return;
    const film = viewer.querySelector(".film [data-slice-of]");
    if (film) film.textContent = place;
    if (slider) slider.value = view.place + 1;
    const follows = document.querySelector("[data-follows=header]");
    if (follows) follows.href = image.url.replace(/frames\/\d+\/$/, "header/");
  }
  function place(view) {
    view.img.style.transform = view.overlay.style.transform = "translate(" + view.x + "px," + view.y + "px) scale(" + view.zoom + ")";
  }
  function show(view) {
    const image = view.image();
    view.img.src = address(view, view.place);
    view.overlay.setAttribute("viewBox", "0 0 " + image.columns + " " + image.rows);
    caption(view);
    place(view);
    draw(view);
    magnified(view);
    ahead(view);
  }
  function go(view, to) {
    const last = view.stack.images.length - 1;
    const next = Math.min(Math.max(to, 0), last);
    if (next === view.place) return;
    view.place = next;
    show(view);
    if (prior && view === current) follow();
  }
  /* The prior stack follows by position in the body where both state it, else by share of the stack. */
  function follow() {
    const z = current.image().position;
    const places = prior.stack.images.map((image) => image.position);
    let best = Math.round(current.place / Math.max(current.stack.images.length - 1, 1) * (places.length - 1));
    if (z !== null && places.every((one) => one !== null)) {
      best = places.reduce((nearest, one, i) => (Math.abs(one - z) < Math.abs(places[nearest] - z) ? i : nearest), 0);
    }
    if (best !== prior.place) { prior.place = best; show(prior); }
  }
  let waiting = 0;
  function windowed(view, center, width) {
    for (const one of views) one.window = [Math.round(center), Math.max(1, Math.round(width))];
    if (preset) preset.value = "";
    caption(view);
    if (waiting) return;
    waiting = setTimeout(() => { waiting = 0; views.forEach(show); }, 60);
  }

  /* Points: from the screen to pixels of the image, whatever zoom. */
  function point(view, event) {
    const place = new DOMPoint(event.clientX, event.clientY).matrixTransform(view.overlay.getScreenCTM().inverse());
    return [Math.round(place.x * 10) / 10, Math.round(place.y * 10) / 10];
  }
  function node(name, facts) {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(facts)) made.setAttribute(key, value);
    return made;
  }
  const NEEDS = { length: 2, angle: 3, ellipse: 2 };
  function shape(kind, points, unit) {
    const group = node("g", { fill: "none", stroke: "#FFD75E", "stroke-width": 1.6 * unit });
    if (kind === "ellipse" && points.length > 1) {
      const [[a, b], [c, d]] = points;
      group.append(node("ellipse", { cx: (a + c) / 2, cy: (b + d) / 2, rx: Math.abs(c - a) / 2, ry: Math.abs(d - b) / 2 }));
    } else {
      group.append(node("polyline", { points: points.map((one) => one.join(",")).join(" ") }));
      for (const [x, y] of points) group.append(node("circle", { cx: x, cy: y, r: 2.4 * unit, fill: "#FFD75E" }));
    }
    return group;
  }
  function label(text, [x, y], unit) {
    const made = node("text", { x: x + 8 * unit, y: y - 6 * unit, fill: "#FFE9A8", "font-size": 13 * unit, stroke: "#0B0E16", "stroke-width": 3 * unit, "paint-order": "stroke" });
    made.textContent = text;
    return made;
  }
  function draw(view) {
    const image = view.image();
    const unit = image.columns / Math.max(view.overlay.clientWidth || image.columns, 1) / view.zoom;
    const mine = [...kept, ...before].filter((one) => one.image === image.id && one.frame === image.frame);
    view.overlay.replaceChildren(...mine.flatMap((one) => [shape(one.kind, one.points, unit), label(one.text, one.points[one.points.length - 1], unit)]));
    if (drawing && drawing.view === view) view.overlay.append(shape(drawing.kind, drawing.points, unit));
  }
  /* Where the magnifier looks: at the first measure of the image, else where the pointer was last. */
  const mags = viewer.querySelector("[data-mags]");
  function magnified(view) {
    if (!mags || mags.hidden) return;
    const svg = mags.children[views.indexOf(view)].querySelector("svg");
    const image = view.image();
    const mine = [...kept, ...before].filter((one) => one.image === image.id && one.frame === image.frame);
    const [x, y] = mine.length && !view.looked ? [0, 1].map((i) => mine[0].points.reduce((sum, one) => sum + one[i], 0) / mine[0].points.length) : view.looked || [image.columns / 2, image.rows / 2];
    const scale = 4 * Math.min(view.figure.clientWidth / image.columns, view.figure.clientHeight / image.rows);
    const [w, h] = [svg.clientWidth / scale, svg.clientHeight / scale];
    svg.setAttribute("viewBox", [x - w / 2, y - h / 2, w, h].join(" "));
    const picture = svg.firstElementChild;
    for (const [key, value] of Object.entries({ href: view.img.src, width: image.columns, height: image.rows })) picture.setAttribute(key, value);
    svg.lastElementChild.replaceChildren(...mine.flatMap((one) => [shape(one.kind, one.points, 1 / scale), label(one.text, one.points[one.points.length - 1], 1 / scale)]));
  }
  function magnify(on) {
    mags.hidden = !on;
    viewer.classList.toggle("magnified", on);
    viewer.querySelector("[data-act=magnify]").setAttribute("aria-pressed", String(on));
    views.forEach((view) => { draw(view); magnified(view); });
  }
  const marks = viewer.querySelector("svg.marks");
  function marked() {
    if (!marks) return;
    const places = kept.map((one) => current.stack.images.findIndex((image) => image.id === one.image && image.frame === one.frame));
    marks.replaceChildren(...places.filter((one) => one >= 0).map((one) => node("rect", { x: one, y: 0, width: 1, height: 10, fill: "#FFD75E" })));
  }
  function listed() {
    marked();
    if (!list) return;
    list.replaceChildren(...kept.map((one) => {
      const item = document.createElement("li");
      item.className = "row";
      const jump = document.createElement("button");
      jump.type = "button";
      jump.className = "btn qt sm num";
      jump.textContent = one.text;
      jump.addEventListener("click", () => { current.looked = null; go(current, current.stack.images.findIndex((image) => image.id === one.image && image.frame === one.frame)); });
      item.append(jump);
      if (words.measures) {
        const remove = document.createElement("button");
        remove.type = "button";
        remove.className = "btn qt sm push";
        remove.setAttribute("aria-label", words.remove + " " + one.text);
        remove.textContent = "×";
        remove.addEventListener("click", () => take(one));
        item.append(remove);
      }
      return item;
    }));
  }
  async function post(url, body) {
    const response = await fetch(url, { method: "POST", body: body ? JSON.stringify(body) : null, headers: { "X-CSRFToken": token, "Content-Type": "application/json" } });
    if (!response.ok) throw new Error(response.status);
    return response.status === 204 ? null : response.json();
  }
  const told = (text) => { const live = document.getElementById("live"); if (live) live.textContent = text; };
  async function take(one) {
    try { await post(one.remove); } catch (error) { told(words.lost); return; }
    kept.splice(kept.indexOf(one), 1);
    views.forEach((view) => { draw(view); magnified(view); });
    listed();
  }
  async function keep(view, kind, points) {
    const image = view.image();
    const url = words.measures.replace("00000000-0000-0000-0000-000000000000", image.id).replace("/frames/0/", "/frames/" + image.frame + "/");
    try {
      const made = await post(url, { kind, points });
      kept.push(made);
      told(made.text);
    } catch (error) { told(words.lost); }
    views.forEach((view) => { draw(view); magnified(view); });
    listed();
  }

  /* The pointer: what a drag does depends on the tool; the right button always windows, the middle one moves. */
  function act(view, drag, event) {
    const dx = event.clientX - drag.x;
    const dy = event.clientY - drag.y;
    if (drag.tool === "scroll") go(view, drag.place + Math.trunc(dy / 8));
    else if (drag.tool === "window") windowed(view, drag.window[0] + dy * drag.window[1] / 400, drag.window[1] * Math.exp(dx / 250));
    else if (drag.tool === "zoom") { view.zoom = Math.min(Math.max(drag.zoom * Math.exp(-dy / 200), 0.5), 16); place(view); draw(view); }
    else if (drag.tool === "pan") { view.x = drag.left + dx; view.y = drag.top + dy; place(view); }
    else if (drawing) { drawing.points[drawing.points.length - 1] = point(view, event); draw(view); }
  }
  function start(view, event) {
    active = view;
    for (const one of views) one.figure.classList.toggle("act", one === view);
    const used = event.button === 2 ? "window" : event.button === 1 ? "pan" : tool;
    if (NEEDS[used] && view === current && words.measures) {
      if (!drawing) drawing = { view, kind: used, points: [point(view, event), point(view, event)] };
      else drawing.points.push(point(view, event));
    }
    const image = view.image();
    const window = view.window || image.window || [40, 400];
    const drag = { tool: used, x: event.clientX, y: event.clientY, place: view.place, window, zoom: view.zoom, left: view.x, top: view.y };
    const move = (moved) => act(view, drag, moved);
    const end = () => {
      view.figure.removeEventListener("pointermove", move);
      if (drawing && drawing.points.length >= NEEDS[drawing.kind]) { const done = drawing; drawing = null; keep(view, done.kind, done.points); }
    };
    view.figure.setPointerCapture(event.pointerId);
    view.figure.addEventListener("pointermove", move);
    view.figure.addEventListener("pointerup", end, { once: true });
    view.figure.addEventListener("pointercancel", end, { once: true });
  }
  for (const view of views) {
    view.figure.addEventListener("pointerdown", (event) => { event.preventDefault(); view.figure.focus(); start(view, event); });
    view.figure.addEventListener("pointermove", (event) => {
      if (!mags || mags.hidden) return;
      const at = point(view, event);
      for (const one of views) { one.looked = at; magnified(one); }
    });
    view.figure.addEventListener("contextmenu", (event) => event.preventDefault());
    view.figure.addEventListener("wheel", (event) => {
      event.preventDefault();
      if (event.ctrlKey) { view.zoom = Math.min(Math.max(view.zoom * Math.exp(-event.deltaY / 300), 0.5), 16); place(view); draw(view); } else { view.looked = null; go(view, view.place + Math.sign(event.deltaY)); }
    }, { passive: false });
  }

  function choose(name) {
    tool = name;
    drawing = null;
    views.forEach(draw);
    for (const button of viewer.querySelectorAll("[data-tool]")) button.setAttribute("aria-pressed", String(button.dataset.tool === name));
  }
  function play(button) {
    if (cine) { clearInterval(cine); cine = 0; } else { cine = setInterval(() => go(active, (active.place + 1) % active.stack.images.length), 100); }
    button.setAttribute("aria-pressed", String(Boolean(cine)));
  }
  const ACTS = {
    invert(button) { for (const view of views) { view.invert = !view.invert; show(view); } button.setAttribute("aria-pressed", String(current.invert)); },
    cine: play,
    magnify() { magnify(mags.hidden); },
    reset() { for (const view of views) { Object.assign(view, { zoom: 1, x: 0, y: 0, window: null, invert: false }); show(view); } if (preset) preset.value = ""; },
    compare() {
      if (prior) { location.search = "?series=" + current.stack.id + "&n=" + (current.place + 1); return; }
      const other = document.querySelector(".im .list a[href*='compare=']");
      if (other) location.search = other.getAttribute("href") + "&n=" + (current.place + 1);
    },
  };
  viewer.addEventListener("click", (event) => {
    const button = event.target.closest("[data-tool],[data-act]");
    if (button && button.dataset.tool) choose(button.dataset.tool);
    else if (button) ACTS[button.dataset.act](button);
    const jump = event.target.closest("[data-go]");
    if (jump) { event.preventDefault(); go(current, Number(jump.dataset.go) - 1); }
    const step = event.target.closest("[data-step]");
    if (step) { event.preventDefault(); go(current, current.place + Number(step.dataset.step)); }
  });
  if (preset) preset.addEventListener("change", () => {
    const option = preset.selectedOptions[0];
    for (const view of views) { view.window = option.dataset.c ? [Number(option.dataset.c), Number(option.dataset.w)] : null; show(view); }
  });
  if (slider) { slider.hidden = false; slider.addEventListener("input", () => go(current, Number(slider.value) - 1)); }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input:not([type=range]),textarea,select")) return;
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1, PageDown: 10, PageUp: -10 }[event.key];
    const presets = preset ? [...preset.options].slice(1) : [];
    if (step && !event.target.matches("input[type=range]")) { event.preventDefault(); go(active, active.place + step); }
    else if (event.key === "Home") { event.preventDefault(); go(active, 0); }
    else if (event.key === "End") { event.preventDefault(); go(active, active.stack.images.length - 1); }
    else if (event.key === " " && event.target.closest(".vp")) { event.preventDefault(); play(viewer.querySelector("[data-act=cine]")); }
    else if (event.key === "Escape" && drawing) { drawing = null; views.forEach(draw); }
    else if (presets[Number(event.key) - 1]) { preset.value = presets[Number(event.key) - 1].value; preset.dispatchEvent(new Event("change")); }
  });
  if (preset && preset.value) {
    const option = preset.selectedOptions[0];
    for (const view of views) view.window = [Number(option.dataset.c), Number(option.dataset.w)];
  }
  listed();
  views.forEach((view) => { caption(view); draw(view); ahead(view); });
  if (prior) follow();
  if (mags && matchMedia("(min-width: 1200px) and (min-height: 760px)").matches) magnify(true);
  addEventListener("resize", () => views.forEach((view) => { draw(view); magnified(view); }));
})();
