/* The report: sentences inserted where the cursor was; the frame of the viewer as a key image. */
(function () {
  "use strict";
  const inserts = document.querySelector("[data-inserts]");
  if (inserts) {
    inserts.hidden = false;
    inserts.addEventListener("click", function (event) {
      const button = event.target.closest("[data-insert]");
      const field = button && document.getElementById(button.dataset.insert);
      if (!field) return;
      const before = field.value.slice(0, field.selectionStart);
      const after = field.value.slice(field.selectionEnd);
      const gap = before && !/\s$/.test(before) ? "\n" : "";
      field.value = before + gap + button.textContent.trim() + after;
      const place = field.value.length - after.length;
      field.setSelectionRange(place, place);
      field.focus();
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }
  const chosen = document.querySelector("form[data-key-image]");
  const shown = () => document.querySelector("[data-viewport=current] img");
  if (chosen && shown()) {
    chosen.hidden = false;
    chosen.addEventListener("submit", function () {
      chosen.elements.picture.value = shown().getAttribute("src");
    });
  }
})();
