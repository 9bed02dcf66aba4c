// Starts ReDoc. Its search runs in a worker made from a blob, which the content security policy refuses: off.
// Its bundle shows a logo from elsewhere: nothing is fetched from elsewhere.
const place = document.getElementById("redoc");
const elsewhere = (value) => /^https?:/.test(value) && !value.startsWith(location.origin);
const given = Object.getOwnPropertyDescriptor(HTMLImageElement.prototype, "src");
Object.defineProperty(HTMLImageElement.prototype, "src", {
  ...given,
  set(value) {
    if (!elsewhere(value)) given.set.call(this, value);
  },
});
const setAttribute = Element.prototype.setAttribute;
Element.prototype.setAttribute = function (name, value) {
  if (name !== "src" || !elsewhere(value)) setAttribute.call(this, name, value);
};
window.Redoc.init(place.dataset.document, { disableSearch: true, nativeScrollbars: true }, place);
