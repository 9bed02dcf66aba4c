/* Regions drawn on an image that may show a name; without this script they are written in the field. */
(function () {
  "use strict";
  const box = document.querySelector("[data-masking]");
  const fields = document.querySelector("[data-masks]");
  const overlay = box && box.querySelector("svg.ov");
  if (!overlay || !fields) return;
  const SVG = "http://www.w3.org/2000/svg";
  const place = (event) => new DOMPoint(event.clientX, event.clientY).matrixTransform(overlay.getScreenCTM().inverse());
  const size = overlay.viewBox.baseVal;
  const held = (value, most) => Math.round(Math.min(Math.max(value, 0), most));

  const inputs = () => [...fields.querySelectorAll("input[name=mask]")];

  function drawn([x, y, width, height]) {
    const rect = document.createElementNS(SVG, "rect");
    rect.setAttribute("class", "mask");
    for (const [name, value] of Object.entries({ x, y, width, height })) rect.setAttribute(name, value);
    overlay.append(rect);
    return rect;
  }
  /* What the fields say is what is covered: the drawing follows them. */
  function redraw() {
    overlay.replaceChildren();
    for (const field of inputs()) {
      const edges = field.value.split(",").map(Number);
      if (edges.length === 4 && edges.every((edge) => edge >= 0) && field.value) drawn(edges);
    }
  }
  function keep(rect) {
    const text = ["x", "y", "width", "height"].map((name) => rect.getAttribute(name)).join(",");
    const empty = inputs().find((one) => !one.value);
    const field = empty || fields.querySelector("input[name=mask]").cloneNode();
    if (!empty) { field.removeAttribute("id"); field.setAttribute("aria-label", fields.querySelector("label").textContent); fields.append(field); }
    field.value = text;
    redraw();
  }
  fields.addEventListener("input", redraw);
  redraw();
  box.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    const from = place(event);
    const rect = drawn([0, 0, 0, 0]);
    const move = (moved) => {
      const to = place(moved);
      const [left, right] = [held(Math.min(from.x, to.x), size.width), held(Math.max(from.x, to.x), size.width)];
      const [top, bottom] = [held(Math.min(from.y, to.y), size.height), held(Math.max(from.y, to.y), size.height)];
      for (const [name, value] of [["x", left], ["y", top], ["width", right - left], ["height", bottom - top]]) rect.setAttribute(name, value);
    };
    box.setPointerCapture(event.pointerId);
    box.addEventListener("pointermove", move);
    box.addEventListener("pointerup", () => {
      box.removeEventListener("pointermove", move);
      if (Number(rect.getAttribute("width")) > 1 && Number(rect.getAttribute("height")) > 1) keep(rect); else rect.remove();
    }, { once: true });
  });
})();
