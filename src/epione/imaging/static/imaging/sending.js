/* Sending images: each file goes alone and has its own line; without this script the form sends them together. */
(function () {
  "use strict";
  const form = document.querySelector("form[data-sending]");
  if (!form) return;
  const input = form.querySelector("input[type=file]");
  const drop = form.querySelector(".drop");
  const sent = document.getElementById("sent");
  const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
  const patient = form.querySelector("[name=patient]");
  const AT_ONCE = 2;
  const queue = [];
  let running = 0;
  let body = null;

  function line(file) {
    if (!body) {
      const table = document.createElement("table");
      table.className = "tbl";
      body = table.createTBody();
      const sheet = document.createElement("div");
      sheet.className = "sheet";
      sheet.append(table);
      sent.replaceChildren(sheet);
    }
    const row = body.insertRow();
    /* The name is shown to the person who chose the file, on this page only: it is never sent. */
    row.insertCell().textContent = file.name;
    const state = row.insertCell();
    state.textContent = form.dataset.waits;
    return state;
  }
  function settle(state, answer, ok) {
    const chip = document.createElement("span");
    const kind = !ok ? "ad" : answer.state === "waiting" ? "pe" : "ok";
    chip.className = "tag " + kind;
    chip.textContent = ok ? "✓" : "!";
    state.replaceChildren(chip, " " + (answer.message || answer.detail || form.dataset.lost) + " ");
    if (answer.study_id) {
      const link = document.createElement("a");
      link.href = form.dataset.study.replace("00000000-0000-0000-0000-000000000000", answer.study_id);
      link.textContent = form.dataset.open;
      state.append(link);
    }
    if (answer.job_id) location.search = "?job=" + answer.job_id + (patient ? "&patient=" + patient.value : "");
  }
  async function send(item) {
    const data = new FormData();
    data.append("file", item.file, "image.dcm");
    if (patient) data.append("patient_id", patient.value);
    item.state.textContent = form.dataset.sends;
    try {
      const response = await fetch(form.dataset.api, { method: "POST", body: data, headers: { "X-CSRFToken": token, Accept: "application/json" } });
      settle(item.state, await response.json(), response.ok);
    } catch (error) {
      settle(item.state, {}, false);
    }
  }
  async function work() {
    running += 1;
    while (queue.length) await send(queue.shift());
    running -= 1;
  }
  function take(files) {
    for (const file of files) queue.push({ file, state: line(file) });
    while (running < AT_ONCE && queue.length) work();
  }
  form.addEventListener("submit", (event) => {
    if (!input.files.length) return;
    event.preventDefault();
    take(input.files);
    form.reset();
  });
  for (const name of ["dragenter", "dragover"]) drop.addEventListener(name, (event) => { event.preventDefault(); drop.classList.add("over"); });
  for (const name of ["dragleave", "drop"]) drop.addEventListener(name, () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => { event.preventDefault(); take(event.dataTransfer.files); });
  addEventListener("beforeunload", (event) => { if (running) event.preventDefault(); });
})();
