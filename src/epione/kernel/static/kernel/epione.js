/* Epione, the one script: everything works without it; it adds keys, focus, toasts, drafts and live choices. */
(function () {
  "use strict";
  const root = document.documentElement;
  const body = document.body;
  const typing = (node) => node.closest("input:not([type=checkbox]):not([type=radio]),textarea,select,[contenteditable]");
  const visible = (node) => node && !node.disabled && node.getClientRects().length > 0;
  const say = (text) => { const live = document.getElementById("live"); if (live && text) live.textContent = text; };

  /* Theme: the server reads the cookie, so the next page arrives in the right colours. */
  function theme(event) {
    const form = event.target.closest("form[data-theme-switch]");
    if (!form) return;
    event.preventDefault();
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    const secure = location.protocol === "https:" ? ";Secure" : "";
    document.cookie = "epione_theme=" + root.dataset.theme + ";path=/;max-age=31536000;SameSite=Lax" + secure;
  }

  /* Toasts: 8 s, and they stay while somebody reads them. */
  function keepToast(toast) {
    let timer = 0;
    const start = () => { timer = setTimeout(() => toast.remove(), 8000); };
    const stop = () => clearTimeout(timer);
    for (const name of ["mouseenter", "focusin"]) toast.addEventListener(name, stop);
    for (const name of ["mouseleave", "focusout"]) toast.addEventListener(name, start);
    start();
  }
  function toast(detail) {
    const facts = typeof detail === "string" ? { text: detail } : detail;
    const box = document.createElement("div");
    box.className = "toast";
    box.append(Object.assign(document.createElement("span"), { textContent: facts.text }));
    if (facts.undo) {
      const undo = Object.assign(document.createElement("button"), { type: "button", textContent: body.dataset.undo });
      undo.addEventListener("click", () => { box.remove(); htmx.ajax("POST", facts.undo, { target: facts.target || "#content", swap: facts.swap || "none" }); });
      box.append(undo);
    }
    document.getElementById("toasts").append(box);
    keepToast(box);
  }

  /* Drawer: keeps the list in place, closes with Escape, gives the focus back to the chip. */
  let opener = null;
  let shown = null; /* where the passage or the form stands: the drawer, or a place of its own in the page */
  let held = null; /* what stood there before, put back when it closes */
  const drawer = document.getElementById("drawer");
  function closeDrawer() {
    if (!opener || !shown || !shown.childElementCount) return false;
    shown.replaceChildren(...(held ? held.childNodes : []));
    held = null;
    if (drawer) delete drawer.dataset.sheet;
    if (opener.dataset.opens) opener.setAttribute("aria-expanded", "false");
    const back = opener.isConnected ? opener : document.getElementById(opener.id);
    if (back) back.focus();
    opener = shown = null;
    return true;
  }
  /* What opens the drawer: a chip that says so, or a row whose decision the server answers with a question. */
  function openerOf(target, trigger) {
    const chip = trigger.closest("[data-opens]");
    if (chip && chip.dataset.opens === target.id) return chip;
    return target === drawer && !drawer.contains(trigger) ? trigger.closest("[data-row]") : null;
  }
  function holdDrawer(target, trigger) {
    if (!openerOf(target, trigger) || opener) return;
    held = document.createDocumentFragment();
    held.append(...target.childNodes);
  }
  function openedDrawer(target, trigger) {
    const from = openerOf(target, trigger);
    if (!from) return;
    if (opener && opener !== from && opener.dataset.opens) opener.setAttribute("aria-expanded", "false");
    opener = from;
    shown = target;
    if (opener.dataset.opens) opener.setAttribute("aria-expanded", "true");
    if (drawer && drawer.contains(target)) drawer.dataset.sheet = "";
    target.tabIndex = -1;
    (target.querySelector("textarea,input:not([type=hidden])") || target).focus();
    target.scrollIntoView({ block: "nearest" });
  }

  /* Rows: J and K move, Enter opens, X selects; a letter printed on a button decides. */
  const rowsOf = (list) => [...list.querySelectorAll("[data-row]")].filter(visible);
  const stop = (row) => (row.matches("[tabindex],a,button") ? row : row.querySelector("a,button,input"));
  function move(step) {
    const current = document.activeElement.closest("[data-row]");
    const first = document.querySelector("[data-row]");
    const start = current || first;
    const list = start && (start.closest("[data-rows]") || start.closest("tbody,ol,ul"));
    if (!list) return;
    const rows = rowsOf(list);
    const next = rows[current ? rows.indexOf(current) + step : step > 0 ? 0 : rows.length - 1];
    if (next) { stop(next).focus(); next.scrollIntoView({ block: "nearest" }); }
  }
  function advance(opener) {
    const rows = [...document.querySelectorAll(opener.dataset.next)].filter(visible);
    const next = rows[rows.findIndex((row) => row.matches(".open")) + 1] || rows[0];
    if (!next) return false;
    stop(next).focus();
    next.scrollIntoView({ block: "nearest" });
    const link = next.querySelector("a[aria-expanded=false]");
    if (link) link.click();
    return true;
  }
  function letter(event) {
    const key = event.key.toLowerCase();
    const row = document.activeElement.closest("[data-row]");
    const places = [document.querySelector("dialog[open]") || row, document.querySelector("dialog[open]") ? null : document];
    for (const place of places) {
      const found = place && [...place.querySelectorAll("[data-key]")].find((node) => node.dataset.key && node.dataset.key.toLowerCase() === key && visible(node));
      if (!found) continue;
      event.preventDefault();
      if (found.matches("input,textarea")) { found.focus(); found.select(); } else { found.click(); }
      return true;
    }
    return false;
  }
  function keys(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") {
      for (const open of document.querySelectorAll("details.als[open]")) { open.open = false; open.querySelector("summary").focus(); return; }
      if (!document.querySelector("dialog[open]") && closeDrawer()) event.preventDefault();
      return;
    }
    if (typing(event.target)) return;
    const row = event.target.closest("[data-row]");
    if (event.key === "Enter" && row === event.target && !row.matches("a,button")) {
      const link = row.querySelector("a");
      if (link) { event.preventDefault(); link.click(); }
    } else if (event.key.length === 1 && !letter(event) && !document.querySelector("dialog[open]")) {
      const key = event.key.toLowerCase();
      if (key === "j" || key === "k") move(key === "j" ? 1 : -1);
      if (key === "x" && row) { const box = row.querySelector("input[type=checkbox]"); if (box) box.click(); }
    }
  }

  /* Toolbars and lists of tabs in place: one stop for Tab, arrows inside. */
  function rove(event) {
    const bar = event.target.closest("[data-roving]");
    const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
    if (!bar || !(event.key in steps)) return;
    const stops = [...bar.querySelectorAll("button,a")].filter(visible);
    const next = stops[(stops.indexOf(event.target) + steps[event.key] + stops.length) % stops.length];
    event.preventDefault();
    stops.forEach((node) => { node.tabIndex = node === next ? 0 : -1; });
    next.focus();
  }

  /* Drawings light up with their line, and the reverse. */
  function light(event) {
    const line = event.target.closest && event.target.closest("[data-lights]");
    document.querySelectorAll(".hot[data-lit]").forEach((node) => node.classList.remove("hot"));
    if (!line) return;
    const keys = line.dataset.lights.split(" ");
    document.querySelectorAll("[data-lit]").forEach((node) => node.classList.toggle("hot", keys.includes(node.dataset.lit)));
  }

  /* Combobox: the server answers the choices; Down opens, Enter picks, Escape closes then clears. */
  const comboOf = (node) => node.closest("[data-combo]");
  const optionsOf = (combo) => [...combo.querySelectorAll("[role=option]:not([aria-disabled])")];
  function openCombo(combo, open) {
    const input = combo.querySelector("[role=combobox]");
    combo.querySelector(".lbox").hidden = !open;
    input.setAttribute("aria-expanded", String(open));
    if (!open) input.removeAttribute("aria-activedescendant");
  }
  function select(combo, option) {
    const input = combo.querySelector("[role=combobox]");
    combo.querySelectorAll("[role=option]").forEach((one) => one.setAttribute("aria-selected", String(one === option)));
    if (option) { input.setAttribute("aria-activedescendant", option.id); option.scrollIntoView({ block: "nearest" }); }
  }
  function pick(combo, option) {
    const value = combo.querySelector("[data-combo-value]");
    value.value = option.dataset.value;
    combo.querySelector("[role=combobox]").value = option.dataset.text;
    openCombo(combo, false);
    value.dispatchEvent(new Event("change", { bubbles: true }));
  }
  function comboKeys(event) {
    const combo = event.target.matches("[role=combobox]") && comboOf(event.target);
    if (!combo) return;
    const options = optionsOf(combo);
    const current = options.findIndex((one) => one.getAttribute("aria-selected") === "true");
    const open = event.target.getAttribute("aria-expanded") === "true";
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!open) { openCombo(combo, true); if (!options.length) htmx.trigger(event.target, "search-now"); return; }
      const step = event.key === "ArrowDown" ? 1 : -1;
      if (options.length) select(combo, options[(current + step + options.length) % options.length]);
    } else if (event.key === "Enter" && open && current >= 0) {
      event.preventDefault();
      pick(combo, options[current]);
    } else if (event.key === "Escape") {
      event.preventDefault();
      if (open) { openCombo(combo, false); } else { event.target.value = ""; combo.querySelector("[data-combo-value]").value = ""; }
    }
  }

  /* Drafts: an unsent form survives a closed session, in this tab only, for the same person only, never in localStorage. */
  const DRAFT = "epione-draft:";
  const draftKey = (form) => DRAFT + form.dataset.draft;
  const kept = () => Object.keys(sessionStorage).filter((key) => key.startsWith(DRAFT));
  function fieldsOf(form) {
    return [...form.elements].filter((one) => one.name && !one.disabled && !["password", "file", "hidden", "submit", "button"].includes(one.type) || one.matches("[data-combo-value]"));
  }
  function store(form, sent) {
    const values = fieldsOf(form).map((one) => [one.name, one.type === "checkbox" || one.type === "radio" ? [one.value, one.checked] : one.value]);
    sessionStorage.setItem(draftKey(form), JSON.stringify({ actor: body.dataset.actor, sent, values }));
  }
  function restore(form, draft) {
    let changed = false;
    for (const [name, value] of draft.values) {
      const boxed = Array.isArray(value);
      const field = fieldsOf(form).find((one) => one.name === name && (!boxed || one.value === value[0]));
      if (!field) continue;
      if (boxed) { changed = changed || field.checked !== value[1]; field.checked = value[1]; } else { changed = changed || field.value !== value; field.value = value; }
    }
    if (changed) { toast(body.dataset.restored); say(body.dataset.restored); }
  }
  function drafts() {
    if ("gate" in body.dataset) {
      for (const key of kept()) sessionStorage.setItem(key, JSON.stringify({ ...JSON.parse(sessionStorage.getItem(key)), sent: false }));
      return;
    }
    for (const key of kept()) {
      const draft = JSON.parse(sessionStorage.getItem(key));
      const form = [...document.forms].find((one) => one.dataset.draft && draftKey(one) === key);
      const refused = form && form.querySelector("[aria-invalid=true]");
      if (draft.actor !== body.dataset.actor || draft.sent || refused) sessionStorage.removeItem(key);
      else if (form) restore(form, draft);
    }
  }

  /* Buttons say what they do while they do it, and cannot be pressed twice. */
  function busy(form, submitter) {
    const button = submitter && submitter.matches("button") ? submitter : null;
    if (!button || form.method === "dialog" || form.matches("[data-theme-switch]")) return;
    button.setAttribute("aria-busy", "true");
    const label = button.querySelector("span");
    if (button.dataset.busy && label) { button.dataset.rest = label.textContent; label.textContent = button.dataset.busy; }
  }
  function rest(scope) {
    scope.querySelectorAll("button[aria-busy=true]").forEach((button) => {
      button.removeAttribute("aria-busy");
      if (button.dataset.rest) button.querySelector("span").textContent = button.dataset.rest;
    });
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    const submitter = event.submitter;
    theme(event);
    if (event.defaultPrevented) return;
    if (submitter && (submitter.getAttribute("aria-disabled") === "true" || submitter.getAttribute("aria-busy") === "true")) { event.preventDefault(); return; }
    if (form.dataset.draft && !form.matches("[hx-post]")) store(form, true);
    setTimeout(() => busy(form, submitter), 0);
  });
  /* A slider and its field say the same value; the slider is a convenience that only a script can give. */
  function mirror(node) {
    const field = node.dataset.mirrors ? document.getElementById(node.dataset.mirrors) : null;
    if (field) { field.value = node.value; return; }
    const slider = node.id && document.querySelector(`[data-mirrors="${node.id}"]`);
    if (slider && Number(node.value)) slider.value = node.value;
  }
  document.querySelectorAll("[data-mirrors]").forEach((slider) => { slider.hidden = false; });

  document.addEventListener("input", (event) => {
    mirror(event.target);
    const form = event.target.form;
    if (form && form.dataset.draft) store(form, false);
    const combo = event.target.matches("[role=combobox]") && comboOf(event.target);
    if (combo) combo.querySelector("[data-combo-value]").value = "";
  });
  document.addEventListener("click", (event) => {
    const option = event.target.closest("[data-combo] [role=option]:not([aria-disabled])");
    if (option) { pick(comboOf(option), option); comboOf(option).querySelector("[role=combobox]").focus(); return; }
    const onward = event.target.closest("[data-next]");
    if (onward && advance(onward)) { event.preventDefault(); return; }
    const dialogOpener = event.target.closest("[data-dialog]");
    if (dialogOpener) { const dialog = document.getElementById(dialogOpener.dataset.dialog); if (dialog) dialog.showModal(); return; }
    const closer = event.target.closest("[data-close-dialog]");
    if (closer) { closer.closest("dialog").close(); return; }
    if (event.target.closest("[data-close-drawer]")) { if (!closeDrawer() && drawer) drawer.replaceChildren(); return; }
    const blocked = event.target.closest("[aria-disabled=true]");
    if (blocked) event.preventDefault();
  });
  document.addEventListener("keydown", (event) => { comboKeys(event); rove(event); keys(event); });
  document.addEventListener("focusout", (event) => {
    const combo = comboOf(event.target);
    if (combo && !combo.contains(event.relatedTarget)) setTimeout(() => openCombo(combo, false), 150);
  });
  document.addEventListener("mouseover", light);
  document.addEventListener("focusin", light);
  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (event.target.matches("[data-autosubmit]") && form) form.requestSubmit();
  });

  /* HTMX: busy targets, drawer, spoken results, honest failures. */
  const waiting = new WeakMap(); /* the place that waits for an answer: the server may send the answer elsewhere */
  document.addEventListener("htmx:beforeRequest", (event) => {
    waiting.set(event.detail.xhr, event.detail.target);
    event.detail.target.setAttribute("aria-busy", "true");
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    for (const place of [waiting.get(event.detail.xhr), event.detail.target]) if (place) place.removeAttribute("aria-busy");
    rest(document);
    const form = event.detail.elt.closest("form[data-draft]");
    const answer = event.detail.xhr;
    if (form && event.detail.successful && !answer.getResponseHeader("HX-Redirect")) sessionStorage.removeItem(draftKey(form));
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const answer = event.detail.xhr;
    if (answer.status >= 400 && answer.status !== 422 && !answer.getResponseHeader("HX-Retarget")) event.detail.shouldSwap = false;
    else if (answer.status < 400) holdDrawer(event.detail.target, event.detail.requestConfig.elt);
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    const target = event.detail.target;
    const trigger = event.detail.requestConfig.elt;
    openedDrawer(target, trigger);
    if (opener && drawer && drawer.contains(trigger) && trigger.matches("form") && !drawer.contains(target)) closeDrawer();
    const combo = comboOf(target);
    if (combo && target.matches("[role=listbox]")) {
      openCombo(combo, combo.contains(document.activeElement));
      select(combo, optionsOf(combo)[0] || null);
    }
  });
  document.addEventListener("htmx:load", (event) => {
    const spoken = event.detail.elt.matches("[data-say]") ? event.detail.elt : event.detail.elt.querySelector("[data-say]");
    if (spoken && spoken !== document.body) say(spoken.dataset.say);
  });
  document.addEventListener("htmx:sendError", () => {
    const place = document.getElementById("problem");
    if (place) place.replaceChildren(Object.assign(document.createElement("p"), { className: "note pe", textContent: body.dataset.offline }));
  });
  document.addEventListener("toast", (event) => toast(event.detail.value || event.detail));
  document.addEventListener("say", (event) => say(event.detail.value || event.detail));

  /* Paper shows what the screen folds. */
  let unfolded = [];
  addEventListener("beforeprint", () => {
    unfolded = [...document.querySelectorAll("details.group-d:not([open])")];
    unfolded.forEach((group) => { group.open = true; });
  });
  addEventListener("afterprint", () => { unfolded.forEach((group) => { group.open = false; }); });

  document.querySelectorAll("[data-toast]").forEach(keepToast);
  document.querySelectorAll("[data-roving]").forEach((bar) => [...bar.querySelectorAll("button,a")].forEach((node, i) => { node.tabIndex = i ? -1 : 0; }));
  const first = document.querySelector("[data-focus]") || document.querySelector("[autofocus]");
  if (first) first.focus();
  drafts();
})();
