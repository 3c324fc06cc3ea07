// What a page can do beyond links and forms, without any library. Every page is complete without it.
for (const button of document.querySelectorAll("button.copy")) {
  const source = document.getElementById(button.dataset.copy);
  if (!source || !navigator.clipboard) continue;
  button.hidden = false;
  const before = button.textContent;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(source.textContent.trim());
    button.textContent = "✓";
    setTimeout(() => { button.textContent = before; }, 1500);
  });
}

// The graph view is a library of some size: it is fetched when somebody asks for it.
for (const button of document.querySelectorAll("button.open-graph")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const { open } = await import(button.dataset.script);
    open(document.getElementById(button.dataset.for), button);
  });
}

// On paper everything that is folded is shown.
addEventListener("beforeprint", () => {
  for (const details of document.querySelectorAll("details:not([open])")) {
    details.dataset.folded = "";
    details.open = true;
  }
});
addEventListener("afterprint", () => {
  for (const details of document.querySelectorAll("details[data-folded]")) details.open = false;
});

// A link into something folded opens it.
function reveal() {
  let target = null;
  try { target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1))); } catch { return; }
  for (let node = target; node; node = node.parentElement) if (node.tagName === "DETAILS") node.open = true;
}
addEventListener("hashchange", reveal);
reveal();

// Who chose a language by its link stays in it: links that name none are followed in the same.
const chosen = new URLSearchParams(location.search).get("lang");
for (const link of chosen ? document.querySelectorAll("main a[href], .top nav a, a.brand") : []) {
  const address = new URL(link.href);
  const ours = address.origin === location.origin && !address.searchParams.has("lang");
  if (ours && !/\.\w+$/.test(address.pathname) && link.getAttribute("href")[0] !== "#") {
    address.searchParams.set("lang", chosen);
    link.href = address;
  }
}
