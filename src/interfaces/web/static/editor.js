// Looks the terms through while they are written: the form is sent to be checked, nothing is kept,
// and what the page says about it (elements with data-checked and an id) is replaced.

const form = document.getElementById("editor");
const pause = 700; // ms without a change before the form is sent
let soon = null;
let asked = 0;

async function check() {
  const turn = (asked += 1);
  const body = new FormData(form);
  body.set("do", "check");
  body.delete("file");
  const answer = await fetch(form.dataset.check, { method: "POST", body, credentials: "same-origin" });
  const text = await answer.text();
  if (turn !== asked || !answer.ok || answer.redirected) return;
  document.dispatchEvent(new CustomEvent("parley:show", { detail: { text, parts: "[data-checked]" } }));
}

form?.addEventListener("input", (event) => {
  if (event.target.type === "file") return;
  clearTimeout(soon);
  soon = setTimeout(check, pause);
});
