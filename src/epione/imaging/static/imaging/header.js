/* Looking for an attribute among those of a header; without this script the browser's own search does. */
(function () {
  "use strict";
  const bar = document.querySelector("[data-attributes]");
  const table = document.getElementById("attributes");
  if (!bar || !table) return;
  const rows = [...table.tBodies[0].rows].map((row) => [row, row.textContent.toLowerCase()]);
  const found = bar.querySelector("[data-found]");
  const field = bar.querySelector("input");
  bar.hidden = false;
  function narrow() {
    const wanted = field.value.trim().toLowerCase().split(/\s+/);
    let count = 0;
    for (const [row, text] of rows) {
      row.hidden = !wanted.every((word) => text.includes(word));
      if (!row.hidden) count += 1;
    }
    found.textContent = count + " / " + rows.length;
  }
  field.addEventListener("input", narrow);
  narrow();
})();
