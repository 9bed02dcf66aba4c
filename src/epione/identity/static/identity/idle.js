// Closes the screen when nobody has been there for a quarter of an hour, and tells the server that somebody is.
// Only a time is kept in the browser, so that one tab at work keeps the others open.
(() => {
  const { idle, here, lock } = document.currentScript.dataset;
  const LIMIT = Number(idle) * 1000, SAY = 4 * 60 * 1000, LOOK = 15 * 1000, KEY = "epione.seen";
  let said = Date.now();
  const seen = () => Number(localStorage.getItem(KEY)) || said;
  const mark = () => localStorage.setItem(KEY, String(Date.now()));

  const leave = () => {
    const page = location.pathname + location.search;
    location.assign(`${lock}?next=${encodeURIComponent(page)}`);
  };

  const say = async () => {
    said = Date.now();
    const answer = await fetch(here, { headers: { "HX-Current-URL": location.href } });
    if (answer.redirected) leave();
  };

  const look = () => {
    if (Date.now() - seen() > LIMIT) leave();
    else if (seen() > said && Date.now() - said > SAY) say();
  };

  mark();
  for (const name of ["pointerdown", "keydown", "wheel", "touchstart"]) addEventListener(name, mark, { passive: true });
  document.addEventListener("visibilitychange", look);
  setInterval(look, LOOK);
})();
