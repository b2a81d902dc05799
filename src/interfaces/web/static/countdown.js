// Counts down what the server wrote as "in 3 d 4 h", in the same words.

const units = [[86400, "d"], [3600, "h"], [60, "min"]];

function said(until) {
  const seconds = Math.trunc((until - Date.now()) / 1000);
  let rest = Math.abs(seconds);
  const figures = units.map(([size, unit]) => {
    const figure = Math.floor(rest / size);
    rest -= figure * size;
    return [figure, unit];
  });
  while (figures.length > 1 && !figures[0][0]) figures.shift();
  const text = figures.slice(0, 2).filter(([figure]) => figure).map(([figure, unit]) => `${figure}\u00a0${unit}`).join(" ");
  if (!text) return "now";
  return seconds > 0 ? `in ${text}` : `${text} ago`;
}

function tick() {
  for (const place of document.querySelectorAll("[data-until]")) {
    const text = said(Date.parse(place.dataset.until));
    if (place.textContent !== text) place.textContent = text;
  }
}

tick();
setInterval(tick, 15000);
document.addEventListener("parley:refreshed", tick);
