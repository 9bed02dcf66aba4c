// Starts ReDoc. Its search runs in a worker made from a blob, which the content security policy refuses: off.
const place = document.getElementById("redoc");
window.Redoc.init(place.dataset.document, { disableSearch: true, hideDownloadButtons: false, nativeScrollbars: true }, place);
