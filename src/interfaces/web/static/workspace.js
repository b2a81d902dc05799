// What a page can do beyond plain forms: follow what moves, and never touch what is being written.
//
// The page's parts (elements with data-part and an id) are replaced by what the server renders now.
// A part in which somebody is writing stays as it is; a bar says that there is something new.

const pages = globalThis.trustedTypes?.createPolicy("parley-pages", { createHTML: (text) => text }) ?? { createHTML: (text) => text };
// Only pages of this site are read: the policy of every page lets nothing else be fetched.

const settle = 1500; // ms: the views behind a page follow the record by a moment

function busy(part) {
  if (part.contains(document.activeElement) && document.activeElement.matches("input, textarea, select")) return true;
  return [...part.querySelectorAll("input, textarea, select")].some((field) => {
    if (field.type === "hidden") return false;
    if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
    if (field.tagName === "SELECT") return [...field.options].some((one) => one.selected !== one.defaultSelected);
    return field.value !== field.defaultValue;
  });
}

function bare(part) {
  const copy = part.cloneNode(true);
  for (const field of copy.querySelectorAll("input[name=form_key]")) field.remove();
  for (const fold of copy.querySelectorAll("details")) fold.removeAttribute("open");
  return copy.innerHTML;
}

async function refresh() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" }, credentials: "same-origin" });
  if (answer.redirected || !answer.ok) return;
  const fresh = new DOMParser().parseFromString(pages.createHTML(await answer.text()), "text/html");
  let kept = false;
  for (const part of document.querySelectorAll("[data-part]")) {
    const next = fresh.getElementById(part.id);
    if (!next || bare(part) === bare(next)) continue;
    if (busy(part)) { kept = true; continue; }
    const open = [...part.querySelectorAll("details[id][open]")].map((fold) => fold.id);
    part.replaceWith(document.adoptNode(next));
    for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  }
  if (kept) offer();
  document.dispatchEvent(new CustomEvent("parley:refreshed"));
}

function offer() {
  if (document.querySelector(".changed")) return;
  const bar = document.createElement("div");
  bar.className = "changed";
  bar.setAttribute("role", "status");
  const said = document.createElement("span");
  said.textContent = "Something here changed while you write. What you wrote is not touched.";
  const look = document.createElement("a");
  look.className = "button";
  look.href = location.href;
  look.textContent = "Show what is new";
  bar.append(said, look);
  document.getElementById("main").append(bar);
}

// Another module has a page of this site to show parts of: what the server says of a form, say.
document.addEventListener("parley:show", (event) => {
  const fresh = new DOMParser().parseFromString(pages.createHTML(event.detail.text), "text/html");
  for (const part of document.querySelectorAll(event.detail.parts)) {
    const next = fresh.getElementById(part.id);
    if (!next || next.innerHTML === part.innerHTML) continue;
    const open = [...part.querySelectorAll("details[id]")].map((fold) => [fold.id, fold.open]);
    part.replaceWith(document.adoptNode(next));
    for (const [id, is] of open) document.getElementById(id)?.toggleAttribute("open", is);
  }
});

function announce(text) {
  const line = document.getElementById("announcement");
  if (text && line) line.textContent = text;
}

function follow(address) {
  const stream = new EventSource(address);
  let soon = null;
  stream.addEventListener("moved", (event) => {
    announce(JSON.parse(event.data).said);
    refresh();
    clearTimeout(soon);
    soon = setTimeout(refresh, settle);
  });
  addEventListener("pagehide", () => stream.close());
}

if (document.body.dataset.live) follow(document.body.dataset.live);
document.getElementById("trouble")?.focus();

// On a phone the tabs are wider than the screen: begin with the open one in sight.
for (const tab of document.querySelectorAll("nav [aria-current=page]")) {
  const row = tab.parentElement;
  row.scrollLeft = tab.offsetLeft - row.offsetLeft - (row.clientWidth - tab.clientWidth) / 2;
}

// A form that is on its way is not sent a second time by an impatient hand.
addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) { event.preventDefault(); return; }
  if (form.method === "post") form.dataset.sent = "yes";
});
addEventListener("pageshow", () => { for (const form of document.forms) delete form.dataset.sent; });
